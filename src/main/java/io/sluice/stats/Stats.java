package io.sluice.stats;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** The counters of one node. Any thread may count and read; a reading is not a snapshot across counters. */
public final class Stats {
    private final LongAdder[] counters = adders(Counter.values().length);
    private final LongAdder[] drops = adders(DropReason.values().length);
    private final LongAdder[] gauges = adders(Gauge.values().length);
    private final Histogram[] timings = histograms(Timing.values().length);

    private final TargetLoads targets = new TargetLoads();

    /** The origins' targets, one by one. */
    public TargetLoads targets() {
        return targets;
    }

    public void count(Counter counter) {
        add(counter, 1);
    }

    public void add(Counter counter, long n) {
        counters[counter.ordinal()].add(n);
    }

    /** Counts one lost item. The caller logs the connection or channel, where there is one. */
    public void drop(DropReason reason) {
        drop(reason, 1);
    }

    public void drop(DropReason reason, long n) {
        drops[reason.ordinal()].add(n);
    }

    /** Moves a level up or down; a level is the sum of its moves. */
    public void move(Gauge gauge, long by) {
        gauges[gauge.ordinal()].add(by);
    }

    /** Something took so long. */
    public void time(Timing timing, long nanos) {
        timings[timing.ordinal()].record(nanos);
    }

    public Histogram value(Timing timing) {
        return timings[timing.ordinal()];
    }

    public long value(Counter counter) {
        return counters[counter.ordinal()].sum();
    }

    public long value(DropReason reason) {
        return drops[reason.ordinal()].sum();
    }

    public long value(Gauge gauge) {
        return gauges[gauge.ordinal()].sum();
    }

    private static Histogram[] histograms(int count) {
        var histograms = new Histogram[count];
        Arrays.setAll(histograms, i -> new Histogram());
        return histograms;
    }

    private static LongAdder[] adders(int count) {
        var adders = new LongAdder[count];
        Arrays.setAll(adders, i -> new LongAdder());
        return adders;
    }
}
