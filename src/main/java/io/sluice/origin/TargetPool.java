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
        /** While it has to wait. */
        private long timer = NO_TIMER;

        @Nullable
        Waiter waiter;

        Ticket(String certificateHost, Freshness freshness, Waiter waiter) {
            this.certificateHost = certificateHost;
            this.freshness = freshness;
            this.waiter = waiter;
        }

        /** It is not served at once. */
        void await() {
            timer = vertx.setTimer(limits.firstByteTimeoutSeconds() * 1000L, id -> {
                if (waiting.remove(this)) {
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

    /** Less than any server's patience with an idle connection. */
    private static final long RECENT_MILLIS = 1000;

    private final Vertx vertx;
    private final Dialer dialer;
    private final Endpoint endpoint;
    private final Settings.Origins limits;
    private final Deque<PooledConnection> idle = new ArrayDeque<>(); // the latest first
    private final Deque<Ticket> waiting = new ArrayDeque<>();
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
        this.stats = stats;
        load = stats.targets().take(name());
    }

    /**
     * Asks for a connection.
     *
     * @return cancels the wait
     */
    Runnable acquire(String certificateHost, Freshness freshness, Waiter waiter) {
        Ticket ticket = new Ticket(certificateHost, freshness, waiter);
        waiting.addLast(ticket);
        serve();
        if (waiting.size() > limits.waitingPerTarget() && waiting.peekLast() == ticket) {
            waiting.removeLast();
            stats.count(Counter.ORIGIN_OVERLOADS);
            load.refused.increment();
            ticket.fail(new OriginException(
                    OriginException.Kind.OVERLOADED, waiting.size() + " requests wait for " + name()));
        } else if (waiting.peekLast() == ticket) {
            ticket.await();
        }
        return () -> {
            ticket.waiter = null;
            ticket.cancelTimer();
            waiting.remove(ticket);
        };
    }

    private void serve() {
        Ticket ticket;
        while ((ticket = waiting.peekFirst()) != null) {
            @Nullable PooledConnection ready = takeIdle(ticket.certificateHost, ticket.freshness);
            if (ready != null) {
                waiting.removeFirst();
                ticket.give(ready);
            } else if (open < limits.connectionsPerTarget()) {
                waiting.removeFirst();
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
        dialer.dial(endpoint, ticket.certificateHost).onComplete(result -> {
            if (result.succeeded()) {
                connected();
                ticket.give(new PooledConnection(this, result.result(), ticket.certificateHost));
                return;
            }
            open--;
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
        idle.addFirst(connection);
        serve();
    }

    void removed(PooledConnection connection) {
        idle.remove(connection);
        open--;
        serve();
    }

    /** Closes what has been idle for too long, and shows how much there is to do. */
    void sweep() {
        load.connections.addAndGet(open - openShown);
        load.waiting.addAndGet(waiting.size() - waitingShown);
        openShown = open;
        waitingShown = waiting.size();
        for (PooledConnection connection : new ArrayList<>(idle)) {
            if (connection.expired()) {
                connection.discard();
            }
        }
    }

    boolean unused() {
        return open == 0 && waiting.isEmpty() && circuit.isForgettable();
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
