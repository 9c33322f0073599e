package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.bus.ConnectionReport;
import io.sluice.channel.Mode;
import io.sluice.fanout.Subscribed;
import io.sluice.fanout.TimerWheel.Timeout;
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.GripException;
import io.sluice.grip.GripResponse;
import io.sluice.grip.Headers;
import io.sluice.grip.Instruction;
import io.sluice.grip.JsonPatch;
import io.sluice.grip.PublishItem;
import io.sluice.origin.ClientUri;
import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import io.sluice.wire.EncodedItem;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A long-poll (GRIP, response hold): waits for one published response, or the timeout, or a reason to send the request to the
 * origin again. Event loop of its connection only.
 */
final class ResponseSession implements Hold, Held, ItemOwner, SubscriptionRound.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(ResponseSession.class);
    private static final byte[] NOTHING = {};

    /** Sends a client's request to the origin again. */
    interface Retrier {
        void retry(Exchange exchange, RequestMemory memory, Headers lastIds);
    }

    /** Requests that may wait together for their turn to be sent again. */
    private record UpdateKey(ClientUri uri, Headers lastIds) {}

    private enum State {
        /** Not all channels are subscribed yet. Items wait. */
        SUBSCRIBING,
        HOLDING,
        /** Answered, failed, given back to the origin, or the client has gone. */
        ENDED,
    }

    private final SessionParts parts;
    private final Exchange exchange;
    private final RequestMemory memory;
    private final Instruction instruction;
    private final Retrier retrier;
    private final SessionChannels channels;
    private final ItemFlow flow;
    private final SubscriptionRound round;
    private State state = State.SUBSCRIBING;
    private boolean conflict;
    private boolean sure;
    private boolean late;
    private @Nullable Timeout timeout;
    private @Nullable Timeout settle;
    private @Nullable Timeout firstUpdate;
    private UpdateLimiter.@Nullable Ticket ticket;

    ResponseSession(
            SessionParts parts, Exchange exchange, RequestMemory memory, Instruction instruction, Retrier retrier) {
        this.parts = parts;
        this.exchange = exchange;
        this.memory = memory;
        this.instruction = instruction;
        this.retrier = retrier;
        this.channels = new SessionChannels(
                exchange.route().prefix(),
                exchange.target().implicitChannels(),
                parts.settings().channels().connectionSubscriptionMax());
        this.flow = new ItemFlow(parts, exchange, channels, this);
        this.round = new SubscriptionRound(parts, exchange, channels, flow, Mode.RESPONSE, this);
    }

    void start() {
        parts.stats().move(Gauge.RESPONSE_HOLDS, 1);
        exchange.onGone(this::gone);
        exchange.onClosing(this::closing);
        exchange.onDisplaced(this::displaced);
        timeout = parts.timers().schedule(instruction.timeoutSeconds() * 1000L, this::timedOut);
        round.start(instruction.channels());
    }

    // As a subscriber.

    @Override
    public void deliver(String channel, EncodedItem encoded) {
        if (state != State.ENDED && encoded.item().response() != null) {
            flow.offer(encoded.item(), encoded);
        }
    }

    @Override
    public @Nullable String clientId() {
        return exchange.clientId();
    }

    @Override
    public void update() {
        sure = true;
        submit();
    }

    // As the owner of an item flow.

    @Override
    public boolean ready() {
        return state == State.HOLDING;
    }

    @Override
    public @Nullable Format format(PublishItem item) {
        return item.response();
    }

    @Override
    public byte[] content(Format format) {
        var response = (Format.HttpResponse) format;
        byte[] body = response.body();
        String patch = response.bodyPatch();
        if (body != null) {
            return body;
        }
        return response.action() == Action.SEND && patch != null ? patched(patch) : NOTHING;
    }

    @Override
    public Map<String, String> meta() {
        return instruction.meta();
    }

    @Override
    public ClientUri base() {
        return exchange.uri();
    }

    @Override
    public boolean room(Subscription subscription, WaitingItem waiting) {
        return true;
    }

    @Override
    public void act(
            Subscription subscription, PublishItem item, Format format, byte[] content, @Nullable EncodedItem shared) {
        switch (format.action()) {
            case SEND -> {
                parts.stats().count(Counter.DELIVERIES);
                parts.trace().written();
                var published = (Format.HttpResponse) format;
                finish(() -> exchange.respond(PublishedAnswer.merge(instruction.response(), published, content)));
            }
            case HINT -> retry();
            case CLOSE, REFRESH -> {}
        }
    }

    @Override
    public void behind(Subscription subscription, boolean certain) {
        if (certain) {
            update();
        } else if (settle == null && ticket == null) {
            settle = parts.timers().schedule(NextLoop.SETTLE_MILLIS, () -> {
                settle = null;
                if (channels.anyInDoubt()) {
                    submit();
                }
            });
        }
    }

    @Override
    public void gap(Subscription subscription, long items) {
        update();
    }

    @Override
    public void channelsChanged() {}

    @Override
    public boolean takesMore() {
        return true;
    }

    // As a hold.

    @Override
    public SessionClient client() {
        return exchange;
    }

    @Override
    public ConnectionReport.Kind kind() {
        return ConnectionReport.Kind.LONG_POLL;
    }

    @Override
    public SessionChannels channels() {
        return channels;
    }

    @Override
    public DropLog drops() {
        return flow.drops();
    }

    /** It gets the answer of the timeout, and comes again. */
    @Override
    public void disconnect(Disconnect why) {
        if (state != State.ENDED) {
            parts.stats().count(why.counter());
            flow.drops().ended(why);
            state = State.HOLDING;
            timedOut();
        }
    }

    @Override
    public void caughtUp() {
        if (state != State.HOLDING) {
            return;
        }
        if (late && !flow.asking()) {
            timedOut();
        } else if (sure) {
            submit();
        } else if (!channels.anyInDoubt()) {
            cancelUpdate();
        }
    }

    @Override
    public void reject(String message) {
        if (state != State.ENDED) {
            finish(() -> exchange.fail(message));
        }
    }

    // The way of the hold.

    /** Whether something was published between the origin's reading and the subscription. */
    @Override
    public void subscribed(Subscription subscription, Subscribed answer) {
        String position = subscription.position();
        String lastId = answer.lastId();
        if (position != null && lastId != null && !lastId.equals(position)) {
            conflict(subscription, lastId);
        } else if (parts.firsts().mayHaveMissed(subscription.fullName(), answer) && memory.takeUpdateOnFirst()) {
            firstUpdate = parts.timers().schedule(FirstSubscriptions.UPDATE_MILLIS, this::update);
        }
    }

    /** Retried at once the first time; an id that a retry did not bring the origin to is not worth another. */
    private void conflict(Subscription subscription, String lastId) {
        boolean first = !memory.anyConflict();
        if (!memory.newConflict(subscription.fullName(), lastId)) {
            parts.fanout().forget(subscription.fullName(), lastId);
        } else if (first || conflict) {
            conflict = true;
        } else {
            sure = true;
        }
    }

    @Override
    public void allSubscribed() {
        if (conflict) {
            retry();
            return;
        }
        state = State.HOLDING;
        flow.drain();
        if (sure) {
            submit();
        }
    }

    private void submit() {
        if (state == State.HOLDING && ticket == null) {
            ticket = parts.updates()
                    .submit(channels.names(), new UpdateKey(exchange.uri(), channels.lastIds()), false, this::retryNow);
        }
    }

    private void retryNow() {
        ticket = null;
        if (flow.asking()) {
            // Its answer comes first, and then asks for this again.
            sure = true;
        } else {
            retry();
        }
    }

    private void retry() {
        Headers lastIds = channels.lastIds();
        for (Subscription subscription : channels.all()) {
            String id = subscription.conflict();
            if (id != null) {
                memory.newConflict(subscription.fullName(), id);
            }
        }
        flow.abandonCovered();
        end(false);
        retrier.retry(exchange, memory, lastIds);
    }

    private void timedOut() {
        if (flow.asking()) {
            // The item in question may be the answer.
            late = true;
            return;
        }
        finish(() -> {
            GripResponse response = FirstResponse.filtered(exchange, instruction);
            if (response != null) {
                exchange.respond(response);
            }
        });
    }

    /** The stored response's body, patched; empty when that is impossible. */
    private byte[] patched(String patch) {
        try {
            return JsonPatch.apply(new String(instruction.response().body(), UTF_8), patch)
                    .getBytes(UTF_8);
        } catch (GripException e) {
            LOG.warn(
                    "body-patch-failed connection={} route={} uri={} reason={}",
                    exchange.id(),
                    exchange.route().id(),
                    exchange.uri(),
                    e.text());
            return NOTHING;
        }
    }

    // The end.

    private void finish(Runnable answer) {
        end(false);
        answer.run();
        GoneLinks.post(memory, exchange, parts);
    }

    /** Answered as when its time is over: the client asks again, and another node. */
    private void closing() {
        if (state == State.SUBSCRIBING) {
            // What came already may be a better answer.
            state = State.HOLDING;
            flow.drain();
        }
        if (state != State.ENDED) {
            parts.stats().count(Counter.HOLDS_DRAINED);
            timedOut();
        }
    }

    private void displaced(Displacement displacement) {
        if (state != State.ENDED) {
            finish(() -> exchange.respond(displacement.loss().answer()));
        }
    }

    private void gone() {
        if (state != State.ENDED) {
            end(true);
            GoneLinks.post(memory, exchange, parts);
        }
    }

    private void end(boolean clientGone) {
        state = State.ENDED;
        parts.stats().move(Gauge.RESPONSE_HOLDS, -1);
        cancelUpdate();
        if (timeout != null) {
            timeout.cancel();
        }
        if (firstUpdate != null) {
            firstUpdate.cancel();
        }
        flow.close(clientGone);
        round.close();
    }

    private void cancelUpdate() {
        if (ticket != null) {
            ticket.cancel();
            ticket = null;
        }
        if (settle != null) {
            settle.cancel();
            settle = null;
        }
    }
}
