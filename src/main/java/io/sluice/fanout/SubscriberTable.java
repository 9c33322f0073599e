package io.sluice.fanout;

import io.sluice.channel.Mode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one channel on one loop, in the order of their coming. A walk goes on although entries leave or come on the way:
 * it skips those that left, and does not reach those that came after it began.
 */
final class SubscriberTable {
    /** Up to here a look-up walks the list; most channels have one subscriber. */
    private static final int INDEX_FROM = 9;

    private final Entry head = new Entry(null, Mode.STREAM, -1);
    private Entry tail = head;
    private int size;
    private long serials;
    private @Nullable Map<Key, Entry> index;

    private record Key(Subscriber subscriber, Mode mode) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.subscriber == subscriber && key.mode == mode;
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(subscriber) + mode.hashCode();
        }
    }

    /** One subscription. */
    static final class Entry {
        private final @Nullable Subscriber subscriber;
        private final Mode mode;
        private final long serial;
        private Entry previous = this;
        /** Stays when the entry leaves, so that a walk standing on it finds back. */
        private @Nullable Entry next;

        private boolean gone;

        private Entry(@Nullable Subscriber subscriber, Mode mode, long serial) {
            this.subscriber = subscriber;
            this.mode = mode;
            this.serial = serial;
        }

        Subscriber subscriber() {
            Subscriber present = subscriber;
            if (present == null) {
                throw new IllegalStateException("the head of the list");
            }
            return present;
        }

        Mode mode() {
            return mode;
        }
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Whether it was added; false when the pair is in the table already. */
    boolean add(Subscriber subscriber, Mode mode) {
        if (find(subscriber, mode) != null) {
            return false;
        }
        var entry = new Entry(subscriber, mode, serials++);
        entry.previous = tail;
        tail.next = entry;
        tail = entry;
        size++;
        if (index != null) {
            index.put(new Key(subscriber, mode), entry);
        } else if (size >= INDEX_FROM) {
            index = buildIndex();
        }
        return true;
    }

    /** Whether it was in the table. */
    boolean remove(Subscriber subscriber, Mode mode) {
        Entry entry = find(subscriber, mode);
        if (entry == null) {
            return false;
        }
        entry.gone = true;
        entry.previous.next = entry.next;
        if (entry.next != null) {
            entry.next.previous = entry.previous;
        } else {
            tail = entry.previous;
        }
        size--;
        if (index != null) {
            index.remove(new Key(subscriber, mode));
        }
        return true;
    }

    /** The bound of a walk that begins now. */
    long end() {
        return serials;
    }

    /** The first entry before the bound; null when there is none. */
    @Nullable
    Entry first(long end) {
        return next(head, end);
    }

    /** The next entry before the bound that is still there; null when there is none. */
    static @Nullable Entry next(Entry entry, long end) {
        Entry next = entry.next;
        while (next != null && next.gone) {
            next = next.next;
        }
        return next == null || next.serial >= end ? null : next;
    }

    static boolean gone(Entry entry) {
        return entry.gone;
    }

    private @Nullable Entry find(Subscriber subscriber, Mode mode) {
        if (index != null) {
            return index.get(new Key(subscriber, mode));
        }
        for (Entry entry = head.next; entry != null; entry = entry.next) {
            if (entry.subscriber == subscriber && entry.mode == mode) {
                return entry;
            }
        }
        return null;
    }

    private Map<Key, Entry> buildIndex() {
        var built = new HashMap<Key, Entry>();
        for (Entry entry = head.next; entry != null; entry = entry.next) {
            built.put(new Key(entry.subscriber(), entry.mode), entry);
        }
        return built;
    }
}
