package io.sluice.origin;

import io.sluice.config.Settings;
import io.sluice.config.Target;
import io.sluice.origin.OriginException.Kind;
import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import io.sluice.stats.Timing;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request on its way through the targets of a route, until one has taken it and has answered. One event loop. */
final class Exchange implements Attempt.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final Vertx vertx;
    private final Settings.Origins limits;
    private final Stats stats;
    private final Pools pools;
    private final Outgoing outgoing;
    private final Upload upload;
    private final List<Target> targets;
    private final Cancellation cancellation;
    private final boolean background;
    private final Promise<OriginResponse> promise = Promise.promise();
    private final List<String> tried = new ArrayList<>();

    private int next;
    private boolean repeated;
    private boolean reused;
    private boolean over;
    private int rounds;
    private Runnable stopWaiting = () -> {};
    private long startedNanos;
    private @Nullable Attempt attempt;

    Exchange(
            Vertx vertx,
            Settings.Origins limits,
            Stats stats,
            Pools pools,
            Outgoing outgoing,
            RequestBody body,
            int stallSeconds,
            List<Target> targets,
            Cancellation cancellation,
            boolean background) {
        this.vertx = vertx;
        this.limits = limits;
        this.stats = stats;
        this.pools = pools;
        this.outgoing = outgoing;
        this.upload = new Upload(vertx, body, stallSeconds);
        this.targets = targets;
        this.cancellation = cancellation;
        this.background = background;
    }

    Future<OriginResponse> start() {
        stats.move(Gauge.ORIGIN_REQUESTS, 1);
        startedNanos = System.nanoTime();
        if (cancellation.cancelled()) {
            fail(new OriginException(Kind.CLIENT_GONE, "cancelled"));
        } else if (outgoing.method().equals("CONNECT") || !OutgoingHeaders.isToken(outgoing.method())) {
            fail(new OriginException(Kind.MALFORMED, "method not forwarded: " + outgoing.method()));
        } else {
            cancellation.onCancel(this::cancel);
            connect(outgoing.idempotent() ? Freshness.ANY : Freshness.RECENT);
        }
        return promise.future();
    }

    private void connect(Freshness freshness) {
        while (next < targets.size() && targets.get(next).test()) {
            next++; // answered by a part of Sluice, not over the network
        }
        if (next >= targets.size()) {
            fail(new OriginException(
                    Kind.UNREACHABLE, "Unable to connect to any targets. Tried: " + String.join(", ", tried)));
            return;
        }
        Target target = targets.get(next);
        int round = ++rounds;
        Runnable canceller =
                pools.acquire(target, outgoing.certificateHost(target), freshness, background, waiter(target));
        if (round == rounds) { // else things went on before acquire returned
            stopWaiting = canceller;
        }
    }

    private TargetPool.Waiter waiter(Target target) {
        return new TargetPool.Waiter() {
            @Override
            public void connected(PooledConnection connection) {
                begin(target, connection);
            }

            @Override
            public void failed(OriginException cause) {
                notConnected(target, cause);
            }
        };
    }

    private void notConnected(Target target, OriginException cause) {
        if (over) {
            return;
        }
        if (cause.kind() != Kind.UNREACHABLE) {
            fail(cause);
            return;
        }
        LOG.debug("target-unreachable target={} reason=\"{}\"", target, cause.detail());
        tried.add(target.toString());
        next++;
        connect(outgoing.idempotent() ? Freshness.ANY : Freshness.RECENT);
    }

    private void begin(Target target, PooledConnection connection) {
        if (over) {
            connection.discard();
            return;
        }
        reused = connection.reused();
        Attempt begun = new Attempt(vertx, limits, connection, target, upload, this);
        attempt = begun;
        begun.start(outgoing);
    }

    @Override
    public void head(Attempt response) {
        if (over) {
            response.cancel();
            return;
        }
        cancellation.onCancel(null);
        stats.time(Timing.ORIGIN_RESPONSE, System.nanoTime() - startedNanos);
        promise.complete(response);
    }

    @Override
    public void failed(OriginException cause, boolean stale) {
        if (over) {
            return;
        }
        // An idle connection may have been closed by the origin while the request was on its way, or have bytes behind
        // the last response that no decoder has seen as a message.
        if (stale && reused && !repeated && outgoing.idempotent() && upload.repeatable()) {
            repeated = true;
            connect(Freshness.NEW);
            return;
        }
        fail(cause);
    }

    @Override
    public void over(@Nullable OriginException cause) {
        if (!over) {
            over = true;
            stats.move(Gauge.ORIGIN_REQUESTS, -1);
            count(cause);
        }
    }

    private void fail(OriginException cause) {
        if (!over) {
            over = true;
            cancellation.onCancel(null);
            stats.move(Gauge.ORIGIN_REQUESTS, -1);
            count(cause);
            upload.detach();
            promise.fail(cause);
        }
    }

    private void count(@Nullable OriginException cause) {
        if (cause != null && cause.kind() == Kind.CLIENT_STALLED) {
            stats.count(Counter.CLIENTS_STALLED);
        } else if (cause != null && cause.kind() != Kind.CLIENT_GONE && cause.kind() != Kind.OVERLOADED) {
            stats.count(Counter.ORIGIN_FAILURES);
        }
    }

    private void cancel() {
        if (!over) {
            stopWaiting.run();
            Attempt begun = attempt;
            if (begun != null) {
                begun.cancel();
            }
            fail(new OriginException(Kind.CLIENT_GONE, "cancelled"));
        }
    }
}
