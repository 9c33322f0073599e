package io.sluice.origin;

import java.util.function.LongSupplier;

/**
 * Whether connecting to a target is worth a try. After {@value #FAILURES} connects that failed one after the other it is left alone for a second, then tried with
 * one connect; each time that this fails too, it is left alone for twice as long, up to {@value #MOST_MILLIS} ms. One event loop.
 */
final class Circuit {
    static final int FAILURES = 5;
    static final long FIRST_MILLIS = 1000;
    static final long MOST_MILLIS = 30_000;
    private static final long FORGET_MILLIS = 60_000;

    private final LongSupplier nowMillis;
    private int failures;
    private long pauseMillis;
    private long untilMillis;
    private boolean open;
    private boolean probing;

    Circuit(LongSupplier nowMillis) {
        this.nowMillis = nowMillis;
    }

    /** Whether one more connect may be tried; if the target was left alone until now, this is the one that tries it. */
    boolean allows() {
        if (!open) {
            return true;
        }
        if (probing || nowMillis.getAsLong() < untilMillis) {
            return false;
        }
        probing = true;
        return true;
    }

    boolean isOpen() {
        return open;
    }

    /** Whether nothing is lost when it is forgotten. */
    boolean isForgettable() {
        return !open || (!probing && nowMillis.getAsLong() - untilMillis > FORGET_MILLIS);
    }

    /** For how long nobody will try; 0 while somebody does. */
    long pauseMillis() {
        return open ? Math.max(0, untilMillis - nowMillis.getAsLong()) : 0;
    }

    /** @return whether this closed it */
    boolean connected() {
        boolean closed = open;
        open = false;
        probing = false;
        failures = 0;
        pauseMillis = 0;
        return closed;
    }

    /** A connect came to an end that tells nothing about the target: if it was the one that tries, the next one tries. */
    void undecided() {
        probing = false;
    }

    /** @return whether the target is left alone from now on, anew */
    boolean failed() {
        if (open && !probing) {
            return false; // one that was on its way when it opened
        }
        probing = false;
        failures++;
        if (failures < FAILURES) {
            return false;
        }
        pauseMillis = pauseMillis == 0 ? FIRST_MILLIS : Math.min(2 * pauseMillis, MOST_MILLIS);
        untilMillis = nowMillis.getAsLong() + pauseMillis;
        open = true;
        return true;
    }
}
