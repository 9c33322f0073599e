package io.sluice.proxy;

import io.sluice.config.Target;
import io.sluice.grip.SocketEvent;
import io.sluice.stats.Counter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last words of a WebSocket-over-HTTP connection, said in the background: no answer matters. Event loop only. */
final class SocketFarewell {
    private static final Logger LOG = LoggerFactory.getLogger(SocketFarewell.class);

    private final SessionParts parts;
    private final SocketClient client;
    private final EventsRequests requests;
    private final List<Target> targets;
    private final PendingEvents pending;
    private final Promise<Void> said = Promise.promise();
    private final boolean insist;

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
        this.insist = insist;
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
        send(events, replayed, new Backoff(parts.random()));
    }

    private void send(List<SocketEvent> events, int replayed, Backoff backoff) {
        requests.sendLate(events, replayed, targets).onComplete((answer, failure) -> {
            if (answer != null) {
                pending.accepted();
                requests.remember(answer.headers());
                next();
                return;
            }
            long delay = insist ? backoff.nextMillis(failure) : -1;
            if (delay >= 0) {
                parts.timers().schedule(delay, () -> send(events, replayed, backoff));
            } else {
                givenUp(failure);
            }
        });
    }

    private void givenUp(@Nullable Throwable failure) {
        parts.stats().count(Counter.SOCKET_FAREWELLS_LOST);
        parts.stats().add(Counter.SOCKET_MESSAGES_LOST, pending.messages());
        LOG.info(
                "socket-farewell-failed connection={} route={} uri={} messages={} reason={}",
                client.id(),
                client.route().id(),
                client.uri(),
                pending.messages(),
                String.valueOf(failure));
        said.complete();
    }
}
