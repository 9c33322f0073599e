package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.grip.Headers;
import io.sluice.grip.SocketClose;
import io.sluice.grip.SocketEvents;
import io.sluice.origin.OriginException;
import io.sluice.stats.Counter;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of requests to an origin that speaks WebSocket-over-HTTP and fails. */
class HttpSocketOriginRetriesTest {
    @ParameterizedTest
    @EnumSource(names = {"UNREACHABLE", "OVERLOADED"})
    void an_origin_out_of_reach_is_asked_again_with_growing_pauses_and_the_same_body(OriginException.Kind kind) {
        SocketWorld world = SocketWorld.open();
        world.text("1");
        FakeEventsOrigin.Asked first = world.next("TEXT 1");
        first.fail(kind);
        world.text("2");
        for (int retry = 0; retry < 5; retry++) {
            world.rig.timers.advance((1000L << retry) - 1);
            assertThat(world.origin.waiting()).isZero();
            world.rig.timers.advance(1000);
            FakeEventsOrigin.Asked again = world.origin.take();
            assertThat(again.body()).isEqualTo(first.body());
            assertThat(again.request.headers()).isEqualTo(first.request.headers());
            if (retry < 4) {
                again.fail(kind);
            } else {
                again.answer("TEXT m:at last");
            }
        }
        assertThat(world.sink.take()).containsExactly("TEXT at last");
        world.next("TEXT 2").answer();
        assertThat(world.rig.count(Counter.SOCKETS_FAILED)).isZero();
    }

    @Test
    void failures_are_counted_anew_for_each_request() {
        SocketWorld world = SocketWorld.open();
        for (int message = 0; message < 3; message++) {
            world.text("x");
            for (int failure = 0; failure < 5; failure++) {
                world.origin.take().unreachable();
                world.rig.timers.advance(20_000);
            }
            world.origin.take().answer();
        }
        assertThat(world.sink.open()).isTrue();
    }

    @Test
    void after_five_retries_the_connection_fails_and_the_origin_is_told_once_if_it_can_be() {
        SocketWorld world = SocketWorld.open();
        world.text("1");
        for (int attempt = 0; attempt < 6; attempt++) {
            world.origin.take().unreachable();
            world.rig.timers.advance(attempt == 5 ? 0 : 33_000);
        }
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(1011, "origin failed"));
        assertThat(world.rig.count(Counter.SOCKETS_FAILED)).isEqualTo(1);
        world.next("DISCONNECT").unreachable();
        world.assertSilent();
    }

    @ParameterizedTest
    @EnumSource(
            value = OriginException.Kind.class,
            names = {"UNREACHABLE", "OVERLOADED"},
            mode = EnumSource.Mode.EXCLUDE)
    void another_failure_ends_it_at_once_and_no_message_is_sent_twice(OriginException.Kind kind) {
        SocketWorld world = SocketWorld.open();
        world.text("1");
        FakeEventsOrigin.Asked asked = world.next("TEXT 1");
        world.text("2");
        asked.fail(kind);
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(1011, "origin failed"));
        world.next("DISCONNECT").answer();
        world.text("3");
        world.close(1011, "origin failed");
        world.assertSilent();
        assertThat(world.known()).isFalse();
        assertThat(world.rig.count(Counter.SOCKETS_FAILED)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 404, 500, 503})
    void an_answer_of_another_kind_ends_it(int status) {
        SocketWorld world = SocketWorld.open();
        world.text("1");
        world.origin
                .take()
                .respond(
                        status,
                        Headers.of("Content-Type", SocketEvents.MEDIA_TYPE),
                        "TEXT 3\r\nm:x\r\n".getBytes(UTF_8));
        assertThat(world.sink.take()).isEmpty();
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(1011, "origin failed"));
        world.next("DISCONNECT");
    }

    @Test
    void what_cannot_be_read_ends_it_and_debug_says_why() {
        var world = new SocketWorld(Rig.route("", Rig.TARGET), true, Headers.EMPTY);
        world.accept(SocketWorld.GRIP);
        world.text("1");
        world.origin
                .take()
                .respond(200, Headers.of("Content-Type", SocketEvents.MEDIA_TYPE), "nonsense".getBytes(UTF_8));
        assertThat(world.sink.closed)
                .isEqualTo(SocketClose.of(1011, "malformed websocket-events: an event's line has no end"));
        world.next("DISCONNECT");
    }

    @Test
    void a_second_open_ends_it_after_what_came_before() {
        SocketWorld world = SocketWorld.open();
        world.text("1");
        world.origin.take().answer("TEXT m:x", "OPEN", "TEXT m:y");
        assertThat(world.sink.take()).containsExactly("TEXT x");
        assertThat(Objects.requireNonNull(world.sink.closed).code()).isEqualTo(1011);
        world.next("DISCONNECT");
    }
}
