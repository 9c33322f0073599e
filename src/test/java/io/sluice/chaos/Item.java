package io.sluice.chaos;

import io.sluice.chaos.Event.Outcome;
import io.sluice.chaos.Event.Published;
import org.jspecify.annotations.Nullable;

/** All tries to publish one item together. */
final class Item {
    final String channel;
    final String id;
    /** Of the first try. */
    final long begin;

    private int possible;
    private @Nullable Long acknowledged;
    private boolean waited;

    Item(String channel, String id, long begin) {
        this.channel = channel;
        this.id = id;
        this.begin = begin;
    }

    void add(Published attempt) {
        if (attempt.outcome() != Outcome.REFUSED) {
            possible++;
        }
        waited |= attempt.outcome() == Outcome.WAITING;
        if (attempt.outcome().acknowledged() && acknowledged == null) {
            acknowledged = attempt.at();
        }
    }

    boolean acknowledged() {
        return acknowledged != null;
    }

    /** Tries that may have been accepted. */
    int possible() {
        return possible;
    }

    /** Whether it has its place before whatever is published from then on. */
    boolean placedBefore(long begin) {
        return acknowledged != null && acknowledged < begin && !waited;
    }
}
