package io.sluice.origin;

import io.vertx.core.Vertx;

/** Runs a task once nothing has happened for a while. One timer however much happens. One event loop. */
final class IdleTimer {
    private final Vertx vertx;
    private final long millis;
    private final Runnable task;
    private long timer = -1;
    private long lastNanos;

    IdleTimer(Vertx vertx, long millis, Runnable task) {
        this.vertx = vertx;
        this.millis = millis;
        this.task = task;
    }

    void start() {
        traffic();
        arm(millis);
    }

    void traffic() {
        lastNanos = System.nanoTime();
    }

    private void arm(long delayMillis) {
        timer = vertx.setTimer(delayMillis, id -> {
            timer = -1;
            long left = millis - (System.nanoTime() - lastNanos) / 1_000_000;
            if (left > 0) {
                arm(left);
            } else {
                task.run();
            }
        });
    }

    void stop() {
        if (timer >= 0) {
            vertx.cancelTimer(timer);
            timer = -1;
        }
    }
}
