package io.sluice.bus;

import io.sluice.grip.PublishItem;
import java.util.List;

/** To the home side of a router instance. */
public sealed interface HomeMessage {
    /** Publish these, in order; the reply is {@link AppendReceipt}. All channels belong to the addressed router instance. */
    record Append(List<PublishItem> items, int hops) implements HomeMessage {}

    /** The node has a first subscriber; answered by {@link NodeMessage.SubscribedAt} to that node's side. */
    record Subscribe(String node, String channel) implements HomeMessage {}

    /** The node's last subscriber went, and its linger is over. */
    record Unsubscribe(String node, String channel) implements HomeMessage {}
}
