package io.sluice.fanout;

import io.sluice.bus.Addresses;
import io.sluice.bus.ChannelPresence;
import io.sluice.bus.NodeMessage;
import io.sluice.bus.Replayed;
import io.sluice.channel.Mode;
import io.sluice.channel.Position;
import io.sluice.channel.TailBound;
import io.sluice.netty.LoopTurn;
import io.sluice.netty.Outlet;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import io.sluice.trace.LoopTrace;
import io.sluice.wire.EncodedItem;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fan-out of one event loop. What comes from other threads (items, answers of the router, updates) stands in one queue and is worked off
 * in its order; after some 2 ms the loop turns to its sockets and comes back, which changes no order. Sinks written to are
 * flushed once at the end of each turn.
 */
public final class EventLoopFanout implements LoopFanout {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoopFanout.class);
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int MAX_BATCH = 1_024;
    private static final long REPLAY_MILLIS = 12_000;
    private static final DeliveryOptions LOCAL = new DeliveryOptions().setLocalOnly(true);

    // immutable
    private final int index;
    private final Vertx vertx;
    private final Context context;
    private final String node;
    private final SubscriptionCounts counts;
    private final Stats stats;
    private final LongSupplier nanos;
    private final TimerWheel timers;
    private final TickBudget budget;
    private final LoopChannel.Router router;

    // any thread
    private final Queue<Work> inbox = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean turnDue = new AtomicBoolean();
    private volatile boolean closed;

    // owned by the event loop
    private final Map<String, LoopChannel> channels = new HashMap<>();
    private final DirtyOutlets dirty = new DirtyOutlets();
    private final LoopTrace trace = new LoopTrace();
    private @Nullable ItemBatch batch;
    private boolean inTurn;
    private boolean flushDue;

    private sealed interface Work {
        record Items(List<EncodedItem> items) implements Work {}

        record Answer(String channel, Subscribed state) implements Work {}

        record Update(@Nullable String channel) implements Work {}

        record Gap(String channel) implements Work {}

        record Refresh(String channel) implements Work {}

        record Forgotten(String channel, String lastId) implements Work {}
    }

    /**
     * @param index this loop's number, unique on the node
     * @param context of the event loop; all but the methods marked any thread are to be called on it
     * @param node this node's name, for the address of its routers
     */
    public EventLoopFanout(int index, Vertx vertx, Context context, String node, Loops loops, Stats stats) {
        this(index, vertx, context, node, loops, stats, System::nanoTime, new VertxTicker(vertx));
    }

    EventLoopFanout(
            int index,
            Vertx vertx,
            Context context,
            String node,
            Loops loops,
            Stats stats,
            LongSupplier nanos,
            HashedTimerWheel.Ticker ticker) {
        this.index = index;
        this.vertx = vertx;
        this.context = context;
        this.node = node;
        this.counts = loops.counts();
        this.stats = stats;
        this.nanos = nanos;
        timers = new HashedTimerWheel(nanos, ticker);
        budget = new TickBudget(nanos, TURN_NANOS);
        router = new LoopChannel.Router() {
            @Override
            public void ask(LoopChannel channel) {
                tellRouter(channel.name(), new NodeMessage.LoopSubscribe(index, channel.name()));
            }

            @Override
            public void forget(LoopChannel channel, Mode last) {
                channels.remove(channel.name(), channel);
                tellRouter(channel.name(), new NodeMessage.LoopUnsubscribe(index, channel.name(), last));
            }
        };
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public LoopTrace trace() {
        return trace;
    }

    @Override
    public TimerWheel timers() {
        return timers;
    }

    @Override
    public Future<Subscribed> subscribe(String name, Mode mode, Subscriber subscriber) {
        LoopChannel channel = channels.get(name);
        boolean fresh = channel == null;
        if (channel == null) {
            channel = new LoopChannel(name, timers, router);
            channels.put(name, channel);
        }
        if (channel.subscribers().add(subscriber, mode)) {
            count(name, mode, 1);
        }
        Future<Subscribed> answer = channel.answer();
        if (fresh) {
            channel.ask();
        }
        return answer;
    }

    @Override
    public void unsubscribe(String name, Mode mode, Subscriber subscriber) {
        LoopChannel channel = channels.get(name);
        if (channel == null || !channel.subscribers().remove(subscriber, mode)) {
            return;
        }
        count(name, mode, -1);
        channel.left(mode);
    }

    @Override
    public void forget(String name, String lastId) {
        forgetHere(name, lastId);
        tellRouter(name, new NodeMessage.LoopForget(name, lastId));
    }

    @Override
    public Future<Replayed> replay(String name, String id) {
        var options = new DeliveryOptions().setLocalOnly(true).setSendTimeout(REPLAY_MILLIS);
        return vertx.eventBus()
                .<Replayed>request(Addresses.node(node, name), new NodeMessage.LoopReplay(name, id), options)
                .map(Message::body);
    }

    @Override
    public Future<Replayed> tail(String name, Position after, TailBound bound) {
        var options = new DeliveryOptions().setLocalOnly(true).setSendTimeout(REPLAY_MILLIS);
        return vertx.eventBus()
                .<Replayed>request(Addresses.node(node, name), new NodeMessage.LoopTail(name, after, bound), options)
                .map(Message::body);
    }

    @Override
    public Future<List<Subscriber>> find(Predicate<Subscriber> test, int limit) {
        return new SubscriberSearch(
                        context, new TickBudget(nanos, TURN_NANOS), new ArrayList<>(channels.values()), test, limit)
                .start();
    }

    private void forgetHere(String name, String lastId) {
        LoopChannel channel = channels.get(name);
        if (channel != null) {
            channel.forget(lastId);
        }
    }

    private void tellRouter(String channel, NodeMessage message) {
        try {
            vertx.eventBus().send(Addresses.node(node, channel), message, LOCAL);
        } catch (RuntimeException e) {
            LOG.error("router-not-told channel={} message={}", channel, message, e);
        }
    }

    private void count(String channel, Mode mode, int by) {
        counts.add(channel, mode, by);
        stats.move(Gauge.SUBSCRIPTIONS, by);
    }

    @Override
    public void flushLater(Outlet outlet) {
        dirty.add(outlet);
        if (!inTurn && !flushDue) {
            flushDue = true;
            context.runOnContext(nothing -> flush());
        }
    }

    private void flush() {
        flushDue = false;
        dirty.flush();
    }

    @Override
    public void deliver(List<EncodedItem> items) {
        enter(new Work.Items(items));
    }

    @Override
    public void subscribed(String channel, Subscribed state) {
        enter(new Work.Answer(channel, state));
    }

    @Override
    public void forgotten(String channel, String lastId) {
        enter(new Work.Forgotten(channel, lastId));
    }

    @Override
    public void updateAll() {
        enter(new Work.Update(null));
    }

    @Override
    public void update(String channel) {
        enter(new Work.Update(channel));
    }

    @Override
    public void refresh(String channel) {
        enter(new Work.Refresh(channel));
    }

    @Override
    public void gap(String channel) {
        enter(new Work.Gap(channel));
    }

    @Override
    public Future<ChannelPresence> presence(String name) {
        Promise<ChannelPresence> answer = Promise.promise();
        try {
            context.runOnContext(nothing -> {
                LoopChannel channel = channels.get(name);
                if (channel == null) {
                    answer.complete(ChannelPresence.NOBODY);
                } else {
                    new PresenceWalk(context, new TickBudget(nanos, TURN_NANOS), channel.subscribers(), answer).turn();
                }
            });
        } catch (RejectedExecutionException e) {
            // The loop has ended, and its connections before it.
            answer.complete(ChannelPresence.NOBODY);
        }
        return answer.future();
    }

    private void enter(Work work) {
        inbox.add(work);
        if (closed) {
            // The loop may have emptied the queue for the last time before.
            discard();
        } else if (turnDue.compareAndSet(false, true)) {
            try {
                context.runOnContext(nothing -> turn());
            } catch (RejectedExecutionException e) {
                closed = true;
                discard();
            }
        }
    }

    private void turn() {
        // Lowered before the queue is read: what comes from now on, and is not seen, raises it again.
        turnDue.set(false);
        budget.start();
        inTurn = true;
        boolean done;
        try {
            done = workOff();
        } finally {
            inTurn = false;
            dirty.flush();
        }
        if (!done && turnDue.compareAndSet(false, true)) {
            LoopTurn.afterSockets(context, this::turn);
        }
    }

    /** Whether everything is done; otherwise the turn is over. */
    private boolean workOff() {
        while (true) {
            ItemBatch current = batch;
            if (current != null) {
                if (!current.deliver(channels, budget, dirty, trace, this::failed)) {
                    return false;
                }
                batch = null;
            }
            Work work = inbox.poll();
            if (work == null) {
                return true;
            }
            if (work instanceof Work.Items more) {
                batch = new ItemBatch(withFollowing(more.items()));
            } else if (work instanceof Work.Answer answer) {
                answered(answer);
            } else if (work instanceof Work.Update update) {
                update(update);
            } else if (work instanceof Work.Refresh refresh) {
                LoopChannel channel = channels.get(refresh.channel());
                if (channel != null) {
                    channel.refresh();
                }
            } else if (work instanceof Work.Gap gap) {
                LoopChannel channel = channels.get(gap.channel());
                if (channel != null) {
                    channel.gap();
                }
            } else if (work instanceof Work.Forgotten forgotten) {
                forgetHere(forgotten.channel(), forgotten.lastId());
            }
            if (budget.spent()) {
                return false;
            }
        }
    }

    /** These, and what has come in behind them: more that leaves with one flush. */
    private List<EncodedItem> withFollowing(List<EncodedItem> items) {
        if (!(inbox.peek() instanceof Work.Items)) {
            return items;
        }
        var all = new ArrayList<EncodedItem>(items);
        while (all.size() < MAX_BATCH && inbox.peek() instanceof Work.Items more) {
            inbox.poll();
            all.addAll(more.items());
        }
        return all;
    }

    private void answered(Work.Answer answer) {
        LoopChannel channel = channels.get(answer.channel());
        if (channel != null) {
            channel.answered(answer.state());
        }
    }

    private void update(Work.Update update) {
        String name = update.channel();
        if (name == null) {
            new ArrayList<>(channels.values()).forEach(LoopChannel::update);
        } else {
            LoopChannel channel = channels.get(name);
            if (channel != null) {
                channel.update();
            }
        }
    }

    private void failed(LoopChannel channel, SubscriberTable.Entry entry, Throwable cause) {
        stats.drop(DropReason.SUBSCRIBER_FAILED);
        trace.dropped(DropReason.SUBSCRIBER_FAILED, "?", entry.subscriber().clientId());
        LOG.error("subscriber-failed channel={} mode={} loop={}", channel.name(), entry.mode(), index, cause);
        unsubscribe(channel.name(), entry.mode(), entry.subscriber());
    }

    /**
     * Ends the fan-out of this loop: what waits is dropped, and counted. On the loop, once its connections have gone.
     */
    public void close() {
        closed = true;
        for (LoopChannel channel : new ArrayList<>(channels.values())) {
            channel.close();
        }
        ItemBatch current = batch;
        batch = null;
        if (current != null) {
            dropped(current.release());
        }
        discard();
    }

    private void discard() {
        for (Work work = inbox.poll(); work != null; work = inbox.poll()) {
            if (work instanceof Work.Items items) {
                dropped(new ItemBatch(items.items()).release());
            }
        }
    }

    private void dropped(int items) {
        if (items > 0) {
            stats.drop(DropReason.LOOP_CLOSED, items);
            LOG.warn("items-dropped loop={} items={} reason=loop-closed", index, items);
        }
    }
}
