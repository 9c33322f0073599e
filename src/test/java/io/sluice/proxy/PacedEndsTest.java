package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.fanout.Draining;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PacedEndsTest {
    private final FakeTimers timers = new FakeTimers();
    private final Draining draining = new Draining(() -> timers.nowMillis() * 1_000_000);
    private final PacedEnds ends = new PacedEnds(draining, timers, new SplittableRandom(1));
    private final List<Integer> ended = new ArrayList<>();

    private void add(int from, int to) {
        IntStream.range(from, to).forEach(i -> ends.add(() -> ended.add(i)));
    }

    @Test
    void ends_are_even_over_the_time_and_in_random_order() {
        draining.endHolds(Duration.ofSeconds(3));
        add(0, 300);
        var perSlice = new ArrayList<Integer>();
        for (int slice = 0; slice < 30; slice++) {
            int before = ended.size();
            timers.advance(100);
            perSlice.add(ended.size() - before);
        }
        assertThat(perSlice.subList(0, 29))
                .allSatisfy(count -> assertThat(count).isBetween(9, 11));
        assertThat(ended).hasSize(300).doesNotHaveDuplicates();
        var sorted = new ArrayList<>(ended);
        Collections.sort(sorted);
        assertThat(ended).isNotEqualTo(sorted);
        assertThat(ended.subList(0, 100).stream().mapToInt(i -> i).average().orElse(0))
                .as("the first third is of all of them")
                .isBetween(100.0, 200.0);
    }

    @Test
    void fewer_than_one_a_turn_are_spread_too() {
        draining.endHolds(Duration.ofSeconds(10));
        add(0, 5);
        timers.advance(5000);
        assertThat(ended).hasSizeBetween(1, 4);
        timers.advance(5000);
        assertThat(ended).hasSize(5);
    }

    @Test
    void a_hurry_ends_the_rest_at_the_next_turn() {
        draining.endHolds(Duration.ofSeconds(60));
        add(0, 1000);
        timers.advance(1000);
        assertThat(ended.size()).isBetween(10, 20);
        draining.hurry();
        timers.advance(150);
        assertThat(ended).hasSize(1000);
    }

    @Test
    void those_that_come_late_share_what_is_left() {
        draining.endHolds(Duration.ofSeconds(2));
        add(0, 100);
        timers.advance(1000);
        assertThat(ended.size()).isBetween(45, 55);
        add(100, 200);
        timers.advance(500);
        assertThat(ended.size()).isBetween(110, 140);
        timers.advance(500);
        assertThat(ended).hasSize(200);
    }

    @Test
    void a_loop_is_not_kept_busy_for_too_long() {
        draining.endHolds(Duration.ZERO);
        add(0, 1200);
        timers.advance(50);
        assertThat(ended).hasSize(500);
        timers.advance(100);
        assertThat(ended).hasSize(1200);
    }

    @Test
    void what_begins_knows_how_it_is_to_end() {
        assertThat(ends.lastAnswers()).isFalse();
        draining.announce();
        assertThat(ends.lastAnswers()).isTrue();
        assertThat(ends.ending()).isFalse();
        draining.endHolds(Duration.ofSeconds(1));
        assertThat(ends.ending()).isTrue();
    }
}
