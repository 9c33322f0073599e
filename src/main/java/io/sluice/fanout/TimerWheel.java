package io.sluice.fanout;

/**
 * The one timer of an event loop: coarse, cheap to arm and to cancel. Owned by its loop.
 */
public interface TimerWheel {
    /** Runs the task on the loop, not before the delay and at most a tick (100 ms) after it. */
    Timeout schedule(long delayMillis, Runnable task);

    /** A scheduled task. */
    interface Timeout {
        /** Does nothing once it has run. */
        void cancel();
    }
}
