package io.sluice.proxy;

import io.sluice.config.Settings;
import io.sluice.fanout.LoopFanout;
import io.sluice.fanout.TimerWheel;
import io.sluice.origin.OriginClient;
import io.sluice.stats.Stats;
import io.sluice.trace.LoopTrace;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What the sessions of one event loop work with; all of it belongs to that loop.
 *
 * @param gones origins that are being told that a client has gone
 * @param pressure clients that are too slow
 * @param logReads what these read in logs
 * @param random for jitter
 * @param nowMillis monotonic
 */
record SessionParts(
        Settings settings,
        Stats stats,
        LoopFanout fanout,
        OriginClient origin,
        UpdateLimiter updates,
        NextFetches fetches,
        FirstSubscriptions firsts,
        Underway gones,
        Pressure pressure,
        LogReads logReads,
        RandomGenerator random,
        LongSupplier nowMillis) {

    /** @param loops among how many event loops the node's rate of updates is divided */
    static SessionParts of(Settings settings, Stats stats, LoopFanout fanout, OriginClient origin, int loops) {
        return of(settings, stats, fanout, origin, loops, new SplittableRandom(), () -> System.nanoTime() / 1_000_000);
    }

    static SessionParts of(
            Settings settings,
            Stats stats,
            LoopFanout fanout,
            OriginClient origin,
            int loops,
            RandomGenerator random,
            LongSupplier nowMillis) {
        double rate = (double) settings.origin().updatesPerSecond() / loops;
        return new SessionParts(
                settings,
                stats,
                fanout,
                origin,
                new UpdateLimiter(fanout.timers(), nowMillis, rate),
                new NextFetches(origin, stats, settings.origin().maxGripBodyBytes()),
                new FirstSubscriptions(fanout.timers(), settings.channels().updateOnFirstSubscription()),
                new Underway(),
                new Pressure(settings, stats, fanout.timers(), nowMillis),
                new LogReads(),
                random,
                nowMillis);
    }

    /** Counts what becomes of the item that the loop is busy with. */
    LoopTrace trace() {
        return fanout.trace();
    }

    TimerWheel timers() {
        return fanout.timers();
    }
}
