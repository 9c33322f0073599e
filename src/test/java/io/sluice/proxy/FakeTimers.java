package io.sluice.proxy;

import io.sluice.fanout.TimerWheel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time that passes when a test says so. */
final class FakeTimers implements TimerWheel {
    private static final class Task implements Timeout {
        private final long dueMillis;
        private final Runnable task;
        private boolean cancelled;

        private Task(long dueMillis, Runnable task) {
            this.dueMillis = dueMillis;
            this.task = task;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    private final List<Task> tasks = new ArrayList<>();
    private long nowMillis = 1_000_000;

    @Override
    public Timeout schedule(long delayMillis, Runnable task) {
        var scheduled = new Task(nowMillis + delayMillis, task);
        tasks.add(scheduled);
        return scheduled;
    }

    long nowMillis() {
        return nowMillis;
    }

    void advance(long millis) {
        long end = nowMillis + millis;
        while (true) {
            tasks.removeIf(task -> task.cancelled);
            Task next = tasks.stream()
                    .filter(task -> task.dueMillis <= end)
                    .min(Comparator.comparingLong(task -> task.dueMillis))
                    .orElse(null);
            if (next == null) {
                break;
            }
            tasks.remove(next);
            nowMillis = Math.max(nowMillis, next.dueMillis);
            next.task.run();
        }
        nowMillis = end;
    }

    /** Tasks that would still run. */
    int pending() {
        tasks.removeIf(task -> task.cancelled);
        return tasks.size();
    }
}
