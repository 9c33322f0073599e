package io.sluice.bus;

/** To a node: who is subscribed there? */
public sealed interface PresenceQuestion {
    /** About one channel, by its full name. Answered by {@link ChannelPresence}. */
    record OfChannel(String channel) implements PresenceQuestion {}

    /**
     * Which channels have subscriptions? In the order of their names; answered by {@link ChannelList}.
     *
     * @param prefix that the names begin with
     * @param after names up to this one are left out; empty for none
     * @param limit of the answer, from 1
     */
    record Channels(String prefix, String after, int limit) implements PresenceQuestion {}
}
