package io.sluice.router;

import io.sluice.channel.Position;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** A channel that this node is subscribed to, or about to be. */
final class NodeChannel {
    final String name;
    /** Event loops with subscribers. */
    final BitSet loops = new BitSet();
    /** Those of them that wait for an answer. */
    final BitSet waiting = new BitSet();

    /** Where the subscription was asked for. */
    String home;

    /** Of the newest try. */
    long token;

    /** Whether the channel has a log: what is missed can be asked for. */
    boolean logged;

    /** Whether the home has answered, to this try. */
    boolean confirmed;

    /** Whether the home has ever answered; items that come before have no place yet. */
    boolean placed;

    long firstAskedMillis;
    long askedMillis;

    /** Whether the loops were told that the home does not answer. */
    boolean late;

    /** Of the last item seen. */
    private Position position = new Position(0, 0);

    /** Of the last item seen of the life before: while the home moves, items of both may come in turn. */
    private Position before = position;

    @Nullable
    String lastId;

    /** Grows with each time that the last loop leaves, so that an old linger ends nothing new. */
    long lingers;

    NodeChannel(String name, String home) {
        this.name = name;
        this.home = home;
    }

    /** The number up to which this node has seen the life of the channel that the position is of. */
    long seen(Position of) {
        if (of.epoch() == position.epoch()) {
            return position.sequence();
        }
        return of.epoch() == before.epoch() ? before.sequence() : 0;
    }

    /** Up to where this node has the channel. */
    Position position() {
        return position;
    }

    /** Whether the position is of the channel's present life. */
    boolean sameLife(Position other) {
        return position.epoch() == other.epoch();
    }

    /** Everything up to that position is seen, or known to be missed. A home that answers late changes nothing. */
    void seenUpTo(Position now) {
        if (now.epoch() != position.epoch()) {
            before = position;
            position = now;
        } else if (now.sequence() > position.sequence()) {
            position = now;
        }
    }
}
