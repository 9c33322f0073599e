package io.sluice.ingest;

import java.util.function.LongSupplier;

/** So many calls a second, a second's worth at once at most. One thread. */
final class CallRate {
    private static final double NANOS = 1e9;

    private final int perSecond;
    private final LongSupplier nowNanos;
    private double left;
    private long seenNanos;

    /** @param perSecond 0 for no bound */
    CallRate(int perSecond, LongSupplier nowNanos) {
        this.perSecond = perSecond;
        this.nowNanos = nowNanos;
        left = perSecond;
        seenNanos = nowNanos.getAsLong();
    }

    /** Whether there is one left, which is taken then. */
    boolean take() {
        if (!any()) {
            return false;
        }
        left--;
        return true;
    }

    /** Whether there is one left. */
    boolean any() {
        if (perSecond == 0) {
            return true;
        }
        long now = nowNanos.getAsLong();
        left = Math.min(perSecond, left + (now - seenNanos) * perSecond / NANOS);
        seenNanos = now;
        return left >= 1;
    }
}
