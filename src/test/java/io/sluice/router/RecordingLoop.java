package io.sluice.router;

import io.sluice.bus.Addresses;
import io.sluice.bus.ChannelPresence;
import io.sluice.bus.NodeMessage;
import io.sluice.bus.Replayed;
import io.sluice.channel.Mode;
import io.sluice.channel.Position;
import io.sluice.channel.TailBound;
import io.sluice.fanout.LoopFanout;
import io.sluice.fanout.Loops;
import io.sluice.fanout.NoConnections;
import io.sluice.fanout.Subscribed;
import io.sluice.fanout.Subscriber;
import io.sluice.fanout.TimerWheel;
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.PublishItem;
import io.sluice.netty.Outlet;
import io.sluice.trace.LoopTrace;
import io.sluice.wire.EncodedItem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Stands in for an event loop's fan-out: asks the router as that does, and writes down what comes. */
public final class RecordingLoop implements LoopFanout {
    public final Map<String, List<PublishItem>> items = new ConcurrentHashMap<>();
    public final Map<String, List<Subscribed>> answers = new ConcurrentHashMap<>();
    /** Of the items, in the same order: {@code ID@EPOCH.SEQUENCE}. */
    public final Map<String, List<String>> places = new ConcurrentHashMap<>();

    public final List<String> updates = new CopyOnWriteArrayList<>();
    public final List<String> forgotten = new CopyOnWriteArrayList<>();

    private final Vertx vertx;
    private final String node;
    private final int index;

    public RecordingLoop(Vertx vertx, String node, int index, Loops loops) {
        this.vertx = vertx;
        this.node = node;
        this.index = index;
        // Each loop registers on a thread of its own.
        var thread = new Thread(() -> loops.register(new Loops.Loop(this, request -> {}, new NoConnections())));
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    public static PublishItem item(String channel, @Nullable String id, @Nullable String prevId) {
        var stream = new Format.HttpStream(Action.SEND, (id + "\n").getBytes(StandardCharsets.UTF_8), null);
        return new PublishItem(channel, id, prevId, false, -1, Map.of(), null, stream, null);
    }

    public void subscribe(String channel) {
        send(channel, new NodeMessage.LoopSubscribe(index, channel));
    }

    public void unsubscribe(String channel, Mode mode) {
        send(channel, new NodeMessage.LoopUnsubscribe(index, channel, mode));
    }

    public void send(String channel, NodeMessage message) {
        vertx.eventBus().send(Addresses.node(node, channel), message, new DeliveryOptions().setLocalOnly(true));
    }

    public List<String> ids(String channel) {
        return items.getOrDefault(channel, List.of()).stream()
                .map(item -> String.valueOf(item.id()))
                .toList();
    }

    public List<Subscribed> answers(String channel) {
        return answers.getOrDefault(channel, List.of());
    }

    @Override
    public LoopTrace trace() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public void deliver(List<EncodedItem> packet) {
        for (EncodedItem encoded : packet) {
            String channel = encoded.item().channel();
            places.computeIfAbsent(channel, key -> new CopyOnWriteArrayList<>())
                    .add(encoded.item().id() + "@" + encoded.position().epoch() + "."
                            + encoded.position().sequence());
            items.computeIfAbsent(channel, key -> new CopyOnWriteArrayList<>()).add(encoded.item());
            encoded.release();
        }
    }

    @Override
    public void subscribed(String channel, Subscribed state) {
        answers.computeIfAbsent(channel, key -> new CopyOnWriteArrayList<>()).add(state);
    }

    @Override
    public void forget(String channel, String lastId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void forgotten(String channel, String lastId) {
        forgotten.add(channel + " " + lastId);
    }

    @Override
    public void updateAll() {
        updates.add("*");
    }

    @Override
    public void refresh(String channel) {
        updates.add("refresh " + channel);
    }

    @Override
    public void update(String channel) {
        updates.add(channel);
    }

    @Override
    public Future<Subscribed> subscribe(String channel, Mode mode, Subscriber subscriber) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void unsubscribe(String channel, Mode mode, Subscriber subscriber) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<ChannelPresence> presence(String channel) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void gap(String channel) {
        updates.add("gap " + channel);
    }

    @Override
    public Future<Replayed> replay(String channel, String id) {
        return vertx.eventBus()
                .<Replayed>request(
                        Addresses.node(node, channel),
                        new NodeMessage.LoopReplay(channel, id),
                        new DeliveryOptions().setLocalOnly(true))
                .map(Message::body);
    }

    @Override
    public void flushLater(Outlet outlet) {
        throw new UnsupportedOperationException();
    }

    @Override
    public TimerWheel timers() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Replayed> tail(String channel, Position after, TailBound bound) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<List<Subscriber>> find(Predicate<Subscriber> test, int limit) {
        throw new UnsupportedOperationException();
    }
}
