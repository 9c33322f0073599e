package io.sluice.stats;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** How often something took how long. Any thread; a reading is not a snapshot across buckets. */
public final class Histogram {
    private static final long[] BOUNDS_MICROS = {
        500,
        1000,
        2500,
        5000,
        10_000,
        25_000,
        50_000,
        100_000,
        250_000,
        500_000,
        1_000_000,
        2_500_000,
        5_000_000,
        10_000_000,
        30_000_000,
        60_000_000
    };

    /** The last is for what is over all bounds. */
    private final LongAdder[] buckets = new LongAdder[BOUNDS_MICROS.length + 1];

    private final LongAdder sumMicros = new LongAdder();

    Histogram() {
        Arrays.setAll(buckets, i -> new LongAdder());
    }

    void record(long nanos) {
        long micros = Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos));
        int bucket = 0;
        while (bucket < BOUNDS_MICROS.length && micros > BOUNDS_MICROS[bucket]) {
            bucket++;
        }
        buckets[bucket].increment();
        sumMicros.add(micros);
    }

    /** Number of bounds; there is one bucket more than these. */
    public static int bounds() {
        return BOUNDS_MICROS.length;
    }

    /** The longest that falls into the bucket. */
    public static double boundSeconds(int bucket) {
        return BOUNDS_MICROS[bucket] / 1e6;
    }

    /** How many are in that bucket alone. */
    public long count(int bucket) {
        return buckets[bucket].sum();
    }

    public double sumSeconds() {
        return sumMicros.sum() / 1e6;
    }
}
