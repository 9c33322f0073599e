package io.sluice.fanout;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How far the node has come on its way out, as its event loops see it. Goes forward only. Any thread. */
public final class Draining {
    private final LongSupplier nanos;
    private volatile boolean announced;
    private volatile boolean ending;
    private volatile long overNanos;

    public Draining() {
        this(System::nanoTime);
    }

    /** @param nanos monotonic */
    public Draining(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** From now on clients are to look for another node: no connection serves another request. */
    public void announce() {
        announced = true;
    }

    /** From now on holds end, and none begins that lasts; the last ends when the time is over. */
    public void endHolds(Duration over) {
        overNanos = nanos.getAsLong() + over.toNanos();
        announced = true;
        ending = true;
    }

    /** The time to end holds is over now. */
    public void hurry() {
        overNanos = nanos.getAsLong();
    }

    /** Whether no connection is to serve another request. */
    public boolean announced() {
        return announced;
    }

    /** Whether nothing that lasts is to begin. */
    public boolean ending() {
        return ending;
    }

    /** Milliseconds until the last hold is to end; 0 when it should have ended, or holds do not end yet. */
    public long millisLeft() {
        return ending ? Math.max(0, TimeUnit.NANOSECONDS.toMillis(overNanos - nanos.getAsLong())) : 0;
    }
}
