package io.sluice.proxy;

import io.sluice.fanout.Draining;
import io.sluice.fanout.TimerWheel;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Ends the holds of one event loop when the node drains: in random order, evenly over the time that there is, so that their clients do
 * not come back to the other nodes all at once. That loop only.
 */
final class PacedEnds {
    /** Less than a tick of the wheel, so that there is a turn each tick. */
    private static final long TURN_MILLIS = 50;

    /** In one turn, however little time is left: other connections of the loop are to have theirs. */
    private static final int MOST = 500;

    private final Draining draining;
    private final TimerWheel timers;
    private final RandomGenerator random;
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean armed;
    /** Milliseconds that were left at the turn before. */
    private long leftBefore;

    private double due;

    PacedEnds(Draining draining, TimerWheel timers, RandomGenerator random) {
        this.draining = draining;
        this.timers = timers;
        this.random = random;
    }

    /** Whether an answer that begins now is the last on its connection. */
    boolean lastAnswers() {
        return draining.announced();
    }

    /** Whether holds end, and what begins now is not to last. */
    boolean ending() {
        return draining.ending();
    }

    /** Calls it when its turn has come, also if the hold has ended by then. */
    void add(Runnable end) {
        if (waiting.isEmpty()) {
            leftBefore = draining.millisLeft();
        }
        waiting.add(end);
        arm();
    }

    private void arm() {
        if (!armed && !waiting.isEmpty()) {
            armed = true;
            timers.schedule(TURN_MILLIS, this::turn);
        }
    }

    private void turn() {
        armed = false;
        long left = draining.millisLeft();
        // The share of the time since the turn before, with what a share below one was owed before.
        due += left == 0 ? waiting.size() : (double) waiting.size() * (leftBefore - left) / leftBefore;
        leftBefore = left;
        for (int i = 0; i < MOST && due >= 1 && !waiting.isEmpty(); i++) {
            due--;
            take().run();
        }
        due = Math.min(due, waiting.size());
        arm();
    }

    private Runnable take() {
        int index = random.nextInt(waiting.size());
        Runnable last = waiting.remove(waiting.size() - 1);
        return index == waiting.size() ? last : waiting.set(index, last);
    }
}
