package io.sluice.fanout;

import java.util.function.LongSupplier;

/** How long a loop may go on before it looks after its sockets again. Looks at the clock now and then only. */
final class TickBudget {
    private static final int LOOK_EVERY = 32;

    private final LongSupplier nanos;
    private final long budgetNanos;
    private long startNanos;
    private int steps;

    TickBudget(LongSupplier nanos, long budgetNanos) {
        this.nanos = nanos;
        this.budgetNanos = budgetNanos;
    }

    void start() {
        startNanos = nanos.getAsLong();
        steps = 0;
    }

    /** Counts one step. At least one step is free, so that work goes on however slow it is. */
    boolean spent() {
        return steps++ % LOOK_EVERY == LOOK_EVERY - 1 && nanos.getAsLong() - startNanos >= budgetNanos;
    }
}
