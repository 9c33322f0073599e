package io.sluice.proxy;

import io.sluice.bus.ConnectionReport;
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.GripExtension;
import io.sluice.grip.Headers;
import io.sluice.grip.PublishItem;
import io.sluice.grip.SocketClose;
import io.sluice.netty.SocketListener;
import io.sluice.netty.SocketSink;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import io.sluice.wire.EncodedItem;
import io.sluice.wire.SocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's WebSocket between its origin and its channels (GRIP, GRIP over WebSocket). What an origin says is dealt with in its order,
 * and a subscription has taken effect before anything after it is: a client that sees a message is subscribed to what was subscribed
 * before it. Event loop of its connection only.
 */
final class SocketSession implements Hold, OutboxOwner, SocketListener, OriginListener {
    private static final long DISCONNECT_MILLIS = 5_000;

    private enum State {
        /** The origin has agreed; the client has not been answered. Items wait. */
        OPENING,
        OPEN,
        /** The client has sent its close, and waits for ours. */
        CLOSED_BY_CLIENT,
        /** Our close is sent. */
        CLOSING,
        ENDED,
    }

    private final SessionParts parts;
    private final LoopSockets sockets;
    private final SocketClient client;
    private final SocketOrigin origin;
    private final SessionChannels channels;
    private final SocketItems items;
    private final ItemFlow flow;
    private final SocketSubscriptions subscriptions;
    private final SocketRecovery recovery;
    private final SocketOutput output;
    private final OriginFrames frames = new OriginFrames();
    private final @Nullable OriginMessages messages;
    private final long startedNanos = System.nanoTime();
    private State state = State.OPENING;
    /** Open, and no channel asks for more than its bytes. */
    private boolean direct;

    private boolean detached;
    private SocketClose clientClose = SocketClose.PLAIN;
    private @Nullable Runnable answerClient;
    private @Nullable SocketComplaints complaints;

    /** @param extension that the origin agreed to; null when all it says is for the client */
    SocketSession(
            SessionParts parts,
            LoopSockets sockets,
            SocketClient client,
            SocketOrigin origin,
            @Nullable GripExtension extension) {
        this.parts = parts;
        this.sockets = sockets;
        this.client = client;
        this.origin = origin;
        this.messages = extension == null ? null : new OriginMessages(parts.stats(), extension, this);
        this.channels = new SessionChannels(
                client.route().prefix(),
                client.target().implicitChannels(),
                parts.settings().channels().connectionSubscriptionMax());
        this.items = new SocketItems(parts, client, this);
        this.flow = new ItemFlow(parts, client, channels, items);
        this.subscriptions = new SocketSubscriptions(parts, client, channels, flow, this);
        this.recovery = new SocketRecovery(parts, channels, flow, this::recoverNow);
        this.output = new SocketOutput(parts, this, this::dead);
    }

    /**
     * Subscribes what is to be subscribed from the start, and takes in what came along with the origin's answer, up to the first message
     * for the client.
     *
     * @param answer has the client answered; is to call {@link #opened}
     */
    void start(Runnable answer) {
        parts.stats().move(Gauge.SOCKETS, 1);
        sockets.add(client.id(), this);
        answerClient = answer;
        frames.hold(true);
        subscriptions.start(() -> {
            frames.hold(false);
            if (state == State.OPENING) {
                origin.start(this);
            }
        });
    }

    /** The client has its answer, and this is the way to it. */
    void opened(SocketSink sink) {
        state = State.OPEN;
        output.open(sink);
        goOn();
    }

    // From the client.

    @Override
    public void frame(SocketFrame frame) {
        if (frame.type() == SocketFrame.Type.PONG && output.isPulse(frame)) {
            return;
        }
        if (frame.last() && !frame.type().control()) {
            parts.stats().count(state == State.OPEN ? Counter.SOCKET_MESSAGES : Counter.SOCKET_MESSAGES_LOST);
        }
        if (state != State.OPEN) {
            return;
        }
        boolean here = detached || parts.settings().websocket().answerPings();
        if (here && frame.type() == SocketFrame.Type.PING && output.full()) {
            // A client that reads nothing has no use for answers, and could have them pile up.
            parts.stats().count(Counter.SOCKET_MESSAGES_LOST);
        } else if (here && frame.type() == SocketFrame.Type.PING) {
            output.send(SocketFrame.whole(SocketFrame.Type.PONG, frame.content()));
        } else if (!detached) {
            origin.send(frame);
        }
    }

    @Override
    public void closed(SocketClose close) {
        if (state == State.OPEN) {
            state = State.CLOSED_BY_CLIENT;
            clientClose = close;
            direct = false;
            SocketLog.closing(client, "client", close);
            if (detached) {
                answerClose(close);
            } else {
                origin.close(close);
            }
        } else if (state == State.CLOSING) {
            origin.close(close);
            end(false);
        }
    }

    @Override
    public void violated(SocketClose told) {
        SocketLog.closing(client, "violation", told);
        end(false);
    }

    @Override
    public void gone() {
        end(true);
    }

    @Override
    public void nodeClosing() {
        sockets.ends().add(this::closeForNode);
    }

    /** The client is to come back, to another node. */
    void closeForNode() {
        if (state == State.OPEN) {
            parts.stats().count(Counter.HOLDS_DRAINED);
        }
        close("node", SocketCloses.NODE_CLOSING);
    }

    private void dead() {
        parts.stats().count(Counter.SOCKETS_DEAD);
        SocketLog.closing(client, "silence", SocketClose.PLAIN);
        output.abort();
    }

    // From the origin.

    @Override
    public Headers asking(boolean recover) {
        if (recover) {
            direct = false;
            return recovery.asking();
        }
        if (channels.anyReliable()) {
            channels.all().forEach(Subscription::beginTrail);
        }
        return Headers.EMPTY;
    }

    @Override
    public void answered(boolean recover) {
        if (recover) {
            recovery.answered();
        }
    }

    @Override
    public void fromOrigin(List<SocketFrame> given, Runnable whenTaken) {
        frames.give(given, whenTaken);
        takeFrames();
    }

    private void takeFrames() {
        for (SocketFrame frame = frames.next(); frame != null; frame = frames.next()) {
            if (messages == null || !OriginMessages.isControl(frame)) {
                answerClient();
            }
            if (messages == null) {
                toClient(frame);
            } else {
                messages.take(frame);
            }
        }
        Runnable done = frames.takeDone();
        if (done != null) {
            answerClient();
            settleQuestion();
            done.run();
        }
    }

    /** What the origin answered has been taken in. */
    private void settleQuestion() {
        boolean recovered = recovery.taken();
        for (Subscription subscription : channels.all()) {
            subscription.endTrail();
        }
        if (recovered) {
            goOn();
            if (channels.anyInDoubt()) {
                recovery.suspect();
            }
        }
    }

    private void answerClient() {
        Runnable answer = answerClient;
        answerClient = null;
        if (answer != null) {
            answer.run();
        }
    }

    /** A frame of a message, or a control frame, as it is. */
    void toClient(SocketFrame frame) {
        if (state != State.OPEN && state != State.CLOSED_BY_CLIENT) {
            return;
        }
        boolean was = output.midMessage();
        output.send(frame);
        if (was != output.midMessage()) {
            goOn();
        }
    }

    /** In debug mode: tells the client, in words that its application does not expect. */
    void report(String text) {
        answerClient();
        toClient(SocketFrame.whole(SocketFrame.Type.TEXT, text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void closedByOrigin(SocketClose close) {
        if (state == State.CLOSED_BY_CLIENT) {
            answerClose(close);
        } else if (state == State.OPEN) {
            SocketLog.closing(client, "origin", close);
            state = State.CLOSING;
            direct = false;
            output.close(close);
        }
    }

    @Override
    public void cutByOrigin() {
        if (state == State.CLOSED_BY_CLIENT) {
            answerClose(clientClose);
        } else if (state != State.ENDED && state != State.CLOSING) {
            // A client that has our close has its own time to answer it.
            SocketLog.closing(client, "origin-cut", SocketClose.PLAIN);
            output.abort();
            end(false);
        }
    }

    @Override
    public void originFailed(String reason) {
        parts.stats().count(Counter.SOCKETS_FAILED);
        SocketLog.failed(client, reason);
        if (state == State.CLOSED_BY_CLIENT) {
            answerClose(clientClose);
        } else if (state == State.OPEN) {
            state = State.CLOSING;
            direct = false;
            output.close(client.debug() ? SocketCloses.originFailed(reason) : SocketCloses.ORIGIN_FAILED);
        }
    }

    @Override
    public boolean takesMore() {
        return output.takesMore();
    }

    @Override
    public void pauseClient(boolean pause) {
        output.pauseClient(pause);
    }

    private void answerClose(SocketClose close) {
        output.close(close);
        end(false);
    }

    /** Closes both sides for a reason of our own. */
    void close(String by, SocketClose close) {
        close(by, close, close);
    }

    void close(String by, SocketClose close, SocketClose toOrigin) {
        answerClient();
        if (state == State.OPEN) {
            SocketLog.closing(client, by, close);
            state = State.CLOSING;
            direct = false;
            output.close(close);
            origin.close(toOrigin);
        }
    }

    // What the origin's control messages ask for.

    /** The subscription is made before anything after it is dealt with. */
    void subscribing(boolean waits) {
        frames.hold(waits);
        if (!waits) {
            resettle();
            takeFrames();
        }
    }

    SocketSubscriptions subscriptions() {
        return subscriptions;
    }

    SocketOutput output() {
        return output;
    }

    SocketRecovery recovery() {
        return recovery;
    }

    @Override
    public SocketClient client() {
        return client;
    }

    @Override
    public ConnectionReport.Kind kind() {
        return ConnectionReport.Kind.WEBSOCKET;
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
        origin.clientWritable();
        if (state == State.OPEN) {
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
        output.discard(DropReason.OUTBOX_DISCONNECTED);
        close(why.reason(), why.close());
        // Who takes nothing does not answer either.
        parts.timers().schedule(DISCONNECT_MILLIS, () -> {
            if (state != State.ENDED) {
                output.abort();
            }
        });
    }

    SocketItems items() {
        return items;
    }

    ItemFlow flow() {
        return flow;
    }

    SocketComplaints complaints() {
        SocketComplaints made = complaints;
        if (made == null) {
            made = new SocketComplaints(client, parts.nowMillis());
            complaints = made;
        }
        return made;
    }

    /** The connection goes on without its origin, unless there is something missing that only the origin has. */
    void detach() {
        if (recovery.owed()) {
            close("gap", SocketCloses.ITEMS_MISSED);
            return;
        }
        detached = true;
        origin.detach();
    }

    /** Whether the origin can be asked for what a reliable channel misses. */
    boolean recovers() {
        return !detached && origin.recovers();
    }

    /** Channels have changed, or what goes on. */
    void resettle() {
        direct = ready() && channels.plain() && flow.idle();
    }

    /** Nothing is in the way of what waits any more; or something is. */
    private void goOn() {
        resettle();
        flow.drain();
        resettle();
    }

    /** Has the origin asked. */
    @Override
    public void refresh() {
        if (!detached && state == State.OPEN) {
            origin.refresh();
        }
    }

    private void recoverNow() {
        if (detached || !origin.recover()) {
            close("gap", SocketCloses.ITEMS_MISSED);
        }
    }

    // As a subscriber.

    @Override
    public void deliver(String channel, EncodedItem encoded) {
        PublishItem item = encoded.item();
        Format.WsMessage format = item.message();
        if (format == null) {
            return;
        }
        if (direct && format.action() == Action.SEND && format.contentFilters() == null && output.takes()) {
            output.direct(encoded);
        } else if (state == State.OPEN || state == State.OPENING) {
            flow.offer(item, encoded);
        } else {
            parts.stats().drop(DropReason.CONNECTION_CLOSED);
            parts.trace().dropped(DropReason.CONNECTION_CLOSED, client.id(), client.clientId());
        }
    }

    @Override
    public @Nullable String clientId() {
        return client.clientId();
    }

    @Override
    public void update() {
        // Where nobody can be asked, the next item's prev-id tells.
        if (channels.anyReliable() && recovers()) {
            flow.discardKnowingly();
            recovery.sure();
        }
    }

    @Override
    public void gap() {
        if (recovers()) {
            update();
        } else {
            // The client is to come back, and say where it was.
            close("gap", SocketCloses.ITEMS_MISSED);
        }
    }

    /** Whether items may go out now. */
    boolean ready() {
        return state == State.OPEN && !recovery.underway() && !output.midMessage();
    }

    // The end.

    /** @param cut whether the client went without a close */
    private void end(boolean cut) {
        if (state == State.ENDED) {
            return;
        }
        state = State.ENDED;
        direct = false;
        answerClient = null;
        frames.clear();
        parts.stats().move(Gauge.SOCKETS, -1);
        sockets.remove(client.id());
        client.over();
        recovery.close();
        output.stop();
        flow.close(cut);
        subscriptions.close();
        if (complaints != null) {
            complaints.close();
        }
        // It may have heard of the end, or of nothing yet.
        origin.clientGone();
        SocketLog.ended(client, startedNanos, cut);
    }
}
