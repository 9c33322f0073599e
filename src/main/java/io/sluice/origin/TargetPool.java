package io.sluice.origin;

import io.sluice.config.Settings;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

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

    private static final long NO_TIMER = -1;

    /** Less than any server's patience with an idle connection. */
    private static final long RECENT_MILLIS = 1000;

    private final Vertx vertx;
    private final Dialer dialer;
    private final Endpoint endpoint;
    private final Settings.Origins limits;
    private final Deque<PooledConnection> idle = new ArrayDeque<>(); // the latest first
    private final Deque<Ticket> waiting = new ArrayDeque<>();
    private int open; // and opening

    TargetPool(Vertx vertx, Dialer dialer, Endpoint endpoint, Settings.Origins limits) {
        this.vertx = vertx;
        this.dialer = dialer;
        this.endpoint = endpoint;
        this.limits = limits;
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
                dial(ticket);
            } else if (!idle.isEmpty()) {
                idle.removeLast().discard(); // it proved another host's certificate, or is not fresh
            } else {
                return;
            }
        }
    }

    private void dial(Ticket ticket) {
        open++;
        dialer.dial(endpoint, ticket.certificateHost).onComplete(result -> {
            if (result.succeeded()) {
                ticket.give(new PooledConnection(this, result.result(), ticket.certificateHost));
                return;
            }
            open--;
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

    /** Closes what has been idle for too long. */
    void sweep() {
        for (PooledConnection connection : new ArrayList<>(idle)) {
            if (connection.expired()) {
                connection.discard();
            }
        }
    }

    boolean unused() {
        return open == 0 && waiting.isEmpty();
    }

    private String name() {
        return endpoint.host() + ":" + endpoint.port();
    }
}
