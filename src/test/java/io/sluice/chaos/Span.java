package io.sluice.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one subscriber has of one channel without a break of its own making: one connection, or several that each resume the last. */
final class Span {
    final String subscriber;
    final String channel;
    /** When the first head was seen. */
    final long from;

    final List<String> lives = new ArrayList<>();
    /** In the order of arrival, repetitions included. */
    final List<String> ids = new ArrayList<>();
    /** Place of the first arrival of each. */
    final Map<String, Integer> places = new HashMap<>();
    /** When something was said to be missed. */
    final List<Long> gaps = new ArrayList<>();

    /** When it was over; null while it is open. */
    @Nullable
    Long to;

    Span(String subscriber, String channel, long from) {
        this.subscriber = subscriber;
        this.channel = channel;
        this.from = from;
    }

    void add(String id) {
        places.putIfAbsent(id, ids.size());
        ids.add(id);
    }

    boolean has(String id) {
        return places.containsKey(id);
    }

    /** Whether something that was told to be missed may be what was published from then on. */
    boolean forgives(long begin) {
        return gaps.stream().anyMatch(at -> at >= begin);
    }

    @Override
    public String toString() {
        return String.join("+", lives);
    }
}
