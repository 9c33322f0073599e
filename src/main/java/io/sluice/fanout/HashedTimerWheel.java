package io.sluice.fanout;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A ring of slots, one for each tick of 100 ms; a task waits in the slot of its tick, whichever round that is. Arming and
 * cancelling are O(1). The ticker runs only while a task is armed.
 *
 * <p>Owned by its event loop. A task may arm and cancel others; one that throws is logged, and the others run.
 */
final class HashedTimerWheel implements TimerWheel {
    static final long TICK_MILLIS = 100;

    private static final Logger LOG = LoggerFactory.getLogger(HashedTimerWheel.class);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
    private static final int SLOTS = 512;

    /** Calls {@link #advance()} about each tick, on the loop, from start to stop. */
    interface Ticker {
        void start(Runnable advance);

        void stop();
    }

    private final LongSupplier nanos;
    private final Ticker ticker;
    private final Entry[] slots = new Entry[SLOTS];
    private final Entry due = Entry.ring();
    private long startNanos;
    private long tick;
    private int armed;

    HashedTimerWheel(LongSupplier nanos, Ticker ticker) {
        this.nanos = nanos;
        this.ticker = ticker;
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = Entry.ring();
        }
    }

    @Override
    public Timeout schedule(long delayMillis, Runnable task) {
        long now = nanos.getAsLong();
        if (armed++ == 0) {
            // Ticks are counted from the ticker's start, so that it calls just when a tick is over.
            startNanos = now;
            tick = 0;
            ticker.stop();
            ticker.start(this::advance);
        }
        long elapsed = now - startNanos;
        long delayNanos = TimeUnit.MILLISECONDS.toNanos(Math.max(0, delayMillis));
        // A tick at least, so that a task that arms itself without delay does not run for ever in one advance.
        long at = Math.max(tick + 1, saturatedCeil(elapsed, delayNanos));
        Entry entry = new Entry(this, task, at);
        entry.linkBefore(slots[(int) (at % SLOTS)]);
        return entry;
    }

    private static long saturatedCeil(long elapsed, long delayNanos) {
        long sum = elapsed + delayNanos;
        return sum < 0 ? Long.MAX_VALUE / TICK_NANOS : (sum + TICK_NANOS - 1) / TICK_NANOS;
    }

    /** Runs what is due. */
    void advance() {
        long now = (nanos.getAsLong() - startNanos) / TICK_NANOS;
        if (now - tick >= SLOTS) {
            for (Entry slot : slots) {
                collect(slot, now);
            }
            tick = now;
        }
        while (tick < now) {
            tick++;
            collect(slots[(int) (tick % SLOTS)], tick);
        }
        for (Entry entry = due.next; entry != due; entry = due.next) {
            entry.unlink();
            try {
                run(entry);
            } finally {
                armed--;
            }
        }
        if (armed == 0) {
            ticker.stop();
        }
    }

    /** Moves what is due by that tick out of the slot, before anything runs: a task may cancel its neighbours. */
    private void collect(Entry slot, long now) {
        Entry entry = slot.next;
        while (entry != slot) {
            Entry next = entry.next;
            if (entry.at <= now) {
                entry.unlink();
                entry.linkBefore(due);
            }
            entry = next;
        }
    }

    private static void run(Entry entry) {
        Runnable task = entry.task;
        entry.task = null;
        try {
            if (task != null) {
                task.run();
            }
        } catch (RuntimeException e) {
            LOG.error("timer-task-failed", e);
        }
    }

    private void cancel(Entry entry) {
        if (entry.task == null) {
            return;
        }
        entry.task = null;
        entry.unlink();
        if (--armed == 0) {
            ticker.stop();
        }
    }

    /** Tasks armed. */
    int armed() {
        return armed;
    }

    private static final class Entry implements Timeout {
        private final @Nullable HashedTimerWheel wheel;
        private final long at;
        /** Null once it has run or was cancelled. */
        private @Nullable Runnable task;

        private Entry previous = this;
        private Entry next = this;

        private Entry(@Nullable HashedTimerWheel wheel, @Nullable Runnable task, long at) {
            this.wheel = wheel;
            this.task = task;
            this.at = at;
        }

        static Entry ring() {
            return new Entry(null, null, 0);
        }

        void linkBefore(Entry other) {
            previous = other.previous;
            next = other;
            previous.next = this;
            other.previous = this;
        }

        void unlink() {
            previous.next = next;
            next.previous = previous;
            previous = this;
            next = this;
        }

        @Override
        public void cancel() {
            if (wheel != null) {
                wheel.cancel(this);
            }
        }
    }
}
