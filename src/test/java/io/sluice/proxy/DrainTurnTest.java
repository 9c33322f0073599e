package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.fanout.Draining;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DrainTurnTest {
    private final FakeTimers timers = new FakeTimers();
    private final Draining draining = new Draining(() -> timers.nowMillis() * 1_000_000);
    private final PacedEnds ends = new PacedEnds(draining, timers, new SplittableRandom(1));
    private final List<Integer> ended = new ArrayList<>();

    @Test
    void holds_whose_origins_are_asked_again_meanwhile_end_as_evenly_as_all() {
        var turns = new ArrayList<DrainTurn>();
        for (int i = 0; i < 200; i++) {
            int number = i;
            var turn = new DrainTurn(ends);
            turns.add(turn);
            turn.heldBy(() -> ended.add(number));
        }
        draining.endHolds(Duration.ofSeconds(4));
        turns.forEach(DrainTurn::lineUp);
        timers.advance(500);
        // All that are left have an update on first subscription: the hold goes, and another comes.
        for (int i = 0; i < 200; i++) {
            int number = i;
            if (!ended.contains(i)) {
                turns.get(i).free();
                assertThat(turns.get(i).heldBy(() -> ended.add(number))).isFalse();
            }
        }
        timers.advance(1500);
        assertThat(ended).hasSizeBetween(90, 110);
        timers.advance(2000);
        assertThat(ended).hasSize(200).doesNotHaveDuplicates();
    }

    @Test
    void whose_turn_came_while_the_origin_was_asked_ends_with_its_answer() {
        var turn = new DrainTurn(ends);
        assertThat(turn.heldBy(() -> ended.add(1))).isFalse();
        draining.endHolds(Duration.ofSeconds(1));
        turn.lineUp();
        turn.free();
        timers.advance(1100);
        assertThat(ended).isEmpty();
        assertThat(turn.heldBy(() -> ended.add(2))).isTrue();
    }

    @Test
    void a_hold_that_begins_while_holds_end_lines_up_too() {
        draining.endHolds(Duration.ofSeconds(10));
        for (int i = 0; i < 100; i++) {
            int number = i;
            assertThat(new DrainTurn(ends).heldBy(() -> ended.add(number))).isFalse();
        }
        timers.advance(5000);
        assertThat(ended).hasSizeBetween(40, 60);
        timers.advance(5000);
        assertThat(ended).hasSize(100);
    }
}
