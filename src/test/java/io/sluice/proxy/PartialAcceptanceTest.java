package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.grip.Headers;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An origin that speaks WebSocket-over-HTTP and takes only a part of what it was offered. */
class PartialAcceptanceTest {
    private static Headers accepted(int bytes) {
        return Headers.of("Content-Bytes-Accepted", "" + bytes);
    }

    @Test
    void what_is_not_accepted_waits_for_something_newer() {
        SocketWorld world = SocketWorld.open();
        world.text("[foo][hello");
        world.next("TEXT [foo][hello").answer(accepted(5));
        assertThat(world.origin.waiting()).isZero();
        world.text(" world]");
        FakeEventsOrigin.Asked asked = world.origin.take();
        assertThat(new String(asked.body(), UTF_8)).isEqualTo("TEXT 6\r\n[hello\r\nTEXT 7\r\n world]\r\n");
        assertThat(asked.header("Content-Bytes-Replayed")).isEqualTo("6");
        asked.answer(accepted(13), "TEXT m:[ok]");
        assertThat(world.sink.take()).containsExactly("TEXT [ok]");
        world.text("next");
        asked = world.next("TEXT next");
        assertThat(asked.header("Content-Bytes-Replayed")).isNull();
    }

    @Test
    void a_retry_says_as_before_what_is_a_replay() {
        SocketWorld world = SocketWorld.open();
        world.text("abc");
        world.origin.take().answer(accepted(1));
        world.text("d");
        FakeEventsOrigin.Asked asked = world.next("TEXT bc", "TEXT d");
        asked.unreachable();
        world.rig.timers.advance(2000);
        FakeEventsOrigin.Asked again = world.next("TEXT bc", "TEXT d");
        assertThat(again.header("Content-Bytes-Replayed")).isEqualTo("2");
        again.answer();
        world.assertSilent();
    }

    @Test
    void a_poll_offers_the_rest_too() {
        SocketWorld world = SocketWorld.open();
        world.text("abc");
        world.origin.take().answer(accepted(1).with("Keep-Alive-Interval", "20"));
        world.rig.timers.advance(20_000);
        FakeEventsOrigin.Asked poll = world.next("TEXT bc");
        assertThat(poll.header("Content-Bytes-Replayed")).isEqualTo("2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4", "-1", "x", "", "99999999999"})
    void an_acceptance_that_cannot_be_ends_it(String accepted) {
        SocketWorld world = SocketWorld.open();
        world.text("abc");
        world.origin.take().answer(Headers.of("Content-Bytes-Accepted", accepted), "TEXT m:x");
        assertThat(world.sink.take()).isEmpty();
        assertThat(Objects.requireNonNull(world.sink.closed).code()).isEqualTo(1011);
        world.next("DISCONNECT");
    }

    @Test
    void a_client_that_sends_too_much_is_paused_until_half_of_it_is_accepted() {
        SocketWorld world = SocketWorld.open();
        String part = "x".repeat(50_000);
        world.text("first");
        FakeEventsOrigin.Asked first = world.origin.take();
        for (int i = 0; i < 3; i++) {
            world.text(part);
            assertThat(world.sink.paused).isFalse();
        }
        world.text(part);
        assertThat(world.sink.paused).isTrue();
        world.text(part); // had been read before the pause
        first.answer();
        assertThat(world.sink.paused).isTrue();
        FakeEventsOrigin.Asked second = world.origin.take();
        assertThat(second.decoded()).hasSize(4);
        second.answer(accepted(99_999));
        assertThat(world.sink.paused).isTrue();
        FakeEventsOrigin.Asked third = world.origin.take();
        assertThat(third.header("Content-Bytes-Replayed")).isEqualTo("100001");
        assertThat(third.decoded()).hasSize(4);
        third.answer(accepted(50_100));
        assertThat(world.sink.paused).isFalse();
        assertThat(world.origin.waiting()).isZero();
    }

    /** Else client and origin would wait for each other. */
    @Test
    void a_rest_that_fills_the_buffer_lets_the_client_go_on() {
        SocketWorld world = SocketWorld.open();
        world.text("x".repeat(PendingEvents.BATCH_BYTES));
        assertThat(world.sink.paused).isTrue();
        world.origin.take().answer(accepted(10));
        assertThat(world.sink.paused).isFalse();
        world.text("newer");
        FakeEventsOrigin.Asked asked = world.origin.take();
        assertThat(asked.decoded()).hasSize(2);
        assertThat(asked.header("Content-Bytes-Replayed")).isEqualTo("" + (PendingEvents.BATCH_BYTES - 10));
        asked.answer();
        assertThat(world.sink.paused).isFalse();
    }

    @Test
    void accepting_nothing_of_a_full_buffer_ends_it() {
        SocketWorld world = SocketWorld.open();
        world.text("x".repeat(PendingEvents.BATCH_BYTES));
        world.origin.take().answer(accepted(0));
        assertThat(Objects.requireNonNull(world.sink.closed).code()).isEqualTo(1011);
        assertThat(world.sink.paused).isFalse();
        world.next("DISCONNECT");
    }

    /** The origin has not seen what filled the buffer. */
    @Test
    void accepting_nothing_of_a_little_is_no_failure_while_there_is_more() {
        SocketWorld world = SocketWorld.open();
        world.text("little");
        FakeEventsOrigin.Asked asked = world.origin.take();
        world.text("x".repeat(PendingEvents.BATCH_BYTES));
        assertThat(world.sink.paused).isTrue();
        asked.answer(accepted(0));
        assertThat(world.sink.open()).isTrue();
        FakeEventsOrigin.Asked again = world.origin.take();
        assertThat(again.decoded()).hasSize(2);
        assertThat(again.header("Content-Bytes-Replayed")).isEqualTo("6");
        again.answer();
        assertThat(world.sink.paused).isFalse();
    }
}
