package io.sluice.proxy;

import io.sluice.bus.ChannelPresence;
import io.sluice.bus.Replayed;
import io.sluice.channel.Mode;
import io.sluice.channel.Position;
import io.sluice.channel.TailBound;
import io.sluice.fanout.LoopFanout;
import io.sluice.fanout.Subscribed;
import io.sluice.fanout.Subscriber;
import io.sluice.grip.PublishItem;
import io.sluice.netty.Outlet;
import io.sluice.trace.LoopTrace;
import io.sluice.wire.EncodedItem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Subscribers of one loop, delivered to at once. Subscriptions are confirmed at once unless a test wants to. */
final class FakeFanout implements LoopFanout {
    private static final ThreadLocal<List<EncodedItem>> HELD = ThreadLocal.withInitial(ArrayList::new);

    record Subscription(String channel, Mode mode, Subscriber subscriber) {}

    final FakeTimers timers;
    final List<Subscription> subscriptions = new ArrayList<>();
    final List<String> log = new ArrayList<>();
    final Map<String, Promise<Subscribed>> unanswered = new HashMap<>();
    final Map<String, Subscribed> answers = new HashMap<>();
    /** By channel and id, with a blank between. */
    final Map<String, Replayed> replays = new HashMap<>();

    boolean answerAtOnce = true;

    private final LoopTrace trace = new LoopTrace();

    FakeFanout(FakeTimers timers) {
        this.timers = timers;
    }

    @Override
    public LoopTrace trace() {
        return trace;
    }

    @Override
    public int index() {
        return 0;
    }

    @Override
    public Future<Subscribed> subscribe(String channel, Mode mode, Subscriber subscriber) {
        log.add("+" + channel);
        subscriptions.add(new Subscription(channel, mode, subscriber));
        if (answerAtOnce) {
            return Future.succeededFuture(answers.getOrDefault(channel, new Subscribed(true, false, null)));
        }
        return unanswered.computeIfAbsent(channel, name -> Promise.promise()).future();
    }

    @Override
    public void unsubscribe(String channel, Mode mode, Subscriber subscriber) {
        log.add("-" + channel);
        subscriptions.remove(new Subscription(channel, mode, subscriber));
    }

    @Override
    public void forget(String channel, String lastId) {
        log.add("forget " + channel + " " + lastId);
        answers.computeIfPresent(
                channel,
                (name, old) -> lastId.equals(old.lastId()) ? new Subscribed(old.confirmed(), old.first(), null) : old);
    }

    @Override
    public void forgotten(String channel, String lastId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<ChannelPresence> presence(String channel) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void gap(String channel) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Replayed> replay(String channel, String id) {
        Replayed answer = replays.get(channel + " " + id);
        return answer == null ? Future.failedFuture("no answer") : Future.succeededFuture(answer);
    }

    @Override
    public void flushLater(Outlet outlet) {
        outlet.flush();
    }

    @Override
    public FakeTimers timers() {
        return timers;
    }

    @Override
    public void deliver(List<EncodedItem> items) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void subscribed(String channel, Subscribed state) {
        Promise<Subscribed> promise = unanswered.remove(channel);
        if (promise == null) {
            throw new AssertionError("nobody subscribes to " + channel);
        }
        promise.complete(state);
    }

    @Override
    public void updateAll() {
        for (Subscription subscription : List.copyOf(subscriptions)) {
            subscription.subscriber().update();
        }
    }

    @Override
    public void refresh(String channel) {
        for (Subscription subscription : List.copyOf(subscriptions)) {
            if (subscription.channel().equals(channel)) {
                subscription.subscriber().refresh();
            }
        }
    }

    @Override
    public void update(String channel) {
        throw new UnsupportedOperationException();
    }

    void publish(PublishItem item) {
        publish(item, new Position(1, 1));
    }

    void publish(PublishItem item, Position position) {
        var encoded = new EncodedItem(item, position);
        for (Subscription subscription : List.copyOf(subscriptions)) {
            if (subscription.channel().equals(item.channel())) {
                subscription.subscriber().deliver(item.channel(), encoded);
            }
        }
        encoded.release();
        if (encoded.refCnt() > 0) {
            HELD.get().add(encoded);
        }
    }

    /** Of this test, whose sessions are left as they are when it is over: what waits in their outboxes. */
    static void releaseHeld() {
        HELD.get().forEach(item -> {
            if (item.refCnt() > 0) {
                item.release(item.refCnt());
            }
        });
        HELD.remove();
    }

    List<String> channels() {
        return subscriptions.stream().map(Subscription::channel).sorted().toList();
    }

    /** By channel and sequence, with a blank between. */
    final Map<String, Promise<Replayed>> tails = new HashMap<>();

    @Override
    public Future<Replayed> tail(String channel, Position after, TailBound bound) {
        return tails.computeIfAbsent(channel + " " + after.sequence(), key -> Promise.promise())
                .future();
    }

    @Override
    public Future<List<Subscriber>> find(Predicate<Subscriber> test, int limit) {
        return Future.succeededFuture(subscriptions.stream()
                .map(Subscription::subscriber)
                .distinct()
                .filter(test)
                .limit(limit)
                .toList());
    }
}
