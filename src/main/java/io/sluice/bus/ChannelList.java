package io.sluice.bus;

import java.util.List;

/**
 * Channels with subscriptions, in the order of their names.
 *
 * @param more whether there are others behind the last
 */
public record ChannelList(List<Line> channels, boolean more) {
    /** One channel, by its full name. */
    public record Line(String channel, SubscriptionTally subscriptions) {}
}
