package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UpdateLimiterTest {
    private final FakeTimers timers = new FakeTimers();
    private final List<String> ran = new ArrayList<>();

    private UpdateLimiter limiter(double perSecond) {
        return new UpdateLimiter(timers, timers::nowMillis, perSecond);
    }

    @Test
    void keeps_its_rate_and_its_order() {
        UpdateLimiter limiter = limiter(10);
        timers.advance(60_000);
        for (int i = 0; i < 25; i++) {
            String name = "k" + i;
            limiter.submit("c", name, false, () -> ran.add(name));
        }
        assertThat(ran).isEmpty();
        timers.advance(1000);
        assertThat(ran).hasSize(10).startsWith("k0", "k1", "k2");
        timers.advance(2000);
        assertThat(ran).hasSize(25);
        assertThat(timers.pending()).isZero();
    }

    @Test
    void a_share_below_ten_a_second_is_kept_too() {
        UpdateLimiter limiter = limiter(2.5);
        for (int i = 0; i < 10; i++) {
            limiter.submit("c", i, false, () -> ran.add("x"));
        }
        timers.advance(4000);
        assertThat(ran).hasSize(10);
        ran.clear();
        for (int i = 0; i < 10; i++) {
            limiter.submit("c", i, false, () -> ran.add("x"));
        }
        timers.advance(2000);
        assertThat(ran).hasSizeBetween(5, 6);
    }

    @Test
    void those_who_ask_the_same_go_together_a_hundred_at_a_time() {
        UpdateLimiter limiter = limiter(10);
        for (int i = 0; i < 150; i++) {
            limiter.submit("c", "same", false, () -> ran.add("same"));
        }
        limiter.submit("c", "other", false, () -> ran.add("other"));
        timers.advance(100);
        assertThat(ran).hasSize(100).containsOnly("same");
        timers.advance(100);
        assertThat(ran).hasSize(101).endsWith("other");
        timers.advance(100);
        assertThat(ran).hasSize(151);
    }

    @Test
    void who_cancels_costs_nothing() {
        UpdateLimiter limiter = limiter(10);
        for (int i = 0; i < 50; i++) {
            limiter.submit("c", i, false, () -> ran.add("cancelled")).cancel();
        }
        limiter.submit("c", "kept", false, () -> ran.add("kept"));
        timers.advance(100);
        assertThat(ran).containsExactly("kept");
    }

    @Test
    void who_cancels_waits_no_more() {
        UpdateLimiter limiter = limiter(0.1);
        timers.advance(60_000);
        limiter.submit("c", 0, false, () -> ran.add("first"));
        for (int i = 0; i < 50; i++) {
            limiter.submit("c", i % 3, false, () -> ran.add("cancelled")).cancel();
        }
        timers.advance(100);
        assertThat(ran).containsExactly("first");
        assertThat(timers.pending()).as("nobody waits").isZero();
    }

    @Test
    void who_comes_back_while_its_action_runs_waits_for_another() {
        UpdateLimiter limiter = limiter(10);
        limiter.submit("c", "k", false, () -> {
            ran.add("first");
            limiter.submit("c", "k", false, () -> ran.add("again"));
        });
        timers.advance(100);
        assertThat(ran).containsExactly("first");
        timers.advance(100);
        assertThat(ran).containsExactly("first", "again");
    }

    @Test
    void no_limit_still_collects_for_a_tick() {
        UpdateLimiter limiter = limiter(0);
        for (int i = 0; i < 5000; i++) {
            limiter.submit("c", i, false, () -> ran.add("x"));
        }
        assertThat(ran).isEmpty();
        timers.advance(100);
        assertThat(ran).hasSize(5000);
    }

    @Test
    void polls_wait_for_gaps() {
        var limiter = limiter(1);
        limiter.submit("c", "poll", true, () -> ran.add("poll"));
        limiter.submit("c", "gap", false, () -> ran.add("gap"));
        timers.advance(2500);
        assertThat(ran).containsExactly("gap", "poll");
    }

    @Test
    void a_channel_with_many_requests_holds_up_no_other() {
        UpdateLimiter limiter = limiter(10);
        for (int i = 0; i < 1000; i++) {
            limiter.submit("busy", i, false, () -> ran.add("busy"));
        }
        limiter.submit("calm", 0, false, () -> ran.add("calm"));
        limiter.submit("calm", 1, false, () -> ran.add("calm"));
        timers.advance(400);
        assertThat(ran).containsExactly("busy", "calm", "busy", "calm");
        timers.advance(200);
        assertThat(ran).hasSize(6).endsWith("busy", "busy");
    }
}
