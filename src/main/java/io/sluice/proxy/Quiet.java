package io.sluice.proxy;

import java.util.function.LongSupplier;

/** Keeps something that may happen often from filling the log: the first is told at once, the others every ten seconds and at the end. */
final class Quiet {
    private static final long MILLIS = 10_000;

    private final LongSupplier nowMillis;
    private boolean told;
    private long toldMillis;
    private int untold;

    Quiet(LongSupplier nowMillis) {
        this.nowMillis = nowMillis;
    }

    /** It has happened once more. How many to tell of now; 0 for none. */
    int next() {
        return next(1);
    }

    /** It has happened so many times more. */
    int next(int times) {
        untold += times;
        long now = nowMillis.getAsLong();
        if (told && now - toldMillis < MILLIS) {
            return 0;
        }
        told = true;
        toldMillis = now;
        return rest();
    }

    /** So many were not told of after all. */
    void untold(int times) {
        untold += times;
    }

    /** How many have not been told of. */
    int rest() {
        int count = untold;
        untold = 0;
        return count;
    }
}
