package io.sluice.proxy;

import io.sluice.bus.ConnectionReport;
import io.sluice.channel.Mode;
import io.sluice.config.OverflowPolicy;
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
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An open stream: a stream hold, or pages on the way to one (GRIP, stream hold and the next loop). Subscribes first and sends
 * its head then, so that a client who has seen the head misses nothing. Event loop of its connection only.
 */
final class StreamSession implements Hold, ItemOwner, NextStream, OutboxOwner, SubscriptionRound.Listener {
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
    private final UnlinkedDoubt doubt;
    private final StreamOutput output;
    private final SubscriptionRound round;
    private State state = State.SUBSCRIBING;
    /** Holding, and no channel asks for more than its bytes. */
    private boolean direct;
    /** The node closes: the stream is to end as soon as what the client has of it is whole. */
    private boolean closing;

    private Map<String, String> meta = Map.of();
    private @Nullable GripResponse head;
    private @Nullable KeepAlive keepAliveToCome;
    private @Nullable Timeout firstUpdate;

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
        this.doubt = new UnlinkedDoubt(parts, channels, this::comeAgain);
        this.output = new StreamOutput(parts, this, loop::midway);
        this.round = new SubscriptionRound(parts, exchange, channels, flow, Mode.STREAM, this);
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
        output.sent(first.response());
        output.use(body);
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
        if (direct
                && format.action() == Action.SEND
                && format.contentFilters() == null
                && format.content().length > 0
                && output.takes()) {
            output.direct(encoded, format.content());
            sent(channel);
            return;
        }
        Subscription subscription = channels.get(channel);
        if (subscription != null && subscription.reliable() && loop.fetchToCome()) {
            parts.stats().drop(DropReason.OUT_OF_POSITION);
            parts.trace().dropped(DropReason.OUT_OF_POSITION, exchange.id(), exchange.clientId());
            flow.discardKnowingly();
            return;
        }
        flow.offer(item, encoded);
    }

    @Override
    public @Nullable String clientId() {
        return exchange.clientId();
    }

    @Override
    public void update() {
        if (state == State.ENDED) {
            return;
        }
        if (loop.linked() || !channels.anyReliable()) {
            flow.discardKnowingly();
            loop.update();
        } else {
            doubt.sure();
        }
    }

    @Override
    public void gap() {
        if (loop.linked()) {
            update();
        } else {
            // The client is to come back, and say where it was.
            broken("Items of a channel are lost.");
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
    public boolean room(Subscription subscription, WaitingItem waiting) {
        if (!output.full()) {
            return true;
        }
        PublishItem item = waiting.item();
        OverflowPolicy policy = parts.pressure().policyOf(item.channel());
        boolean log = policy == OverflowPolicy.CATCH_UP
                && !loop.linked()
                && parts.settings().channels().logOf(item.channel()) != null;
        if (subscription.reliable() && policy != OverflowPolicy.DISCONNECT && !log) {
            SessionLog.stalled(exchange);
            parts.stats().drop(DropReason.OUTBOX_FULL);
            parts.trace().dropped(DropReason.OUTBOX_FULL, exchange.id(), exchange.clientId());
            flow.discardKnowingly();
            if (loop.linked()) {
                loop.fetch();
            } else {
                doubt.sure();
            }
            return false;
        }
        switch (output.admit(item)) {
            case ROOM -> {
                return true;
            }
            case DISCONNECT -> {
                flow.drops().dropped(DropReason.OUTBOX_DISCONNECTED, item.channel());
                parts.trace().dropped(DropReason.OUTBOX_DISCONNECTED, exchange.id(), exchange.clientId());
                disconnect(Disconnect.SLOW);
            }
            case CATCH_UP -> flow.catchUps().leaveBehind(subscription, waiting);
            case DROP -> flow.lose(DropReason.OUTBOX_FULL, subscription);
        }
        return false;
    }

    @Override
    public void gap(Subscription subscription, long items) {
        if (!output.tellGap(subscription.name(), items)) {
            broken("Items of a channel are lost.");
        }
    }

    @Override
    public void channelsChanged() {
        enter(state);
    }

    @Override
    public boolean takesMore() {
        return output.canTake();
    }

    @Override
    public void act(
            Subscription subscription, PublishItem item, Format format, byte[] content, @Nullable EncodedItem shared) {
        switch (format.action()) {
            case SEND -> send(subscription, item, content, shared);
            case HINT -> loop.hint();
            case CLOSE -> finish();
            case REFRESH -> {}
        }
    }

    @Override
    public void behind(Subscription subscription, boolean sure) {
        if (!loop.linked()) {
            if (sure) {
                doubt.sure();
            } else {
                doubt.suspect();
            }
        } else if (sure) {
            loop.update();
        } else {
            loop.suspectUnsettled();
        }
    }

    @Override
    public void caughtUp() {
        loop.caughtUp();
        endIfClosing();
    }

    @Override
    public void reject(String message) {
        broken(message);
    }

    // As the stream of a next loop.

    @Override
    public @Nullable Sink sink() {
        return output.sink();
    }

    @Override
    public boolean canTake() {
        return output.canTake();
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
        output.page(bytes);
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
        SessionLog.failed(exchange, message);
        end(false);
        if (output.sink() == null) {
            exchange.fail(message);
        } else {
            // A proper end would tell the client that it has everything.
            output.cut(exchange.debug() ? "\n\n" + message + "\n" : null);
        }
    }

    // The way of an instruction.

    private void begin() {
        parts.stats().move(Gauge.STREAM_HOLDS, 1);
        exchange.onGone(this::gone);
        exchange.onClosing(this::closing);
        exchange.onDisplaced(this::displaced);
    }

    /** The instruction counts from now on. */
    private void take(Instruction instruction, Map<String, String> merged) {
        meta = merged;
        try {
            loop.link(instruction.next());
            instruction.requireLink(
                    name -> parts.settings().channels().logOf(exchange.route().prefix() + name) != null);
        } catch (GripException e) {
            broken(e.text());
            return;
        }
        if (instruction.hold() == HoldMode.STREAM) {
            subscribe(instruction);
        } else if (loop.linked() && !closing) {
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
        round.start(instruction.channels());
        endIfClosing();
    }

    @Override
    public void subscribed(Subscription subscription, Subscribed answer) {
        if (!subscription.reliable()) {
            return;
        }
        String lastId = answer.lastId();
        if (lastId != null && !lastId.equals(subscription.position())) {
            subscription.suspect(lastId);
        } else if (loop.linked()
                && parts.firsts().mayHaveMissed(subscription.fullName(), answer)
                && memory.takeUpdateOnFirst()) {
            firstUpdate = parts.timers().schedule(FirstSubscriptions.UPDATE_MILLIS, this::update);
        }
    }

    @Override
    public void allSubscribed() {
        open();
        enter(State.HOLDING);
        output.keepAlive(keepAliveToCome);
        keepAliveToCome = null;
        boolean suspected = channels.anyInDoubt();
        if (suspected) {
            // Whatever was missed is at the origin by now: a fetch from here on will have it.
            flow.discardKnowingly();
        }
        loop.rest();
        flow.drain();
        if (suspected && channels.anyInDoubt()) {
            if (loop.linked()) {
                loop.suspect();
            } else {
                doubt.suspect();
            }
        }
    }

    private void open() {
        GripResponse first = head;
        if (first != null) {
            head = null;
            output.open(exchange, first);
        }
    }

    // What goes out.

    private void send(Subscription subscription, PublishItem item, byte[] content, @Nullable EncodedItem shared) {
        if (content.length > 0) {
            output.item(item, subscription.reliable(), content, shared);
            subscription.markSent();
        }
    }

    private void sent(String channel) {
        if (loop.linked()) {
            Subscription subscription = channels.get(channel);
            if (subscription != null) {
                subscription.markSent();
            }
        }
    }

    // The end.

    private void finish() {
        end(false);
        output.end();
    }

    /** There is nobody to ask for what the stream misses. */
    private void comeAgain() {
        if (state == State.ENDED) {
            return;
        }
        boolean lost = channels.all().stream().anyMatch(Subscription::uncovered);
        SessionLog.behind(exchange, lost);
        flow.abandonCovered();
        // A client that never saw a head would take it for a refusal, and stay away.
        open();
        end(false);
        output.comeAgain(lost);
    }

    private void gone() {
        if (state != State.ENDED) {
            end(true);
        }
        output.discard(DropReason.CONNECTION_CLOSED);
    }

    // As the owner of an outbox.

    @Override
    public SessionClient client() {
        return exchange;
    }

    @Override
    public ConnectionReport.Kind kind() {
        return ConnectionReport.Kind.STREAM;
    }

    @Override
    public SessionChannels channels() {
        return channels;
    }

    @Override
    public DropLog drops() {
        return flow.drops();
    }

    @Override
    public void writable() {
        loop.writable();
        if (state != State.ENDED) {
            flow.catchUps().goOn();
        }
    }

    @Override
    public void disconnect(Disconnect why) {
        if (state == State.ENDED) {
            return;
        }
        parts.stats().count(why.counter());
        flow.drops().ended(why);
        end(false);
        if (output.sink() == null) {
            exchange.fail(why.reason());
        } else {
            output.disconnect(why);
        }
    }

    /** Whatever the client has a part of, it gets no more. */
    private void displaced(Displacement displacement) {
        if (state == State.ENDED) {
            return;
        }
        end(true);
        if (output.sink() == null) {
            exchange.respond(displacement.loss().answer());
        } else {
            output.discard(DropReason.CONNECTION_CLOSED);
            output.page(displacement.farewell());
            output.end();
        }
    }

    /** The client is to come back, to another node. */
    private void closing() {
        if (!closing && state != State.ENDED) {
            closing = true;
            parts.stats().count(Counter.HOLDS_DRAINED);
        }
        endIfClosing();
    }

    /** After a page that has begun, and a question that is open, and with what waits and can still go out. */
    private void endIfClosing() {
        if (!closing || state == State.ENDED || loop.midway() || flow.asking()) {
            return;
        }
        closing = false;
        loop.close();
        open();
        enter(State.HOLDING);
        flow.drain();
        closing = true;
        if (state != State.ENDED && !flow.asking()) {
            output.retry(parts.settings().drain().retryMillis());
            finish();
        }
    }

    private void end(boolean clientGone) {
        enter(State.ENDED);
        parts.stats().move(Gauge.STREAM_HOLDS, -1);
        loop.close();
        doubt.close();
        output.stop();
        if (firstUpdate != null) {
            firstUpdate.cancel();
        }
        flow.close(clientGone || closing);
        round.close();
        GoneLinks.post(memory, exchange, parts);
    }

    private void enter(State next) {
        state = next;
        direct = next == State.HOLDING && channels.plain();
    }
}
