package io.sluice.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HashedTimerWheelTest {
    /** Virtual time with a ticker that is exact, unless the loop is held up. */
    private static final class World implements HashedTimerWheel.Ticker {
        private long millis = 5_000;
        private long nextTick;
        private @Nullable Runnable ticking;
        private final HashedTimerWheel wheel = new HashedTimerWheel(() -> TimeUnit.MILLISECONDS.toNanos(millis), this);

        @Override
        public void start(Runnable advance) {
            ticking = advance;
            nextTick = millis + 100;
        }

        @Override
        public void stop() {
            ticking = null;
        }

        void pass(long more) {
            long until = millis + more;
            while (ticking != null && nextTick <= until) {
                millis = nextTick;
                nextTick += 100;
                ticking.run();
            }
            millis = until;
        }

        /** The loop does something else for that long, and then looks at its timers. */
        void heldUp(long more) {
            millis += more;
            wheel.advance();
        }
    }

    /** No task runs early, none is more than a tick late, cancelled ones never run, all others run once. */
    @Property(tries = 200)
    void every_task_runs_once_in_its_tick(@ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int tasks) {
        var random = new Random(seed);
        var world = new World();
        var ran = new int[tasks];
        var cancelled = new boolean[tasks];
        var timeouts = new ArrayList<TimerWheel.Timeout>();
        long longest = 0;
        for (int i = 0; i < tasks; i++) {
            int task = i;
            long delay = random.nextInt(4) == 0 ? random.nextInt(200_000) : random.nextInt(1_000);
            long due = world.millis + delay;
            longest = Math.max(longest, due);
            timeouts.add(world.wheel.schedule(delay, () -> {
                ran[task]++;
                assertThat(world.millis).isBetween(due, due + 100);
            }));
            if (random.nextInt(3) == 0) {
                world.pass(random.nextInt(500));
            }
            if (random.nextInt(3) == 0) {
                int victim = random.nextInt(timeouts.size());
                cancelled[victim] |= ran[victim] == 0;
                timeouts.get(victim).cancel();
            }
        }
        world.pass(Math.max(0, longest - world.millis) + 200);
        for (int i = 0; i < tasks; i++) {
            assertThat(ran[i]).isEqualTo(cancelled[i] ? 0 : 1);
        }
        assertThat(world.wheel.armed()).isZero();
        assertThat(world.ticking).isNull();
    }

    @Test
    void the_ticker_runs_only_while_a_task_is_armed() {
        var world = new World();
        assertThat(world.ticking).isNull();
        TimerWheel.Timeout timeout = world.wheel.schedule(1_000, () -> {});
        assertThat(world.ticking).isNotNull();
        timeout.cancel();
        timeout.cancel();
        assertThat(world.ticking).isNull();
        world.pass(3_600_000);
        List<String> ran = new ArrayList<>();
        world.wheel.schedule(50, () -> ran.add("later"));
        world.pass(99);
        assertThat(ran).isEmpty();
        world.pass(1);
        assertThat(ran).containsExactly("later");
        assertThat(world.ticking).isNull();
    }

    @Test
    void a_task_may_arm_itself_and_cancel_its_neighbour() {
        var world = new World();
        var ran = new ArrayList<String>();
        var neighbour = new AtomicReference<TimerWheel.Timeout>();
        world.wheel.schedule(10, new Runnable() {
            @Override
            public void run() {
                ran.add("again");
                if (neighbour.get() != null) {
                    neighbour.get().cancel();
                }
                world.wheel.schedule(0, this);
            }
        });
        neighbour.set(world.wheel.schedule(10, () -> ran.add("neighbour")));
        world.pass(100);
        assertThat(ran).containsExactly("again");
        world.pass(100);
        assertThat(ran).containsExactly("again", "again");
    }

    @Test
    void a_task_that_throws_does_not_stop_the_others() {
        var world = new World();
        var ran = new ArrayList<String>();
        world.wheel.schedule(10, () -> {
            throw new IllegalStateException("on purpose");
        });
        world.wheel.schedule(10, () -> ran.add("other"));
        world.pass(100);
        assertThat(ran).containsExactly("other");
    }

    @Test
    void a_loop_that_was_held_up_for_longer_than_a_round_runs_all_that_is_due() {
        var world = new World();
        var ran = new ArrayList<Integer>();
        for (int delay = 100; delay <= 90_000; delay += 100) {
            int due = delay;
            world.wheel.schedule(delay, () -> ran.add(due));
        }
        world.heldUp(80_000);
        assertThat(ran).hasSize(800).allMatch(due -> due <= 80_000);
        world.wheel.schedule(Long.MAX_VALUE, () -> ran.add(-1));
        world.pass(100_000);
        assertThat(ran).hasSize(900).doesNotContain(-1);
    }
}
