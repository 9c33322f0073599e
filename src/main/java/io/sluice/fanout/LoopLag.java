package io.sluice.fanout;

import io.sluice.stats.Stats;
import io.sluice.stats.Timing;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/** Measures how late an event loop comes to its timers, which is how long everything else on it waits too. On the loop. */
public final class LoopLag {
    private static final long EVERY_MILLIS = 100;

    private final Vertx vertx;
    private final Stats stats;
    private long armedNanos;
    private long timer;
    private boolean stopped;

    public LoopLag(Vertx vertx, Stats stats) {
        this.vertx = vertx;
        this.stats = stats;
    }

    /** Not a periodic timer: that makes up for what it missed, all at once. */
    public void start() {
        armedNanos = System.nanoTime();
        timer = vertx.setTimer(EVERY_MILLIS, fired -> {
            if (!stopped) {
                stats.time(
                        Timing.EVENT_LOOP_LAG,
                        System.nanoTime() - armedNanos - TimeUnit.MILLISECONDS.toNanos(EVERY_MILLIS));
                start();
            }
        });
    }

    public void stop() {
        stopped = true;
        vertx.cancelTimer(timer);
    }
}
