package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.channel.Mode;
import io.sluice.fanout.Subscribed;
import io.sluice.fanout.TimerWheel.Timeout;
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.GripException;
import io.sluice.grip.GripResponse;
import io.sluice.grip.HoldMode;
import io.sluice.grip.Instruction;
import io.sluice.grip.KeepAlive;
import io.sluice.grip.PublishItem;
import io.sluice.netty.Sink;
import io.sluice.origin.ClientUri;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import io.sluice.wire.EncodedItem;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open stream: a stream hold, or pages on the way to one (GRIP, stream hold and the next loop). Subscribes first and sends
 * its head then, so that a client who has seen the head misses nothing. Event loop of its connection only.
 */
final class StreamSession implements Hold, ItemOwner, NextStream {
    private static final Logger LOG = LoggerFactory.getLogger(StreamSession.class);

    private enum State {
        /** An instruction is taken on; its channels are not all subscribed yet. Items wait. */
        SUBSCRIBING,
        /** Items go out as they come. */
        HOLDING,
        /** The next loop fetches, or is about to. Items wait. */
        AWAY,
        ENDED,
    }

    private final SessionParts parts;
    private final Exchange exchange;
    private final RequestMemory memory;
    private final SessionChannels channels;
    private final ItemFlow flow;
    private final NextLoop loop;
    private final KeepAliveTimer keepAlive;
    private final int outboxBytes;
    private State state = State.SUBSCRIBING;
    /** Holding, and no channel asks for more than its bytes. */
    private boolean direct;

    private Map<String, String> meta = Map.of();
    private @Nullable GripResponse head;
    private @Nullable Sink sink;
    private @Nullable KeepAlive keepAliveToCome;
    private @Nullable Timeout firstUpdate;
    private int unconfirmed;

    StreamSession(SessionParts parts, Exchange exchange, RequestMemory memory) {
        this.parts = parts;
        this.exchange = exchange;
        this.memory = memory;
        this.channels = new SessionChannels(
                exchange.route().prefix(),
                exchange.target().implicitChannels(),
                parts.settings().channels().connectionSubscriptionMax());
        this.flow = new ItemFlow(parts, exchange, channels, this);
        this.loop = new NextLoop(parts, exchange, channels, flow, this);
        this.keepAlive = new KeepAliveTimer(parts, this::sendKeepAlive);
        this.outboxBytes = parts.settings().http().outboxBytes();
    }

    /** Takes the client's exchange over; head and body of the instruction's response are still to be sent. */
    void start(Instruction first) {
        begin();
        head = FirstResponse.filtered(exchange, first);
        if (head == null) {
            end(false);
        } else {
            take(first, first.meta());
        }
    }

    /** As {@link #start}, after head and body have been sent. */
    void startSent(Instruction first, Sink body) {
        begin();
        use(body);
        take(first, first.meta());
    }

    // As a subscriber.

    @Override
    public void deliver(String channel, EncodedItem encoded) {
        PublishItem item = encoded.item();
        Format.HttpStream format = item.stream();
        if (format == null || state == State.ENDED) {
            return;
        }
        Sink out = sink;
        if (direct
                && out != null
                && format.action() == Action.SEND
                && format.contentFilters() == null
                && format.content().length > 0
                && out.pendingBytes() <= outboxBytes) {
            out.write(encoded);
            parts.fanout().flushLater(out);
            sent(channel);
            return;
        }
        Subscription subscription = channels.get(channel);
        if (subscription != null && subscription.reliable() && loop.fetchToCome()) {
            parts.stats().drop(DropReason.OUT_OF_POSITION);
            flow.discardKnowingly();
            return;
        }
        flow.offer(item, encoded);
    }

    @Override
    public void update() {
        if (state != State.ENDED) {
            flow.discardKnowingly();
            loop.update();
        }
    }

    // As the owner of an item flow.

    @Override
    public boolean ready() {
        return state == State.HOLDING;
    }

    @Override
    public @Nullable Format format(PublishItem item) {
        return item.stream();
    }

    @Override
    public byte[] content(Format format) {
        return ((Format.HttpStream) format).content();
    }

    @Override
    public Map<String, String> meta() {
        return meta;
    }

    @Override
    public ClientUri base() {
        return loop.base();
    }

    @Override
    public boolean room(Subscription subscription) {
        Sink out = sink;
        if (out == null || out.pendingBytes() <= outboxBytes) {
            return true;
        }
        if (subscription.reliable()) {
            LOG.info(
                    "stream-stalled connection={} route={} uri={} pending={}",
                    exchange.id(),
                    exchange.route().id(),
                    exchange.uri(),
                    out.pendingBytes());
            flow.discardKnowingly();
            loop.fetch();
        } else {
            flow.lose(DropReason.OUTBOX_FULL, subscription);
        }
        return false;
    }

    @Override
    public void act(Subscription subscription, Format format, byte[] content, @Nullable EncodedItem shared) {
        switch (format.action()) {
            case SEND -> send(subscription, content, shared);
            case HINT -> loop.hint();
            case CLOSE -> finish();
            case REFRESH -> {}
        }
    }

    @Override
    public void behind(Subscription subscription, boolean sure) {
        if (sure) {
            loop.update();
        } else {
            loop.suspectUnsettled();
        }
    }

    @Override
    public void caughtUp() {
        loop.caughtUp();
    }

    @Override
    public void reject(String message) {
        broken(message);
    }

    // As the stream of a next loop.

    @Override
    public @Nullable Sink sink() {
        return sink;
    }

    @Override
    public boolean canTake() {
        return sink != null && sink.writable() && sink.pendingBytes() <= outboxBytes;
    }

    @Override
    public boolean holding() {
        return state == State.HOLDING;
    }

    @Override
    public void leave() {
        enter(State.AWAY);
    }

    @Override
    public void comeBack() {
        enter(State.HOLDING);
        flow.drain();
    }

    @Override
    public void page(byte[] bytes) {
        if (sink != null) {
            sink.write(bytes);
            parts.fanout().flushLater(sink);
            keepAlive.sent();
        }
    }

    @Override
    public void instruct(Instruction instruction, Map<String, String> merged, long stamp) {
        if (instruction.hold() == HoldMode.STREAM) {
            flow.coveredBefore(stamp);
        }
        take(instruction, merged);
    }

    @Override
    public void broken(String message) {
        if (state == State.ENDED) {
            return;
        }
        LOG.warn(
                "stream-failed connection={} route={} uri={} reason={}",
                exchange.id(),
                exchange.route().id(),
                exchange.uri(),
                message);
        Sink out = sink;
        end(false);
        if (out == null) {
            exchange.fail(message);
            return;
        }
        if (exchange.debug()) {
            out.write(("\n\n" + message + "\n").getBytes(UTF_8));
            out.flush();
        }
        // A proper end would tell the client that it has everything.
        out.abort();
    }

    // The way of an instruction.

    private void begin() {
        parts.stats().move(Gauge.STREAM_HOLDS, 1);
        exchange.onGone(this::gone);
    }

    /** The instruction counts from now on. */
    private void take(Instruction instruction, Map<String, String> merged) {
        meta = merged;
        try {
            loop.link(instruction.next());
        } catch (GripException e) {
            broken(e.text());
            return;
        }
        if (instruction.hold() == HoldMode.STREAM) {
            subscribe(instruction);
        } else if (loop.linked()) {
            open();
            loop.turnPage();
        } else {
            open();
            finish();
        }
    }

    private void subscribe(Instruction instruction) {
        enter(State.SUBSCRIBING);
        keepAliveToCome = instruction.keepAlive();
        SessionChannels.Change change = channels.replace(instruction.channels());
        warnIgnored(exchange, change.ignored());
        for (Subscription removed : change.removed()) {
            parts.fanout().unsubscribe(removed.fullName(), Mode.STREAM, this);
        }
        // One more than there are, so that answers at once don't end it early.
        unconfirmed = change.added().size() + 1;
        for (Subscription added : change.added()) {
            parts.fanout()
                    .subscribe(added.fullName(), Mode.STREAM, this)
                    .onComplete(answer -> confirmed(added, answer.result()));
        }
        confirmedOne();
    }

    private void confirmed(Subscription subscription, @Nullable Subscribed answer) {
        if (state != State.SUBSCRIBING) {
            return;
        }
        if (answer != null && subscription.reliable()) {
            String lastId = answer.lastId();
            if (lastId != null && !lastId.equals(subscription.position())) {
                subscription.suspect();
            } else if (parts.firsts().mayHaveMissed(subscription.fullName(), answer) && memory.takeUpdateOnFirst()) {
                firstUpdate = parts.timers().schedule(FirstSubscriptions.UPDATE_MILLIS, this::update);
            }
        }
        confirmedOne();
    }

    private void confirmedOne() {
        if (--unconfirmed == 0) {
            hold();
        }
    }

    private void hold() {
        open();
        enter(State.HOLDING);
        keepAlive.set(keepAliveToCome);
        keepAliveToCome = null;
        boolean suspected = channels.anyInDoubt();
        if (suspected) {
            // Whatever was missed is at the origin by now: a fetch from here on will have it.
            flow.discardKnowingly();
        }
        loop.rest();
        flow.drain();
        if (suspected && channels.anyInDoubt()) {
            loop.suspect();
        }
    }

    private void open() {
        GripResponse first = head;
        if (first == null) {
            return;
        }
        head = null;
        Sink out = exchange.stream(first.status(), first.reason(), first.headers());
        use(out);
        if (first.body().length > 0) {
            out.write(first.body());
        }
        out.flush();
    }

    private void use(Sink out) {
        sink = out;
        out.onWritable(loop::writable);
    }

    static void warnIgnored(Exchange exchange, List<String> ignored) {
        if (!ignored.isEmpty()) {
            LOG.warn(
                    "too-many-subscriptions connection={} route={} uri={} ignored={}",
                    exchange.id(),
                    exchange.route().id(),
                    exchange.uri(),
                    ignored);
        }
    }

    // What goes out.

    private void send(Subscription subscription, byte[] content, @Nullable EncodedItem shared) {
        Sink out = sink;
        if (out == null || content.length == 0) {
            return;
        }
        if (shared != null) {
            out.write(shared);
        } else {
            out.write(content);
        }
        parts.fanout().flushLater(out);
        subscription.markSent();
        keepAlive.sent();
        parts.stats().count(Counter.DELIVERIES);
    }

    private void sent(String channel) {
        keepAlive.sent();
        parts.stats().count(Counter.DELIVERIES);
        if (loop.linked()) {
            Subscription subscription = channels.get(channel);
            if (subscription != null) {
                subscription.markSent();
            }
        }
    }

    private void sendKeepAlive() {
        Sink out = sink;
        if (out != null && !loop.midway() && out.pendingBytes() <= outboxBytes) {
            out.write(keepAlive.content());
            parts.fanout().flushLater(out);
        }
    }

    // The end.

    private void finish() {
        Sink out = sink;
        end(false);
        if (out != null) {
            out.end();
        }
    }

    private void gone() {
        if (state != State.ENDED) {
            end(true);
        }
    }

    private void end(boolean clientGone) {
        enter(State.ENDED);
        parts.stats().move(Gauge.STREAM_HOLDS, -1);
        loop.close();
        keepAlive.stop();
        if (firstUpdate != null) {
            firstUpdate.cancel();
        }
        flow.close(clientGone);
        for (Subscription subscription : channels.all()) {
            parts.fanout().unsubscribe(subscription.fullName(), Mode.STREAM, this);
        }
        GoneLinks.post(memory, exchange, parts.origin());
    }

    private void enter(State next) {
        state = next;
        direct = next == State.HOLDING && channels.plain();
    }
}
