package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class KeepAliveTest {
    private final Rig rig = new Rig();

    private FakeExchange hold(String keepAlive) {
        return rig.accept("/a", "", "Grip-Hold", "stream", "Grip-Channel", "a", "Grip-Keep-Alive", keepAlive);
    }

    private static int count(FakeExchange client) {
        return client.sink.text().length() - client.sink.text().replace("k", "").length();
    }

    @Property
    void the_period_is_at_most_a_second_shorter_and_never_less_than_half(
            @ForAll @IntRange(min = 1, max = 100_000) int seconds, @ForAll long seed) {
        long delay = KeepAliveTimer.delayMillis(seconds, new SplittableRandom(seed));
        assertThat(delay).isBetween(Math.max(seconds * 1000L - 999, seconds * 500L), seconds * 1000L);
    }

    @Test
    void an_idle_one_waits_for_silence() {
        FakeExchange client = hold("k; timeout=10; mode=idle");
        for (int i = 0; i < 10; i++) {
            rig.timers.advance(8000);
            rig.stream("a", null, null, ".");
        }
        assertThat(count(client)).isZero();
        rig.timers.advance(9000);
        assertThat(count(client)).isZero();
        rig.timers.advance(1000);
        assertThat(count(client)).isEqualTo(1);
        rig.timers.advance(100_000);
        assertThat(count(client)).isBetween(11, 12);
    }

    @Test
    void an_interval_keeps_its_time_whatever_is_sent() {
        FakeExchange client = hold("k; timeout=10; mode=interval");
        for (int i = 0; i < 100; i++) {
            rig.timers.advance(1000);
            rig.stream("a", null, null, ".");
        }
        assertThat(count(client)).isBetween(10, 11);
    }

    @Test
    void it_ends_with_the_stream() {
        FakeExchange client = hold("k; timeout=1");
        client.clientGoes();
        assertThat(rig.timers.pending()).isZero();
    }

    @Test
    void it_stays_out_of_a_body_on_its_way_and_of_a_full_outbox() {
        FakeExchange client = rig.accept(
                "/a",
                "",
                "Grip-Hold",
                "stream",
                "Grip-Channel",
                "a",
                "Grip-Keep-Alive",
                "k; timeout=10; mode=interval",
                "Grip-Link",
                "</n>; rel=next; timeout=5");
        rig.timers.advance(6000);
        FakeOrigin.Answer page = rig.origin
                .take()
                .head(
                        200,
                        "Grip-Hold",
                        "stream",
                        "Grip-Channel",
                        "a",
                        "Grip-Keep-Alive",
                        "k; timeout=10; mode=interval");
        page.push("half-");
        rig.timers.advance(10_000);
        page.push("whole ");
        page.end();
        assertThat(client.sink.text()).isEqualTo("half-whole ");
        client.sink.block(Rig.OUTBOX_BYTES + 1);
        rig.timers.advance(20_000);
        assertThat(count(client)).isZero();
        client.sink.unblock();
        rig.timers.advance(10_000);
        assertThat(count(client)).isEqualTo(1);
    }

    @Test
    void an_instruction_without_one_ends_it() {
        FakeExchange client = rig.accept(
                "/a",
                "",
                "Grip-Hold",
                "stream",
                "Grip-Channel",
                "a",
                "Grip-Keep-Alive",
                "k; timeout=100",
                "Grip-Link",
                "</n>; rel=next; timeout=5");
        rig.timers.advance(6000);
        rig.origin.take().answer(200, "", "Grip-Hold", "stream", "Grip-Channel", "a");
        rig.timers.advance(500_000);
        assertThat(client.sink.text()).isEmpty();
    }
}
