package io.sluice.origin;

import io.vertx.core.http.HttpClientConnection;

/** A connection to an origin and its place in the pool. One event loop; one exchange at a time. */
final class PooledConnection {
    private final TargetPool pool;
    private final HttpClientConnection connection;
    private final String certificateHost;
    private boolean reused;
    private boolean inBackground;
    private boolean gone;
    private long idleSinceNanos;
    private long idleUntilNanos;

    PooledConnection(TargetPool pool, HttpClientConnection connection, String certificateHost) {
        this.pool = pool;
        this.connection = connection;
        this.certificateHost = certificateHost;
        connection.closeHandler(v -> remove());
        connection.exceptionHandler(cause -> {}); // its exchange is told too; an idle one closes
    }

    HttpClientConnection connection() {
        return connection;
    }

    String certificateHost() {
        return certificateHost;
    }

    /** Whether it has served an exchange before: the origin may have given it up without our knowing. */
    boolean reused() {
        return reused;
    }

    /** Whether it is lent to a request that no client waits for. */
    boolean inBackground() {
        return inBackground;
    }

    void inBackground(boolean lent) {
        inBackground = lent;
    }

    boolean gone() {
        return gone;
    }

    /** Back to the pool, after a whole exchange. */
    void release(long idleMillis) {
        if (gone || idleMillis <= 0 || connection.activeStreams() > 0) {
            discard();
            return;
        }
        reused = true;
        idleSinceNanos = System.nanoTime();
        idleUntilNanos = idleSinceNanos + idleMillis * 1_000_000;
        pool.idle(this);
    }

    boolean expired() {
        return System.nanoTime() - idleUntilNanos >= 0;
    }

    /** For how long it has been unused, of an idle one. */
    long idleMillis() {
        return (System.nanoTime() - idleSinceNanos) / 1_000_000;
    }

    /** Closes it. */
    void discard() {
        remove();
        var unused = connection.close();
    }

    private void remove() {
        if (!gone) {
            gone = true;
            pool.removed(this);
        }
    }
}
