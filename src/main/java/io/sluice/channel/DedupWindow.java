package io.sluice.channel;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Item ids seen of late, by channel. An id is remembered for a fixed time from when it was first seen: seeing it again does
 * not prolong that (GRIP, duplicate suppression). Bounded by count: the id first seen longest ago is forgotten for a
 * new one, which is also the one that would expire first.
 *
 * <p>Not guaranteed: that a duplicate is found after the window has overflowed, or after the channel's home has moved.
 */
public final class DedupWindow {
    private record Key(String channel, String id) {}

    private final long ttlMillis;
    private final int capacity;
    private final LongSupplier nowMillis;
    /** In the order of first sight, with the time that each expires. */
    private final LinkedHashMap<Key, Long> expiries = new LinkedHashMap<>();

    /**
     * @param ttlMillis 0 remembers nothing
     * @param capacity ids at most; 0 remembers nothing
     * @param nowMillis a clock that never goes back
     */
    public DedupWindow(long ttlMillis, int capacity, LongSupplier nowMillis) {
        this.ttlMillis = ttlMillis;
        this.capacity = capacity;
        this.nowMillis = nowMillis;
    }

    /** Whether the id is new to the channel; it is remembered if so. */
    public boolean firstSight(String channel, String id) {
        if (ttlMillis <= 0 || capacity <= 0) {
            return true;
        }
        long now = nowMillis.getAsLong();
        expire(now);
        if (expiries.putIfAbsent(new Key(channel, id), now + ttlMillis) != null) {
            return false;
        }
        if (expiries.size() > capacity) {
            Iterator<Key> eldest = expiries.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
        return true;
    }

    /** Forgets the id, so that the item can be published again: it was refused after all. */
    public void forget(String channel, @Nullable String id) {
        if (id != null) {
            expiries.remove(new Key(channel, id));
        }
    }

    /** How many ids are remembered, expired ones that nobody has asked about included. */
    public int size() {
        return expiries.size();
    }

    private void expire(long now) {
        Iterator<Map.Entry<Key, Long>> eldest = expiries.entrySet().iterator();
        while (eldest.hasNext() && eldest.next().getValue() <= now) {
            eldest.remove();
        }
    }
}
