package io.sluice.proxy;

import io.sluice.config.Target;
import io.sluice.fanout.TimerWheel.Timeout;
import io.sluice.grip.GripResponse;
import io.sluice.grip.Headers;
import io.sluice.grip.SocketEvent;
import io.sluice.origin.OriginException;
import io.sluice.origin.SocketRejected;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Opens a WebSocket-over-HTTP connection (GRIP, opening): OPEN alone, and where the origin wants to be asked again before it says
 * OPEN itself, so it is. Nothing is repeated: what can't be reached is not the origin. Event loop of the connection.
 */
final class EventsOpening {
    /**
     * @param headers of the answer with OPEN
     * @param events behind OPEN
     */
    record Opened(Headers headers, List<SocketEvent> events, int keepAliveSeconds) {}

    private final SessionParts parts;
    private final EventsRequests requests;
    private final Target target;
    private final Promise<Opened> opened = Promise.promise();
    private @Nullable Timeout again;
    private boolean abandoned;
    private int keepAliveSeconds;

    EventsOpening(SessionParts parts, EventsRequests requests, Target target) {
        this.parts = parts;
        this.requests = requests;
        this.target = target;
    }

    /** The client has gone: nothing more is asked. What the origin has begun already counts as opened. */
    void abandon() {
        abandoned = true;
        if (again != null) {
            again.cancel();
            opened.complete(new Opened(Headers.EMPTY, List.of(), keepAliveSeconds));
        }
    }

    /** Fails with {@link OriginException} or {@link SocketRejected}. */
    Future<Opened> open() {
        send(List.of(SocketEvent.of(SocketEvent.Type.OPEN)));
        return opened.future();
    }

    private void send(List<SocketEvent> events) {
        requests.send(events, 0, Headers.EMPTY, List.of(target)).onComplete((answer, failure) -> {
            if (answer == null) {
                fail(failure);
            } else {
                requests.remember(answer.headers());
                int interval = answer.keepAliveSeconds();
                keepAliveSeconds = interval < 0 ? keepAliveSeconds : interval;
                answered(answer);
            }
        });
    }

    private void answered(EventsAnswer answer) {
        List<SocketEvent> events = answer.events();
        if (events == null) {
            refused(answer.response());
        } else if (events.isEmpty() && keepAliveSeconds > 0) {
            again = parts.timers().schedule(keepAliveSeconds * 1000L, this::askAgain);
            if (abandoned) {
                abandon();
            }
        } else if (events.isEmpty() || events.get(0).type() != SocketEvent.Type.OPEN) {
            fail("no OPEN in the answer to OPEN");
        } else {
            opened.complete(new Opened(answer.headers(), events.subList(1, events.size()), keepAliveSeconds));
        }
    }

    private void askAgain() {
        again = null;
        send(List.of());
    }

    private void refused(GripResponse response) {
        int max = parts.settings().origin().maxGripBodyBytes();
        if (response.body().length > max) {
            fail("rejection of more than " + max + " bytes");
            return;
        }
        Headers shown = EventsRequests.refusalForClient(response.headers());
        opened.fail(new SocketRejected(response.status(), response.reason(), shown, response.body()));
    }

    private void fail(@Nullable Throwable cause) {
        if (cause instanceof OriginException known) {
            opened.fail(known);
        } else {
            fail(String.valueOf(cause == null ? null : cause.getMessage()));
        }
    }

    private void fail(String detail) {
        opened.fail(new OriginException(OriginException.Kind.MALFORMED, target + ": " + detail));
    }
}
