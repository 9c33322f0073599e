package io.sluice.proxy;

import io.sluice.config.Target;
import io.sluice.fanout.TimerWheel.Timeout;
import io.sluice.grip.GripException;
import io.sluice.grip.Headers;
import io.sluice.grip.SocketClose;
import io.sluice.grip.SocketEvent;
import io.sluice.origin.OriginException;
import io.sluice.origin.SocketRejected;
import io.sluice.stats.Counter;
import io.sluice.wire.SocketFrame;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An origin that is asked over HTTP (GRIP, WebSocket-over-HTTP): what the client sends is gathered and goes out as events, one request
 * after the other. Event loop of the connection.
 */
final class HttpSocketOrigin implements SocketOrigin {
    private static final Logger LOG = LoggerFactory.getLogger(HttpSocketOrigin.class);
    private static final Future<?> NOTHING_UNDERWAY = Future.succeededFuture();

    private enum State {
        /** No OPEN has come back yet. */
        OPENING,
        /** Between two requests. */
        READY,
        /** A request is under way, or its answer is being dealt with, or it is to be repeated. */
        ASKING,
        /** What is left to be said is said without the client; or nothing is. */
        ENDED,
    }

    private final SessionParts parts;
    private final SocketClient client;
    private final EventsRequests requests;
    private final List<Target> targets;
    private final PendingEvents pending = new PendingEvents();
    private final MessageGathering gathering = new MessageGathering();
    private State state = State.OPENING;
    private @Nullable OriginListener listener;
    private @Nullable EventsOpening opening;
    /** What came along with OPEN. */
    private List<SocketEvent> first = List.of();

    private int keepAliveSeconds;
    private @Nullable Timeout keepAlive;
    private @Nullable Timeout retry;
    private boolean refreshDue;
    private boolean recoverDue;
    private boolean clientPaused;
    /** The last answer accepted nothing. */
    private boolean stuck;
    /** The client's close has been put among the events. */
    private boolean closing;
    /** The origin's close has come. */
    private boolean closed;
    /** The last request, answered or not. */
    private Future<?> underway = NOTHING_UNDERWAY;

    /** @param targets that take WebSocket-over-HTTP, the first one opens */
    HttpSocketOrigin(SessionParts parts, SocketClient client, EventsRequests requests, List<Target> targets) {
        this.parts = parts;
        this.client = client;
        this.requests = requests;
        this.targets = targets;
    }

    /** @return the headers of the answer that opened; fails with {@link OriginException} or {@link SocketRejected} */
    Future<Headers> open() {
        var asked = new EventsOpening(parts, requests, targets.get(0));
        opening = asked;
        return asked.open().map(opened -> {
            opening = null;
            keepAliveSeconds = opened.keepAliveSeconds();
            if (state == State.OPENING) {
                state = State.ASKING;
                first = opened.events();
            } else {
                // The client has gone meanwhile, and the origin doesn't know.
                sayFarewell(SocketEvent.Type.DISCONNECT, SocketClose.PLAIN, true);
            }
            return opened.headers();
        });
    }

    @Override
    public void start(OriginListener session) {
        listener = session;
        take(session, first, false);
        first = List.of();
    }

    // From the client.

    @Override
    public void send(SocketFrame frame) {
        if (state == State.ENDED || closing || closed) {
            countLost(frame.last() && !frame.type().control() ? 1 : 0);
            return;
        }
        SocketEvent event = gathering.add(frame);
        if (event != null) {
            pending.add(event);
            holdClient();
            proceed();
        }
    }

    @Override
    public void close(SocketClose close) {
        if (state == State.ENDED || closing) {
            return;
        }
        closing = true;
        if (closed) {
            leave(SocketEvent.Type.CLOSE, close, true);
        } else {
            pending.add(new SocketEvent(SocketEvent.Type.CLOSE, close.content()));
            proceed();
        }
    }

    @Override
    public void clientGone() {
        if (state == State.OPENING) {
            over();
            if (opening != null) {
                opening.abandon();
            }
        } else if (state != State.ENDED) {
            leave(closing ? null : SocketEvent.Type.DISCONNECT, SocketClose.PLAIN, true);
        }
    }

    @Override
    public void detach() {
        if (state != State.ENDED) {
            leave(closing ? null : SocketEvent.Type.CLOSE, SocketClose.PLAIN, true);
        }
    }

    @Override
    public void refresh() {
        refreshDue = true;
        proceed();
    }

    @Override
    public boolean recovers() {
        return state != State.ENDED && !closing && !closed;
    }

    @Override
    public boolean recover() {
        if (!recovers()) {
            return false;
        }
        recoverDue = true;
        proceed();
        return true;
    }

    @Override
    public void clientWritable() {
        proceed();
    }

    // To the origin and back.

    /** Asks, if there is something to say and nothing is under way. */
    private void proceed() {
        OriginListener session = listener;
        if (state != State.READY || session == null || closed) {
            return;
        }
        boolean due = pending.fresh() || closeUnheard() || refreshDue || recoverDue;
        if (due && (closing || session.takesMore())) {
            ask(session);
        } else if (!due && keepAlive == null && keepAliveSeconds > 0) {
            keepAlive = parts.timers().schedule(keepAliveSeconds * 1000L, this::poll);
        }
    }

    /** The origin took what was before the client's close, or a part of it. */
    private boolean closeUnheard() {
        return closing && pending.left() && !stuck;
    }

    private void poll() {
        keepAlive = null;
        refreshDue = true;
        proceed();
    }

    private void ask(OriginListener session) {
        state = State.ASKING;
        keepAlive = cancelled(keepAlive);
        boolean recover = recoverDue;
        refreshDue = false;
        recoverDue = false;
        int replayed = pending.replayed();
        List<SocketEvent> events = pending.offer(client.target().oneEvent());
        send(session, events, replayed, session.asking(recover), recover, new Backoff(parts.random()));
    }

    private void send(
            OriginListener session,
            List<SocketEvent> events,
            int replayed,
            Headers lastIds,
            boolean recover,
            Backoff backoff) {
        retry = null;
        Future<EventsAnswer> asked = requests.send(events, replayed, lastIds, targets);
        underway = asked;
        asked.onComplete((answer, failure) -> {
            underway = NOTHING_UNDERWAY;
            if (state == State.ENDED) {
                settle(answer, failure);
            } else if (answer != null) {
                answered(session, answer, recover);
                return;
            }
            long delay = backoff.nextMillis(failure);
            if (delay >= 0) {
                LOG.info(
                        "socket-request-failed connection={} route={} uri={} failures={} reason={}",
                        client.id(),
                        client.route().id(),
                        client.uri(),
                        backoff.failures(),
                        reason(failure));
                retry = parts.timers()
                        .schedule(delay, () -> send(session, events, replayed, lastIds, recover, backoff));
            } else {
                fail(session, reason(failure));
            }
        });
    }

    private void answered(OriginListener session, EventsAnswer answer, boolean recover) {
        List<SocketEvent> events = answer.events();
        if (events == null) {
            fail(session, "the origin answered " + answer.response().status() + " to a message");
            return;
        }
        try {
            int accepted = answer.accepted();
            stuck = accepted == 0;
            if (accepted < 0) {
                pending.accepted();
            } else {
                pending.accepted(accepted);
            }
            holdClient();
            if (clientPaused && !pending.fresh()) {
                if (accepted == 0) {
                    throw new GripException("the origin accepts nothing of " + pending.bytes() + " bytes");
                }
                // The rest goes out with something newer, which only the client can send.
                pauseClient(session, false);
            }
        } catch (GripException e) {
            fail(session, e.text());
            return;
        }
        requests.remember(answer.headers());
        int interval = answer.keepAliveSeconds();
        keepAliveSeconds = interval < 0 ? keepAliveSeconds : interval;
        session.answered(recover);
        take(session, events, true);
    }

    /** Nobody waits for this answer any more; but what it accepted is not to be said again. */
    private void settle(@Nullable EventsAnswer answer, @Nullable Throwable failure) {
        try {
            int accepted = answer == null ? -1 : answer.accepted();
            if (accepted >= 0) {
                pending.accepted(accepted);
            } else if (!Backoff.unsent(failure)) {
                pending.accepted();
            }
        } catch (GripException e) {
            pending.accepted();
        }
    }

    /** Gives the session the frames among the events, and does then what the last event asks for. */
    private void take(OriginListener session, List<SocketEvent> events, boolean answersClose) {
        AnsweredEvents answered = AnsweredEvents.of(events);
        session.fromOrigin(answered.frames(), () -> taken(session, answered.end(), answersClose));
    }

    private void taken(OriginListener session, @Nullable SocketEvent end, boolean answersClose) {
        if (state == State.ENDED) {
            return;
        }
        state = State.READY;
        if (end == null) {
            // A close that was said and not answered is answered for the origin, unless it wants to be asked again.
            if (closing && answersClose && !pending.fresh() && !closeUnheard() && keepAliveSeconds == 0) {
                leave(null, SocketClose.PLAIN, true);
                session.cutByOrigin();
            } else {
                proceed();
            }
        } else if (end.type() == SocketEvent.Type.CLOSE) {
            closed = true;
            if (closing) {
                // The client's may have come too late for the request.
                leave(null, SocketClose.PLAIN, true);
            }
            session.closedByOrigin(AnsweredEvents.close(end));
        } else if (end.type() == SocketEvent.Type.DISCONNECT) {
            over();
            session.cutByOrigin();
        } else {
            fail(session, "a second OPEN");
        }
    }

    private void fail(OriginListener session, String reason) {
        if (state != State.ENDED) {
            // What it was sent it may have seen; what is left, nobody will.
            countLost(pending.messages());
            pending.clear();
            leave(SocketEvent.Type.DISCONNECT, SocketClose.PLAIN, false);
            session.originFailed(reason);
        }
    }

    // The end.

    /**
     * The origin is told what it has not heard yet, after what is under way; what it answers does not matter any more.
     *
     * @param how null when it has been said
     * @param insist whether to repeat it to an origin that can't be reached
     */
    private void leave(SocketEvent.@Nullable Type how, SocketClose close, boolean insist) {
        over();
        sayFarewell(how, close, insist);
    }

    private void sayFarewell(SocketEvent.@Nullable Type how, SocketClose close, boolean insist) {
        if (how != null) {
            pending.add(new SocketEvent(how, close.content()));
        }
        var farewell = new SocketFarewell(parts, client, requests, targets, pending, insist);
        parts.gones().add(underway.transform(settled -> farewell.say()));
    }

    private void over() {
        state = State.ENDED;
        keepAlive = cancelled(keepAlive);
        retry = cancelled(retry);
        if (listener != null) {
            pauseClient(listener, false);
        }
    }

    /** A client that sends more than its origin takes is not read for a while. */
    private void holdClient() {
        boolean pause = pending.bytes() >= (clientPaused ? PendingEvents.BATCH_BYTES / 2 : PendingEvents.BATCH_BYTES);
        if (listener != null) {
            pauseClient(listener, pause);
        }
    }

    private void pauseClient(OriginListener session, boolean pause) {
        if (pause != clientPaused) {
            clientPaused = pause;
            session.pauseClient(pause);
        }
    }

    private void countLost(int messages) {
        parts.stats().add(Counter.SOCKET_MESSAGES_LOST, messages);
    }

    private static String reason(@Nullable Throwable failure) {
        if (failure instanceof OriginException known) {
            return known.detail();
        }
        return failure instanceof GripException known ? known.text() : String.valueOf(failure);
    }

    private static @Nullable Timeout cancelled(@Nullable Timeout timeout) {
        if (timeout != null) {
            timeout.cancel();
        }
        return null;
    }
}
