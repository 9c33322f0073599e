package io.sluice.fanout;

import io.sluice.netty.Outlet;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The outlets that were written to in this tick, each once, in the order of their first write. No allocation once it has grown. */
final class DirtyOutlets {
    private static final Logger LOG = LoggerFactory.getLogger(DirtyOutlets.class);

    private static final int MIN_TABLE = 256;

    /** Open addressing over identity, at most half full; a power of two. */
    private @Nullable Outlet[] table = new Outlet[MIN_TABLE];

    private @Nullable Outlet[] order = new Outlet[MIN_TABLE / 2];
    private int size;

    void add(Outlet outlet) {
        if (size > 0 && order[size - 1] == outlet) {
            return;
        }
        int slot = slot(outlet);
        if (table[slot] == outlet) {
            return;
        }
        table[slot] = outlet;
        order[size++] = outlet;
        if (size == order.length) {
            grow();
        }
    }

    int size() {
        return size;
    }

    /** Flushes all and forgets them. What a flush adds is flushed too. */
    void flush() {
        // By index, not for-each: a flush may run a close handler that writes elsewhere and adds.
        for (int i = 0; i < size; i++) {
            flush(order[i]);
        }
        if (size < table.length / 8 && table.length > MIN_TABLE) {
            // Clearing the whole table each time would cost more than the few flushes.
            table = new Outlet[MIN_TABLE];
            order = new Outlet[MIN_TABLE / 2];
        } else {
            Arrays.fill(order, 0, size, null);
            Arrays.fill(table, null);
        }
        size = 0;
    }

    private static void flush(@Nullable Outlet outlet) {
        try {
            if (outlet != null) {
                outlet.flush();
            }
        } catch (RuntimeException e) {
            LOG.error("flush-failed", e);
        }
    }

    private int slot(Outlet outlet) {
        int hash = System.identityHashCode(outlet);
        int slot = (hash ^ hash >>> 16) & table.length - 1;
        while (table[slot] != null && table[slot] != outlet) {
            slot = slot + 1 & table.length - 1;
        }
        return slot;
    }

    private void grow() {
        @Nullable Outlet[] sinks = Arrays.copyOf(order, 2 * order.length);
        table = new Outlet[2 * table.length];
        for (int i = 0; i < size; i++) {
            Outlet outlet = sinks[i];
            if (outlet != null) {
                table[slot(outlet)] = outlet;
            }
        }
        order = sinks;
    }
}
