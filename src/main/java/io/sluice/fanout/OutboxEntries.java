package io.sluice.fanout;

import io.sluice.grip.Priority;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Some of an outbox's entries, in the order of their coming. Those that have gone are taken out at an end, or when they are too many. */
final class OutboxEntries<O> {
    private static final int SPARE = 16;

    private final ArrayDeque<OutboxEntry<O>> entries = new ArrayDeque<>(2);
    private int live;

    void add(OutboxEntry<O> entry) {
        entries.addLast(entry);
        live++;
    }

    /** One of them has been marked as gone. */
    void gone() {
        live--;
        if (live == 0) {
            entries.clear();
        } else if (entries.size() > 2 * live + SPARE) {
            entries.removeIf(OutboxEntry::gone);
        }
    }

    boolean isEmpty() {
        return live == 0;
    }

    @Nullable
    OutboxEntry<O> first() {
        OutboxEntry<O> entry = entries.peekFirst();
        while (entry != null && entry.gone()) {
            entries.removeFirst();
            entry = entries.peekFirst();
        }
        return entry;
    }

    @Nullable
    OutboxEntry<O> last() {
        OutboxEntry<O> entry = entries.peekLast();
        while (entry != null && entry.gone()) {
            entries.removeLast();
            entry = entries.peekLast();
        }
        return entry;
    }

    /** The first that may be dropped for an item of that priority of the same channel. */
    @Nullable
    OutboxEntry<O> firstToGive(Priority way) {
        for (OutboxEntry<O> entry : entries) {
            if (!entry.gone() && entry.sheds() && entry.priority().compareTo(way) <= 0) {
                return entry;
            }
        }
        return null;
    }
}
