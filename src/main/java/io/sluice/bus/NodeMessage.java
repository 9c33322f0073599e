package io.sluice.bus;

import io.sluice.channel.Mode;
import io.sluice.channel.Position;
import io.sluice.channel.TailBound;
import io.sluice.grip.PublishItem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** To the node side of a router instance. */
public sealed interface NodeMessage {
    /**
     * From a home: what one tick has for this node, in order. Packets of a link are numbered from 1, so that the node finds what it missed, and are
     * acknowledged by {@link HomeMessage.Ack}.
     *
     * @param from the home's node
     * @param link which life of the link; grows. 0 inside a node, where nothing gets lost
     */
    record Packet(String from, long link, long number, List<Entry> entries) implements NodeMessage {}

    /** What a packet is made of. */
    sealed interface Entry {}

    /** An item with its place in its channel's order. */
    record Numbered(PublishItem item, Position position) implements Entry {}

    /** The channel stands there: the node has all items up to it, or has missed some. */
    record Head(String channel, Position position) implements Entry {}

    /**
     * The node is subscribed; what follows {@code position} will be delivered.
     *
     * @param token of the {@link HomeMessage.Subscribe} that this answers
     * @param logged whether the channel has a log: what the node misses it can ask for
     * @param tail what the node asked for and the log still has, up to {@code position}
     */
    record SubscribedAt(
            String channel,
            long token,
            Position position,
            boolean first,
            @Nullable String lastId,
            boolean logged,
            List<Numbered> tail)
            implements Entry {}

    /** From a loop of this node: it has a first subscriber; answered by {@code LoopFanout.subscribed}. Never leaves the node. */
    record LoopSubscribe(int loop, String channel) implements NodeMessage {}

    /** From a loop of this node: its last subscriber of the channel went. Never leaves the node. */
    record LoopUnsubscribe(int loop, String channel, Mode mode) implements NodeMessage {}

    /** From a loop of this node: what came after that id? Answered by {@link Replayed}. Never leaves the node. */
    record LoopReplay(String channel, String id) implements NodeMessage {}

    /** From a loop of this node: what came after that position? Answered by {@link Replayed}. Never leaves the node. */
    record LoopTail(String channel, Position after, TailBound bound) implements NodeMessage {}

    /**
     * From a loop of this node: a session's origin answered with another position than the channel's last id, so the last id
     * is not to be told to anybody else (GRIP, long-poll race). Forgotten here and at the home if it still is this one.
     */
    record LoopForget(String channel, String lastId) implements NodeMessage {}
}
