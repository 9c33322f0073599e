package io.sluice.chaos;

import io.sluice.chaos.Event.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Everything that was done and seen, in that order. Any thread. */
final class History {
    private final long start = System.nanoTime();
    private final List<Event> events = new ArrayList<>();

    /** Nanoseconds since the beginning. */
    long now() {
        return System.nanoTime() - start;
    }

    synchronized List<Event> events() {
        return List.copyOf(events);
    }

    synchronized void published(long begin, String channel, String id, String node, Outcome outcome) {
        events.add(new Event.Published(begin, now(), channel, id, node, outcome));
    }

    synchronized void subscribed(
            String life,
            String subscriber,
            Set<String> channels,
            String node,
            boolean resumes,
            @Nullable String client) {
        events.add(new Event.Subscribed(now(), life, subscriber, Set.copyOf(channels), node, resumes, client));
    }

    synchronized void delivered(String life, String channel, String id) {
        events.add(new Event.Delivered(now(), life, channel, id));
    }

    synchronized void gapTold(String life, String channel, String reason) {
        events.add(new Event.GapTold(now(), life, channel, reason));
    }

    synchronized void ended(String life, String reason) {
        events.add(new Event.Ended(now(), life, reason));
    }

    synchronized void note(String text) {
        events.add(new Event.Note(now(), text));
    }
}
