package io.sluice.bus;

import java.util.List;

/** To a node: who is subscribed there, what became of items, how are you? */
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

    /** How many are subscribed to these channels? Answered by {@link ChannelList}. */
    record Named(List<String> channels) implements PresenceQuestion {}

    /**
     * How is the node? Answered by {@link NodeOverview}.
     *
     * @param channels how many of the busiest it is to tell of
     */
    record OfNode(int channels) implements PresenceQuestion {}

    /**
     * Where did an item go, as far as the node remembers? Answered by {@link ItemWay}.
     *
     * @param id empty for the channel's newest items
     * @param limit of the lines of each ring, from 1
     */
    record OfItem(String channel, String id, int limit) implements PresenceQuestion {}
}
