package io.sluice.router;

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
    final long epoch;
    final Sequencer sequencer;
    final ArrayDeque<Task> queue = new ArrayDeque<>(0);
    /** Newest subscription of each node, to tell a late unsubscribe. */
    final Map<String, Long> tokens = new HashMap<>(2);

    /** Nodes to forward to; null while this is not known. */
    @Nullable
    Set<String> interest;

    /** Whether a read or change of the interest is under way. */
    boolean busy;

    /** Whether {@link #queue} is being worked on: a call further up the stack takes what comes. */
    boolean working;

    /** Whether the channel has another home now, so that this is of no use any more. */
    boolean gone;

    /** When the channel was last used, while it is in the list of quiet channels. */
    long quietSinceMillis;

    private long sequence;

    HomeChannel(String name, long epoch, Sequencer sequencer) {
        this.name = name;
        this.epoch = epoch;
        this.sequencer = sequencer;
    }

    /** Of the last item given out. */
    Position position() {
        return new Position(epoch, sequence);
    }

    Position next() {
        sequence++;
        return position();
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
