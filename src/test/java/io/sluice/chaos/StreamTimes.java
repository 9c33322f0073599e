package io.sluice.chaos;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** When the clients of one run had no stream, and why. Belongs to one event loop. */
final class StreamTimes {
    private final Map<EventSourceClient, Long> without = new HashMap<>();
    private final Map<String, Integer> cuts = new HashMap<>();
    private int reconnects;
    private int refusals;
    private long longestNanos;

    void opened(EventSourceClient client) {
        Long since = without.remove(client);
        if (since != null) {
            reconnects++;
            longestNanos = Math.max(longestNanos, System.nanoTime() - since);
        }
    }

    /** @param failure null when the stream ended properly */
    void ended(EventSourceClient client, @Nullable String failure) {
        without.put(client, System.nanoTime());
        if (failure != null) {
            cuts.merge(failure, 1, Integer::sum);
        }
    }

    /** A try that did not become a stream. */
    void refused() {
        refusals++;
    }

    /** Streams that ended and were opened again. */
    int reconnects() {
        return reconnects;
    }

    /** Streams that ended improperly, by what was seen of it. */
    Map<String, Integer> cuts() {
        return new TreeMap<>(cuts);
    }

    /** The longest time from the end of a client's stream to the head of its next. */
    Duration longest() {
        return Duration.ofNanos(longestNanos);
    }

    @Override
    public String toString() {
        return "reconnects=" + reconnects + " refused=" + refusals + " cuts=" + cuts + " longest-without-stream="
                + longest().toMillis() + "ms";
    }
}
