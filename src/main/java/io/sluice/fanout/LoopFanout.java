package io.sluice.fanout;

import io.sluice.bus.ChannelPresence;
import io.sluice.bus.Replayed;
import io.sluice.channel.Mode;
import io.sluice.channel.Position;
import io.sluice.channel.TailBound;
import io.sluice.netty.Outlet;
import io.sluice.trace.LoopTrace;
import io.sluice.wire.EncodedItem;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Predicate;

/** The subscribers of one event loop. Methods are for that loop's thread unless they say otherwise. */
public interface LoopFanout {
    /** This loop's number, 0 up to the number of loops. */
    int index();

    /**
     * Adds a subscriber to a channel. Items reach it from the moment that the answer arrives, and maybe before; none is
     * missed between the position in the answer and the first delivery. The answer never fails: where the home can't be reached in time it
     * tells so, and the subscription is made as soon as it can.
     */
    Future<Subscribed> subscribe(String channel, Mode mode, Subscriber subscriber);

    /**
     * What a channel's log has after the newest item of that id, for a subscriber that is subscribed and stands there: what is delivered and what
     * this tells overlap, or follow each other. Fails when the home does not answer.
     */
    Future<Replayed> replay(String channel, String id);

    /** As {@link #replay}, with what the log has after that position, so much at once. */
    Future<Replayed> tail(String channel, Position after, TailBound bound);

    /**
     * Those subscribed on this loop that the test accepts, each once. A walk over all subscriptions, for operators: in turns with everything else that the loop
     * does, so that it can take long. Fails with what the test throws.
     */
    Future<List<Subscriber>> find(Predicate<Subscriber> test, int limit);

    /** Removes it; unknown pairs are ignored. Effective at once on this loop. */
    void unsubscribe(String channel, Mode mode, Subscriber subscriber);

    /**
     * An origin that was asked again keeps to another position than the channel's last id: it is not to be told to anybody
     * else, on this node or at the home, if it still is this one (GRIP, long-poll race).
     */
    void forget(String channel, String lastId);

    /** Has the outlet flushed once, at the end of this tick. */
    void flushLater(Outlet outlet);

    /** Counts what becomes of the item that the loop is busy with. */
    LoopTrace trace();

    /** The loop's timer wheel. */
    TimerWheel timers();

    /** Any thread: items in order; takes over one reference of each. */
    void deliver(List<EncodedItem> items);

    /** Any thread: the router's answer to a {@code LoopSubscribe}. */
    void subscribed(String channel, Subscribed state);

    /** Any thread: the channel's last id is not to be told any more, if it still is this one. */
    void forgotten(String channel, String lastId);

    /** Any thread: every subscriber of the loop, or of one channel, is to ask its origin again. */
    void updateAll();

    void update(String channel);

    /** Any thread: the origins of the channel's WebSockets are to be asked at once. */
    void refresh(String channel);

    /** Any thread: who is subscribed to the channel on this loop. A walk over its subscribers. */
    Future<ChannelPresence> presence(String channel);

    /** Any thread: subscribers of the channel have missed items that nobody has any more. */
    void gap(String channel);
}
