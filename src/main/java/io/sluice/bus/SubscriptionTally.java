package io.sluice.bus;

/** How many subscriptions there are, by kind of hold. */
public record SubscriptionTally(long streams, long longPolls, long webSockets) {
    public static final SubscriptionTally NONE = new SubscriptionTally(0, 0, 0);

    public SubscriptionTally plus(SubscriptionTally other) {
        return new SubscriptionTally(
                streams + other.streams, longPolls + other.longPolls, webSockets + other.webSockets);
    }

    public long total() {
        return streams + longPolls + webSockets;
    }
}
