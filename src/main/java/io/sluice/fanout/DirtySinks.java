package io.sluice.fanout;

import io.sluice.netty.Sink;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sinks that were written to in this tick, each once, in the order of their first write. No allocation once it has grown. */
final class DirtySinks {
    private static final Logger LOG = LoggerFactory.getLogger(DirtySinks.class);

    /** Open addressing over identity, at most half full; a power of two. */
    private @Nullable Sink[] table = new Sink[64];

    private @Nullable Sink[] order = new Sink[32];
    private int size;

    void add(Sink sink) {
        int slot = slot(sink);
        if (table[slot] == sink) {
            return;
        }
        table[slot] = sink;
        order[size++] = sink;
        if (size == order.length) {
            grow();
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Flushes all and forgets them. What a flush adds is flushed too. */
    void flush() {
        // By index, not for-each: a flush may run a close handler that writes elsewhere and adds.
        for (int i = 0; i < size; i++) {
            flush(order[i]);
        }
        Arrays.fill(order, 0, size, null);
        Arrays.fill(table, null);
        size = 0;
    }

    private static void flush(@Nullable Sink sink) {
        try {
            if (sink != null) {
                sink.flush();
            }
        } catch (RuntimeException e) {
            LOG.error("flush-failed", e);
        }
    }

    private int slot(Sink sink) {
        int hash = System.identityHashCode(sink);
        int slot = (hash ^ hash >>> 16) & table.length - 1;
        while (table[slot] != null && table[slot] != sink) {
            slot = slot + 1 & table.length - 1;
        }
        return slot;
    }

    private void grow() {
        @Nullable Sink[] sinks = Arrays.copyOf(order, 2 * order.length);
        table = new Sink[2 * table.length];
        for (int i = 0; i < size; i++) {
            Sink sink = sinks[i];
            if (sink != null) {
                table[slot(sink)] = sink;
            }
        }
        order = sinks;
    }
}
