package io.sluice.bus;

import java.util.List;

/**
 * Who is subscribed to a channel in one place: a loop, or a node.
 *
 * @param unnamed subscriptions of connections that have no client id
 * @param clients ids of the others' clients; none twice
 */
public record ChannelPresence(SubscriptionTally subscriptions, long unnamed, List<String> clients) {
    public static final ChannelPresence NOBODY = new ChannelPresence(SubscriptionTally.NONE, 0, List.of());
}
