package io.sluice.fanout;

import io.vertx.core.Vertx;

/** One periodic timer of Vert.x. On the event loop that starts it. */
final class VertxTicker implements HashedTimerWheel.Ticker {
    private static final long STOPPED = -1;

    private final Vertx vertx;
    private long timer = STOPPED;

    VertxTicker(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public void start(Runnable advance) {
        if (timer == STOPPED) {
            timer = vertx.setPeriodic(HashedTimerWheel.TICK_MILLIS, id -> advance.run());
        }
    }

    @Override
    public void stop() {
        if (timer != STOPPED) {
            vertx.cancelTimer(timer);
            timer = STOPPED;
        }
    }
}
