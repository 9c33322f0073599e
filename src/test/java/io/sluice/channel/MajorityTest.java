package io.sluice.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MajorityTest {
    private long now;
    private final Majority majority = new Majority(0, 60_000, () -> now);

    @Test
    void aNodeAloneDecidesForItself() {
        assertThat(sees("a")).isTrue();
    }

    @Test
    void oneOfThreeIsTheSmallerPartAndStaysIt() {
        sees("a", "b", "c");
        assertThat(sees("a", "b")).isTrue();
        assertThat(sees("a", "b", "c")).isTrue();
        assertThat(sees("c")).isFalse();
        now += 3_600_000;
        assertThat(sees("c")).isFalse();
        assertThat(sees("a", "b", "c")).isTrue();
    }

    @Test
    void whoLeavesInOrderIsNotMissed() {
        sees("a", "b", "c");
        assertThat(majority.holds(List.of("a", "b", "c"), Set.of("b", "c"))).isTrue();
        assertThat(majority.holds(List.of("a"), Set.of("b", "c"))).isTrue();
    }

    @Test
    void theRestIsTheClusterOnceItHasGoneOnForAWhile() {
        sees("a", "b", "c", "d", "e");
        assertThat(sees("a", "b", "c")).isTrue();
        assertThat(sees("a", "b")).isFalse();
        assertThat(sees("a", "b", "c")).isTrue();
        now += 60_000;
        assertThat(sees("a", "b", "c")).isTrue();
        assertThat(sees("a", "b")).isTrue();
    }

    @Test
    void newNodesStandForThoseThatVanished() {
        sees("a", "b", "c");
        assertThat(sees("b", "c")).isTrue();
        assertThat(sees("b", "c", "d")).isTrue();
        assertThat(sees("c", "d")).isTrue();
        assertThat(sees("d")).isFalse();
    }

    @Test
    void ofTwoEqualHalvesTheOneWithTheOldestGoesOn() {
        sees("a", "b", "c", "d");
        assertThat(sees("a", "c")).isTrue();
        assertThat(sees("a", "b", "c", "d")).isTrue();
        assertThat(sees("b", "d")).isFalse();
    }

    @Test
    void ofTwoNodesEitherGoesOn() {
        sees("a", "b");
        assertThat(sees("b")).isTrue();
    }

    @Test
    void whereTheNumberOfNodesIsGivenMoreThanHalfOfItDecides() {
        var given = new Majority(4, 60_000, () -> now);
        assertThat(given.holds(List.of("a", "b"), Set.of())).isFalse();
        assertThat(given.holds(List.of("a", "b", "c"), Set.of())).isTrue();
        now += 3_600_000;
        assertThat(given.holds(List.of("a", "b"), Set.of())).isFalse();
    }

    private boolean sees(String... members) {
        return majority.holds(List.of(members), Set.of());
    }
}
