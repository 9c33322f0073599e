package io.sluice.cli;

import io.sluice.config.Settings;
import io.sluice.edge.ClientPort;
import io.sluice.fanout.Draining;
import io.sluice.observe.DrainReport;
import io.sluice.observe.DrainSwitch;
import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's way out, phase by phase, within a limit. Begins once; its state belongs to a context of its own, and may be looked at by any
 * thread.
 */
final class NodeDrain implements DrainSwitch {
    private static final Logger LOG = LoggerFactory.getLogger(NodeDrain.class);

    /** For requests under way, and for clients who are to answer a close, after the last hold has ended. */
    private static final Duration REQUESTS = Duration.ofSeconds(10);

    enum Phase {
        SERVING,
        /** Not ready; all else goes on, so that the balancer can learn of it. */
        WAITING,
        /** No new connections; holds end one after the other. */
        ENDING_HOLDS,
        /** What else clients have begun comes to its end. */
        FINISHING_REQUESTS,
        /** Everything is taken down from the outside in; channels get other homes. */
        HANDING_OVER,
        /** The cluster is left, and Vert.x closed. */
        LEAVING,
        CLOSED
    }

    /**
     * What is left to do when no client is left.
     *
     * @param handOver takes everything down but the ops port
     * @param settle waits until the cluster can do without this node; false if it could not in that time
     */
    record Ends(Supplier<Future<?>> handOver, Function<Duration, Future<Boolean>> settle) {}

    private final String node;
    private final Settings.Drain settings;
    private final boolean cluster;
    private final Vertx vertx;
    private final Context context;
    private final Stats stats;
    private final Draining draining;
    private final ClientPort clientPort;
    private final Ends ends;
    private final Promise<Void> begun = Promise.promise();
    private final Promise<Void> closed = Promise.promise();
    private volatile Phase phase = Phase.SERVING;
    private volatile long startedNanos;
    private volatile long endingNanos;
    private volatile boolean hurried;
    /** What waits only so that the end is a gentle one. */
    private @Nullable Promise<Void> pacing;

    NodeDrain(
            String node,
            Settings.Drain settings,
            boolean cluster,
            Vertx vertx,
            Stats stats,
            Draining draining,
            ClientPort clientPort,
            Ends ends) {
        this.node = node;
        this.settings = settings;
        this.cluster = cluster;
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.stats = stats;
        this.draining = draining;
        this.clientPort = clientPort;
        this.ends = ends;
    }

    /** Completes when the drain begins. */
    Future<Void> begun() {
        return begun.future();
    }

    /** Completes when everything is closed. */
    Future<Void> closed() {
        return closed.future();
    }

    /** Why the node is not ready; null before the drain. */
    @Nullable
    String reason() {
        return phase == Phase.SERVING ? null : "the node is draining";
    }

    @Override
    public void begin(boolean now) {
        if (now) {
            hurried = true;
        }
        if (phase == Phase.LEAVING || phase == Phase.CLOSED) {
            // There is nothing left to hurry, and soon no event loop.
            return;
        }
        context.runOnContext(turn -> {
            if (phase == Phase.SERVING) {
                run();
            }
            if (hurried) {
                hurry();
            }
        });
    }

    private void hurry() {
        Promise<Void> waiting = pacing;
        if (waiting != null && waiting.tryComplete()) {
            LOG.info("drain-hurried node={} phase={}", node, text(phase));
        }
        if (phase == Phase.ENDING_HOLDS) {
            draining.hurry();
        }
    }

    private void run() {
        startedNanos = System.nanoTime();
        stats.move(Gauge.DRAINING, 1);
        Duration wait = Duration.ofSeconds(hurried ? 0 : settings.waitSeconds(cluster));
        endingNanos = startedNanos + wait.toNanos();
        enter(Phase.WAITING);
        draining.announce();
        begun.tryComplete();
        pace(wait).compose(waited -> endHolds()).compose(finished -> handOver()).onComplete(over -> {
            enter(Phase.LEAVING);
            vertx.close().onComplete(left -> {
                phase = Phase.CLOSED;
                closed.handle(left);
            });
        });
    }

    private Future<?> endHolds() {
        Duration paced = hurried ? Duration.ZERO : pacedTime();
        endingNanos = System.nanoTime();
        draining.endHolds(paced);
        enter(Phase.ENDING_HOLDS);
        Future<Void> allGone = clientPort.drain(least(paced.plus(REQUESTS), limitLeft()));
        return Future.any(allGone, pace(paced)).transform(ended -> {
            enter(Phase.FINISHING_REQUESTS);
            return Future.any(allGone, timer(least(REQUESTS, limitLeft())));
        });
    }

    private Future<?> handOver() {
        if (clientPort.connections() > 0) {
            LOG.info("drain-cuts node={} connections={}", node, clientPort.connections());
        }
        enter(Phase.HANDING_OVER);
        return Future.any(ends.handOver().get(), timer(limitLeft()))
                .transform(done -> ends.settle().apply(limitLeft()))
                .onSuccess(safe -> {
                    if (!safe) {
                        LOG.warn("drain-unsafe node={} reason=\"the cluster was not done with moving channels\"", node);
                    }
                });
    }

    /** For as many holds as there are, at the pace set. */
    private Duration pacedTime() {
        long millis = holds() * 1000 / settings.holdsPerSecond();
        return least(Duration.ofMillis(millis), Duration.ofSeconds(settings.holdSeconds()));
    }

    private long holds() {
        return stats.value(Gauge.STREAM_HOLDS) + stats.value(Gauge.RESPONSE_HOLDS) + stats.value(Gauge.SOCKETS);
    }

    /** Waits, unless there is a hurry. */
    private Future<?> pace(Duration time) {
        if (time.isZero()) {
            return Future.succeededFuture();
        }
        Promise<Void> waiting = Promise.promise();
        pacing = waiting;
        timer(time).onComplete(over -> waiting.tryComplete());
        return waiting.future();
    }

    private Future<Void> timer(Duration time) {
        return vertx.timer(Math.max(1, time.toMillis()), TimeUnit.MILLISECONDS).mapEmpty();
    }

    private Duration limitLeft() {
        Duration left = Duration.ofSeconds(settings.limitSeconds()).minusNanos(System.nanoTime() - startedNanos);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void enter(Phase next) {
        phase = next;
        DrainReport report = report();
        LOG.info(
                "drain-phase node={} phase={} streams={} long-polls={} websockets={} connections={} seconds-left={}",
                node,
                report.phase(),
                report.streams(),
                report.longPolls(),
                report.webSockets(),
                report.connections(),
                report.secondsLeft());
    }

    @Override
    public DrainReport report() {
        Phase now = phase;
        return new DrainReport(
                node,
                text(now),
                stats.value(Gauge.STREAM_HOLDS),
                stats.value(Gauge.RESPONSE_HOLDS),
                stats.value(Gauge.SOCKETS),
                clientPort.connections(),
                stats.value(Counter.HOLDS_DRAINED),
                seconds(millisLeft(now)),
                now == Phase.SERVING
                        ? settings.limitSeconds()
                        : seconds(limitLeft().toMillis()));
    }

    private long millisLeft(Phase now) {
        return switch (now) {
            case WAITING -> {
                long wait = TimeUnit.NANOSECONDS.toMillis(endingNanos - System.nanoTime());
                yield Math.max(0, wait) + pacedTime().toMillis();
            }
            case ENDING_HOLDS -> draining.millisLeft();
            default -> 0;
        };
    }

    private static long seconds(long millis) {
        return (millis + 999) / 1000;
    }

    private static String text(Phase phase) {
        return phase.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
