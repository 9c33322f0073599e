package io.sluice.origin;

import io.sluice.config.Settings;
import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import io.sluice.stats.TargetLoads;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections to one endpoint: so many at most, a bounded queue for them, idle ones kept for a while. One event loop. */
final class TargetPool {
    /** Who waits for a connection. Exactly one method is called, once, unless it is cancelled; maybe before acquire returns. */
    interface Waiter {
        void connected(PooledConnection connection);

        void failed(OriginException cause);
    }

    private final class Ticket {
        final String certificateHost;
        final Freshness freshness;
        /** Those that it waits among. */
        final Set<Ticket> queue;

        final boolean inBackground;
        /** While it has to wait. */
        private long timer = NO_TIMER;

        @Nullable
        Waiter waiter;

        Ticket(String certificateHost, Freshness freshness, Set<Ticket> queue, boolean inBackground, Waiter waiter) {
            this.certificateHost = certificateHost;
            this.freshness = freshness;
            this.queue = queue;
            this.inBackground = inBackground;
            this.waiter = waiter;
        }

        /** It is not served at once. */
        void await() {
            timer = vertx.setTimer(limits.firstByteTimeoutSeconds() * 1000L, id -> {
                if (queue.remove(this)) {
                    fail(new OriginException(
                            OriginException.Kind.OVERLOADED,
                            "no free connection to " + name() + " in " + limits.firstByteTimeoutSeconds() + " s"));
                }
            });
        }

        void cancelTimer() {
            if (timer != NO_TIMER) {
                vertx.cancelTimer(timer);
            }
        }

        void give(PooledConnection connection) {
            cancelTimer();
            Waiter taker = waiter;
            waiter = null;
            if (taker != null) {
                taker.connected(connection);
            } else {
                connection.release(limits.keepAliveSeconds() * 1000L);
            }
        }

        void fail(OriginException cause) {
            cancelTimer();
            Waiter taker = waiter;
            waiter = null;
            if (taker != null) {
                taker.failed(cause);
            }
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(TargetPool.class);
    private static final long NO_TIMER = -1;

    /** One of so many connections is for what no client waits for. */
    private static final int BACKGROUND_PART = 4;

    /** Less than any server's patience with an idle connection. */
    private static final long RECENT_MILLIS = 1000;

    private final Vertx vertx;
    private final Dialer dialer;
    private final Endpoint endpoint;
    private final Settings.Origins limits;
    private final Deque<PooledConnection> idle = new ArrayDeque<>(); // the latest first
    private final LinkedHashSet<Ticket> waiting = new LinkedHashSet<>();
    /** Those that no client waits for: so many connections at most, and none that a client could have. */
    private final LinkedHashSet<Ticket> background = new LinkedHashSet<>();

    private final int backgroundMost;
    private int backgroundOpen;
    private final Circuit circuit = new Circuit(() -> System.nanoTime() / 1_000_000);
    private final Stats stats;
    private final TargetLoads.Load load;
    private int open; // and opening
    private int openShown;
    private int waitingShown;

    TargetPool(Vertx vertx, Dialer dialer, Endpoint endpoint, Settings.Origins limits, Stats stats) {
        this.vertx = vertx;
        this.dialer = dialer;
        this.endpoint = endpoint;
        this.limits = limits;
        this.backgroundMost = Math.max(1, limits.connectionsPerTarget() / BACKGROUND_PART);
        this.stats = stats;
        load = stats.targets().take(name());
    }

    /**
     * Asks for a connection.
     *
     * @param inBackground whether it is for a request that no client waits for: those have a queue of their own, and a part of the connections
     * @return cancels the wait
     */
    Runnable acquire(String certificateHost, Freshness freshness, boolean inBackground, Waiter waiter) {
        Set<Ticket> queue = inBackground ? background : waiting;
        Ticket ticket = new Ticket(certificateHost, freshness, queue, inBackground, waiter);
        queue.add(ticket);
        serve();
        if (queue.size() > limits.waitingPerTarget() && queue.remove(ticket)) {
            stats.count(Counter.ORIGIN_OVERLOADS);
            load.refused.increment();
            ticket.fail(new OriginException(
                    OriginException.Kind.OVERLOADED, queue.size() + " requests wait for " + name()));
        } else if (queue.contains(ticket)) {
            ticket.await();
        }
        return () -> {
            ticket.waiter = null;
            ticket.cancelTimer();
            queue.remove(ticket);
        };
    }

    private void serve() {
        serve(waiting, false);
        serve(background, true);
    }

    private void serve(Set<Ticket> queue, boolean inBackground) {
        while (!queue.isEmpty() && (!inBackground || backgroundOpen < backgroundMost)) {
            Ticket ticket = queue.iterator().next();
            @Nullable PooledConnection ready = takeIdle(ticket.certificateHost, ticket.freshness);
            if (ready != null) {
                queue.remove(ticket);
                lend(ready, ticket);
            } else if (open < limits.connectionsPerTarget()) {
                queue.remove(ticket);
                if (circuit.allows()) {
                    dial(ticket);
                } else {
                    skip(ticket);
                }
            } else if (!idle.isEmpty()) {
                idle.removeLast().discard(); // it proved another host's certificate, or is not fresh
            } else {
                return;
            }
        }
    }

    private void skip(Ticket ticket) {
        stats.count(Counter.ORIGIN_SKIPS);
        load.skipped.increment();
        ticket.fail(new OriginException(
                OriginException.Kind.UNREACHABLE,
                name() + ": connects failed; not tried for " + circuit.pauseMillis() + " ms"));
    }

    private void connectFailed(Throwable cause) {
        if (cause instanceof OriginException known && known.kind() == OriginException.Kind.BLOCKED) {
            circuit.undecided();
            return;
        }
        load.connectFailures.increment();
        boolean before = circuit.isOpen();
        if (circuit.failed()) {
            LOG.warn(
                    "origin-circuit-open target={} pause-millis={} waiting={} reason=\"{}\"",
                    name(),
                    circuit.pauseMillis(),
                    waiting.size(),
                    cause.getMessage());
        }
        showCircuit(before);
    }

    private void connected() {
        boolean before = circuit.isOpen();
        if (circuit.connected()) {
            LOG.info("origin-circuit-closed target={}", name());
        }
        showCircuit(before);
    }

    private void showCircuit(boolean before) {
        int by = (circuit.isOpen() ? 1 : 0) - (before ? 1 : 0);
        stats.move(Gauge.ORIGIN_CIRCUITS_OPEN, by);
        load.openCircuits.addAndGet(by);
    }

    private void dial(Ticket ticket) {
        open++;
        backgroundOpen += ticket.inBackground ? 1 : 0;
        dialer.dial(endpoint, ticket.certificateHost).onComplete(result -> {
            if (result.succeeded()) {
                connected();
                backgroundOpen -= ticket.inBackground ? 1 : 0;
                lend(new PooledConnection(this, result.result(), ticket.certificateHost), ticket);
                return;
            }
            open--;
            backgroundOpen -= ticket.inBackground ? 1 : 0;
            connectFailed(result.cause());
            ticket.fail(
                    result.cause() instanceof OriginException known
                            ? known
                            : new OriginException(
                                    OriginException.Kind.UNREACHABLE,
                                    name() + ": " + result.cause().getMessage()));
            serve();
        });
    }

    private void lend(PooledConnection connection, Ticket ticket) {
        if (ticket.inBackground) {
            backgroundOpen++;
            connection.inBackground(true);
        }
        ticket.give(connection);
    }

    private void givenBack(PooledConnection connection) {
        if (connection.inBackground()) {
            backgroundOpen--;
            connection.inBackground(false);
        }
    }

    private @Nullable PooledConnection takeIdle(String certificateHost, Freshness freshness) {
        if (freshness == Freshness.NEW) {
            return null;
        }
        for (Iterator<PooledConnection> all = idle.iterator(); all.hasNext(); ) {
            PooledConnection connection = all.next();
            boolean fresh =
                    !connection.expired() && (freshness == Freshness.ANY || connection.idleMillis() <= RECENT_MILLIS);
            if (fresh && connection.certificateHost().equals(certificateHost)) {
                all.remove();
                return connection;
            }
        }
        return null;
    }

    void idle(PooledConnection connection) {
        givenBack(connection);
        idle.addFirst(connection);
        serve();
    }

    void removed(PooledConnection connection) {
        givenBack(connection);
        idle.remove(connection);
        open--;
        serve();
    }

    /** Closes what has been idle for too long, and shows how much there is to do. */
    void sweep() {
        load.connections.addAndGet(open - openShown);
        int waitingNow = waiting.size() + background.size();
        load.waiting.addAndGet(waitingNow - waitingShown);
        openShown = open;
        waitingShown = waitingNow;
        for (PooledConnection connection : new ArrayList<>(idle)) {
            if (connection.expired()) {
                connection.discard();
            }
        }
    }

    boolean unused() {
        return open == 0 && waiting.isEmpty() && background.isEmpty() && circuit.isForgettable();
    }

    /** It is not used any more. */
    void forget() {
        boolean before = circuit.isOpen();
        circuit.connected();
        showCircuit(before);
        load.connections.addAndGet(-openShown);
        load.waiting.addAndGet(-waitingShown);
        stats.targets().release(name());
    }

    private String name() {
        return endpoint.host() + ":" + endpoint.port();
    }
}
