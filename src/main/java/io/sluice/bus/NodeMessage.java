package io.sluice.bus;

import io.sluice.channel.Mode;
import io.sluice.channel.Position;
import io.sluice.grip.PublishItem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** To the node side of a router instance. */
public sealed interface NodeMessage {
    /** From a home: items for this node, each channel in its order. */
    record Deliver(List<Numbered> items) implements NodeMessage {}

    /** An item with its place in its channel's order. */
    record Numbered(PublishItem item, Position position) {}

    /**
     * From a home: the node is subscribed; what follows {@code position} will be delivered.
     *
     * @param token of the {@link HomeMessage.Subscribe} that this answers
     */
    record SubscribedAt(
            String channel,
            long token,
            Position position,
            boolean first,
            @Nullable String lastId) implements NodeMessage {}

    /** From a loop of this node: it has a first subscriber; answered by {@code LoopFanout.subscribed}. Never leaves the node. */
    record LoopSubscribe(int loop, String channel) implements NodeMessage {}

    /** From a loop of this node: its last subscriber of the channel went. Never leaves the node. */
    record LoopUnsubscribe(int loop, String channel, Mode mode) implements NodeMessage {}

    /**
     * From a loop of this node: a session's origin answered with another position than the channel's last id, so the last id
     * is not to be told to anybody else (GRIP, long-poll race). Forgotten here and at the home if it still is this one.
     */
    record LoopForget(String channel, String lastId) implements NodeMessage {}
}
