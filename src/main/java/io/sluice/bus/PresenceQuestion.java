package io.sluice.bus;

import java.util.List;

/** To a node: who is subscribed there, how well do they keep up, what became of items, how are you? */
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
     * @param limit of the lines of each ring, from 1; of an item, again for what the node missed
     */
    record OfItem(String channel, String id, int limit) implements PresenceQuestion {}

    /** Whose clients are the slowest? Answered by {@link ConnectionReports}, the worst first. */
    record Slow(int limit) implements PresenceQuestion {}

    /** Which hold has that id? Answered by {@link ConnectionReports}, as are those below. */
    record OfConnection(String id) implements PresenceQuestion {}

    /** Which holds are claimed for that client? */
    record OfClient(String clientId, int limit) implements PresenceQuestion {}

    /** Which holds have that text in their id, client id, address, path, user agent, route or channels, whatever its case? */
    record Matching(String text, int limit) implements PresenceQuestion {}

    /** End the hold of that id: which one was it? */
    record Disconnect(String id) implements PresenceQuestion {}
}
