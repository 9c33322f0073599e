package io.sluice.proxy;

import io.sluice.config.Target;
import io.sluice.grip.Headers;
import io.sluice.grip.SocketEvent;
import io.sluice.origin.OriginException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last words of a WebSocket-over-HTTP connection, said in the background: no answer matters. Event loop only. */
final class SocketFarewell {
    private static final Logger LOG = LoggerFactory.getLogger(SocketFarewell.class);
    private static final int RETRIES = 5;
    private static final int RETRY_MILLIS = 1000;

    private final SessionParts parts;
    private final SocketClient client;
    private final EventsRequests requests;
    private final List<Target> targets;
    private final PendingEvents pending;
    private final Promise<Void> said = Promise.promise();
    private int retriesLeft;
    private int failures;

    /** @param insist whether an origin that can't be reached is told again */
    SocketFarewell(
            SessionParts parts,
            SocketClient client,
            EventsRequests requests,
            List<Target> targets,
            PendingEvents pending,
            boolean insist) {
        this.parts = parts;
        this.client = client;
        this.requests = requests;
        this.targets = targets;
        this.pending = pending;
        this.retriesLeft = insist ? RETRIES : 0;
    }

    /** Completes when all is said, or given up; never fails. */
    Future<Void> say() {
        next();
        return said.future();
    }

    private void next() {
        int replayed = pending.replayed();
        List<SocketEvent> events = pending.offer(client.target().oneEvent());
        if (events.isEmpty()) {
            said.complete();
            return;
        }
        send(events, replayed);
    }

    private void send(List<SocketEvent> events, int replayed) {
        requests.send(events, replayed, Headers.EMPTY, targets).onComplete((answer, failure) -> {
            if (answer != null) {
                pending.accepted();
                requests.remember(answer.headers());
                next();
            } else if (failure instanceof OriginException known
                    && known.kind() == OriginException.Kind.UNREACHABLE
                    && retriesLeft > 0) {
                retriesLeft--;
                long delay =
                        ((long) RETRY_MILLIS << failures++) + parts.random().nextInt(RETRY_MILLIS);
                parts.timers().schedule(delay, () -> send(events, replayed));
            } else {
                LOG.debug(
                        "socket-farewell-failed connection={} uri={} reason={}",
                        client.id(),
                        client.uri(),
                        String.valueOf(failure));
                said.complete();
            }
        });
    }
}
