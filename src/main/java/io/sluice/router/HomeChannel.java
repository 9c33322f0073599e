package io.sluice.router;

import io.sluice.channel.LogBounds;
import io.sluice.channel.Position;
import io.sluice.channel.Sequencer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a home remembers of a channel. What is asked of the channel while its interest is being read or changed waits in
 * {@link #queue}, so that a subscription takes effect between two items, never beside one.
 */
final class HomeChannel {
    /** Something asked of a channel. */
    interface Task {
        /** Does it, the interest being known; may begin a change of the interest, and then whatever follows waits. */
        void run(HomeChannel channel);

        /** The interest can't be read. */
        default void failed(String reason) {}

        /** The channel has another home now. */
        default void moved(String home) {}
    }

    final String name;
    final Sequencer sequencer;
    /** How much of its items is kept; null when it has no log. */
    final @Nullable LogBounds bounds;

    final ArrayDeque<Task> queue = new ArrayDeque<>(0);
    /** Newest subscription of each node, to tell a late unsubscribe. */
    final Map<String, Long> tokens = new HashMap<>(2);

    /** Nodes to forward to; null while this is not known. */
    @Nullable
    Set<String> interest;

    /** Whether this knows what the log says; without a log there is nothing to know. */
    boolean loaded;

    /** Whether there is no log yet. */
    boolean fresh = true;

    /** The last change of the log that this knows of. */
    long commit;

    /** How often in a row the log was not as expected. */
    int stale;

    /** Whether a read or change of the interest, or the log, is under way. */
    boolean busy;

    /** Whether {@link #queue} is being worked on: a call further up the stack takes what comes. */
    boolean working;

    /** Whether the channel has another home now, so that this is of no use any more. */
    boolean gone;

    /** When the channel was last used, while it is in the list of quiet channels. */
    long quietSinceMillis;

    private Position position;

    HomeChannel(String name, Position position, Sequencer sequencer, @Nullable LogBounds bounds) {
        this.name = name;
        this.position = position;
        this.sequencer = sequencer;
        this.bounds = bounds;
        this.loaded = bounds == null;
    }

    /** Of the last item given out. */
    Position position() {
        return position;
    }

    void position(Position now) {
        position = now;
    }

    Position next() {
        position = new Position(position.epoch(), position.sequence() + 1);
        return position;
    }

    /** What is known of log and interest may be wrong: both are read before the next use. */
    void doubt() {
        loaded = bounds == null;
        interest = null;
    }

    boolean subscribed() {
        return interest != null && !interest.isEmpty();
    }

    /** The interest as far as it is known. */
    Set<String> nodes() {
        return interest == null ? Set.of() : interest;
    }

    boolean idle() {
        return !busy && queue.isEmpty() && sequencer.waiting() == 0;
    }
}
