package io.sluice.proxy;

import io.sluice.fanout.TimerWheel;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Spreads the low-priority requests of one event loop's sessions over time (GRIP, next loop, rule 9): polls, gap recovery, the
 * recover command. Sessions that would ask the same thing wait together and go together, so that their requests can be
 * merged; after the first of them an interval passes before anything is sent, to collect the others. Channels take turns. Event loop only.
 */
final class UpdateLimiter {
    /** Sessions that one action takes along. */
    static final int SESSIONS_PER_ACTION = 100;

    private static final long TICK_MILLIS = 100;
    private static final double NO_LIMIT = 1e6;

    /** A credit that rounding has made a little too small still counts. */
    private static final double ONE = 0.95;

    /** A session's place in the queue. */
    static final class Ticket {
        private final FairTurns turns;
        private final Object share;
        private final Object key;
        private @Nullable Runnable action;

        private Ticket(FairTurns turns, Object share, Object key, Runnable action) {
            this.turns = turns;
            this.share = share;
            this.key = key;
            this.action = action;
        }

        /** Gives the place up; does nothing once the action ran. */
        void cancel() {
            if (action != null) {
                action = null;
                turns.remove(share, key, this);
            }
        }

        /** Whether the place was not given up. */
        boolean run() {
            Runnable due = action;
            action = null;
            if (due != null) {
                due.run();
            }
            return due != null;
        }
    }

    private final TimerWheel timers;
    private final LongSupplier nowMillis;
    private final double actionsPerMilli;
    /** Gap recovery and the like: clients wait for these. */
    private final FairTurns urgent = new FairTurns(SESSIONS_PER_ACTION);

    private final FairTurns polls = new FairTurns(SESSIONS_PER_ACTION);
    private double credit;
    private long creditedMillis;
    private boolean armed;

    /** @param actionsPerSecond of this event loop; 0 or less for no limit */
    UpdateLimiter(TimerWheel timers, LongSupplier nowMillis, double actionsPerSecond) {
        this.timers = timers;
        this.nowMillis = nowMillis;
        this.actionsPerMilli = actionsPerSecond <= 0 ? NO_LIMIT : actionsPerSecond / 1000;
        this.creditedMillis = nowMillis.getAsLong();
    }

    /**
     * Has the action run when its turn comes; never before this call returns.
     *
     * @param share the session's channels: each has its turn before any has another one
     * @param key equal for sessions that would ask the same thing
     * @param poll whether nothing suggests that there is news: goes after all that do
     */
    Ticket submit(Object share, Object key, boolean poll, Runnable action) {
        FairTurns turns = poll ? polls : urgent;
        var ticket = new Ticket(turns, share, key, action);
        turns.add(share, key, ticket);
        arm();
        return ticket;
    }

    private void arm() {
        if (!armed) {
            armed = true;
            timers.schedule(TICK_MILLIS, this::tick);
        }
    }

    private void tick() {
        armed = false;
        long now = nowMillis.getAsLong();
        // At most what one tick may spend, or one action: an idle limiter saves nothing up for a burst.
        double most = Math.max(1, TICK_MILLIS * actionsPerMilli);
        credit = Math.min(most, credit + (now - creditedMillis) * actionsPerMilli);
        creditedMillis = now;
        spend(urgent);
        spend(polls);
        if (!urgent.isEmpty() || !polls.isEmpty()) {
            arm();
        }
    }

    private void spend(FairTurns waiting) {
        while (credit >= ONE && !waiting.isEmpty()) {
            if (waiting.next()) {
                credit--;
            }
        }
    }
}
