package io.sluice.bus;

import io.sluice.channel.Position;
import io.sluice.channel.TailBound;
import io.sluice.grip.PublishItem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** To the home side of a router instance. */
public sealed interface HomeMessage {
    /**
     * Publish these, in order; the reply is {@link AppendReceipt}, or a failure with a {@link PublishException.Reason}. All
     * channels belong to the addressed router instance.
     *
     * @param hops how often it was sent on from a node that was not, or no longer, the home
     */
    record Append(List<PublishItem> items, int hops) implements HomeMessage {}

    /**
     * The node has a first subscriber; answered by {@link NodeMessage.SubscribedAt} to that node's side.
     *
     * @param token of this try, echoed by the answer; grows with each of a node
     * @param since up to where the node has the channel's items: what came after it is in the answer, as far as there is a log; null where
     *     it has none
     */
    record Subscribe(
            String node,
            String channel,
            long token,
            @Nullable Position since) implements HomeMessage {}

    /**
     * The node's last subscriber went, and its linger is over.
     *
     * @param token of the subscription that ends; a newer one stands
     */
    record Unsubscribe(String node, String channel, long token) implements HomeMessage {}

    /** What has the channel's log after the newest item of that id? Answered by {@link Replayed}, or a failure. */
    record Replay(String channel, String id) implements HomeMessage {}

    /** What has the channel's log after that position? Answered by {@link Replayed}, or a failure. */
    record Tail(String channel, Position after, TailBound bound) implements HomeMessage {}

    /** The node has all packets of the home's link to it up to that number; see {@link NodeMessage.Packet}. */
    record Ack(String node, long link, long number) implements HomeMessage {}

    /** An origin answered with another position: forget the channel's last id, if it still is this one. */
    record Forget(String channel, String lastId) implements HomeMessage {}
}
