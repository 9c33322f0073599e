package io.sluice.origin;

import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/**
 * For how long a client keeps its origin waiting: a connection to a target is dear, and others wait for it. Each wait is bounded, and so are all of an
 * exchange together: by the same time, and more for what the client has moved, at {@value #BYTES_PER_SECOND} bytes a second. One event loop.
 */
public final class ClientStall {
    private static final int BYTES_PER_SECOND = 500;
    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final long nanos;
    private final Runnable over;
    private long leftNanos;
    private boolean waiting;
    private long sinceNanos;
    private long timer = NO_TIMER;

    /**
     * @param seconds 0 for ever
     * @param over called at most once between two calls of {@link #waits}
     */
    public ClientStall(Vertx vertx, int seconds, Runnable over) {
        this.vertx = vertx;
        this.over = over;
        nanos = TimeUnit.SECONDS.toNanos(seconds);
        leftNanos = nanos;
    }

    /** It is the client's turn. */
    public void waits() {
        if (waiting || nanos == 0) {
            return;
        }
        waiting = true;
        sinceNanos = System.nanoTime();
        if (timer == NO_TIMER) {
            arm(left(sinceNanos));
        }
    }

    /** The client has sent or taken something. */
    public void moved(int bytes) {
        goesOn();
        leftNanos += TimeUnit.SECONDS.toNanos(bytes) / BYTES_PER_SECOND;
    }

    /** The client's turn is over. */
    public void goesOn() {
        if (waiting) {
            waiting = false;
            leftNanos -= System.nanoTime() - sinceNanos;
        }
    }

    /** There is nothing more to wait for. */
    public void stop() {
        waiting = false;
        if (timer != NO_TIMER) {
            vertx.cancelTimer(timer);
            timer = NO_TIMER;
        }
    }

    private long left(long now) {
        return Math.min(leftNanos, nanos) - (now - sinceNanos);
    }

    private void arm(long delayNanos) {
        timer = vertx.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(delayNanos) + 1), id -> {
            timer = NO_TIMER;
            if (!waiting) {
                return;
            }
            long left = left(System.nanoTime());
            if (left > 0) {
                arm(left);
            } else {
                waiting = false;
                over.run();
            }
        });
    }
}
