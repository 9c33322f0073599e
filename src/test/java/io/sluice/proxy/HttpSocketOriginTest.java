package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.grip.Headers;
import io.sluice.grip.SocketClose;
import io.sluice.grip.SocketEvents;
import io.sluice.origin.OriginException;
import io.sluice.origin.SocketRejected;
import io.sluice.stats.Counter;
import io.sluice.wire.SocketFrame;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an origin that speaks WebSocket-over-HTTP is asked, and when. */
class HttpSocketOriginTest {
    private static Headers accepted(int bytes) {
        return Headers.of("Content-Bytes-Accepted", "" + bytes);
    }

    private static Headers interval(String seconds) {
        return Headers.of("Keep-Alive-Interval", seconds);
    }

    /** All that is under way is told, and nothing more happens for an hour. */
    private static void assertSilent(SocketWorld world) {
        world.rig.timers.advance(3_600_000);
        assertThat(world.origin.waiting()).isZero();
    }

    private static FakeEventsOrigin.Asked next(SocketWorld world, String... events) {
        FakeEventsOrigin.Asked asked = world.origin.take();
        assertThat(asked.events()).containsExactly(events);
        return asked;
    }

    // Requests.

    @Test
    void a_connection_has_one_id_and_one_set_of_headers() {
        var world = new SocketWorld(
                Rig.route("", Rig.TARGET),
                false,
                Headers.of(
                        "Cookie", "a=1",
                        "Accept", "text/html",
                        "Accept-Encoding", "gzip",
                        "Connection-Id", "mine",
                        "Meta-User", "me",
                        "Sec-WebSocket-Key", "k",
                        "Sec-WebSocket-Extensions", "permessage-deflate",
                        "Sec-WebSocket-Protocol", "p",
                        "Content-Bytes-Replayed", "7",
                        "Upgrade", "websocket"));
        world.accept(SocketWorld.GRIP);
        world.text("x");
        for (FakeEventsOrigin.Asked asked : world.origin.asked) {
            assertThat(asked.request.method()).isEqualTo("POST");
            assertThat(asked.request.headers().lines())
                    .extracting(line -> line.name() + ": " + line.value())
                    .containsExactly(
                            "Cookie: a=1",
                            "Sec-WebSocket-Protocol: p",
                            "Connection-Id: " + world.client.id(),
                            "Content-Type: application/websocket-events",
                            "Accept: application/websocket-events",
                            "Sec-WebSocket-Extensions: grip");
        }
        assertThat(world.rig.count(Counter.SOCKET_REQUESTS)).isEqualTo(2);
    }

    @Test
    void one_request_is_under_way_and_what_comes_meanwhile_is_merged() {
        SocketWorld world = SocketWorld.open();
        assertThat(world.origin.waiting()).isZero();
        world.text("1");
        FakeEventsOrigin.Asked first = next(world, "TEXT 1");
        world.text("2");
        world.frame(SocketFrame.Type.PING, "p");
        world.part(SocketFrame.Type.BINARY, false, "3");
        world.frame(SocketFrame.Type.PONG, "");
        world.part(SocketFrame.Type.CONTINUATION, false, "4");
        assertThat(world.origin.waiting()).isZero();
        first.answer("TEXT m:one");
        FakeEventsOrigin.Asked second = next(world, "TEXT 2", "PING p", "PONG");
        world.part(SocketFrame.Type.CONTINUATION, true, "5");
        second.answer();
        next(world, "BINARY 345").answer();
        assertThat(world.sink.take()).containsExactly("TEXT one");
        assertSilent(world);
    }

    @Test
    void one_event_targets_get_one_event() {
        var world = new SocketWorld(Rig.route("", SocketWorld.oneEvent()), false, Headers.EMPTY);
        world.accept(SocketWorld.GRIP);
        world.text("1");
        world.text("");
        world.text("3");
        next(world, "TEXT 1").answer();
        next(world, "TEXT").answer();
        next(world, "TEXT 3").answer();
        assertSilent(world);
    }

    @Test
    void meta_is_remembered_replaced_and_deleted() {
        var world = new SocketWorld();
        world.accept(SocketWorld.GRIP.with("Set-Meta-User", "ann").with("Set-Meta-Room", "1"));
        world.text("1");
        FakeEventsOrigin.Asked asked = world.origin.take();
        assertThat(asked.header("Meta-User")).isEqualTo("ann");
        assertThat(asked.header("Meta-Room")).isEqualTo("1");
        asked.answer(Headers.of("set-meta-user", "bob", "Set-Meta-Room", "", "Set-Meta-", "nothing"));
        world.text("2");
        asked = world.origin.take();
        assertThat(asked.request.headers().all("Meta-User")).containsExactly("bob");
        assertThat(asked.header("Meta-Room")).isNull();
        assertThat(asked.header("Meta-")).isNull();
        asked.answer();
        world.vanish();
        assertThat(world.origin.take().header("Meta-User")).isEqualTo("bob");
    }

    @Test
    void a_client_that_does_not_read_keeps_its_origin_waiting() {
        SocketWorld world = SocketWorld.open();
        world.sink.block(10);
        world.text("1");
        world.text("2");
        assertThat(world.origin.waiting()).isZero();
        world.sink.unblock();
        next(world, "TEXT 1", "TEXT 2").answer();
        world.sink.block(10);
        world.text("3");
        world.close(1000, "");
        next(world, "TEXT 3", "CLOSE 1000");
    }

    // Retries.

    @ParameterizedTest
    @EnumSource(names = {"UNREACHABLE", "OVERLOADED"})
    void an_origin_out_of_reach_is_asked_again_with_growing_pauses_and_the_same_body(OriginException.Kind kind) {
        SocketWorld world = SocketWorld.open();
        world.text("1");
        FakeEventsOrigin.Asked first = next(world, "TEXT 1");
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
        next(world, "TEXT 2").answer();
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
        next(world, "DISCONNECT").unreachable();
        assertSilent(world);
    }

    @ParameterizedTest
    @EnumSource(
            value = OriginException.Kind.class,
            names = {"UNREACHABLE", "OVERLOADED"},
            mode = EnumSource.Mode.EXCLUDE)
    void another_failure_ends_it_at_once_and_no_message_is_sent_twice(OriginException.Kind kind) {
        SocketWorld world = SocketWorld.open();
        world.text("1");
        FakeEventsOrigin.Asked asked = next(world, "TEXT 1");
        world.text("2");
        asked.fail(kind);
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(1011, "origin failed"));
        next(world, "DISCONNECT").answer();
        world.text("3");
        world.close(1011, "origin failed");
        assertSilent(world);
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
        next(world, "DISCONNECT");
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
        next(world, "DISCONNECT");
    }

    @Test
    void a_second_open_ends_it_after_what_came_before() {
        SocketWorld world = SocketWorld.open();
        world.text("1");
        world.origin.take().answer("TEXT m:x", "OPEN", "TEXT m:y");
        assertThat(world.sink.take()).containsExactly("TEXT x");
        assertThat(Objects.requireNonNull(world.sink.closed).code()).isEqualTo(1011);
        next(world, "DISCONNECT");
    }

    // Keep-alive.

    @Test
    void an_interval_polls_an_idle_origin() {
        var world = new SocketWorld();
        world.accept(SocketWorld.GRIP.with("Keep-Alive-Interval", "30"));
        world.rig.timers.advance(20_000);
        world.text("1");
        next(world, "TEXT 1").answer();
        world.rig.timers.advance(29_999);
        assertThat(world.origin.waiting()).isZero();
        world.rig.timers.advance(1);
        next(world).answer("TEXT m:polled");
        assertThat(world.sink.take()).containsExactly("TEXT polled");
        world.rig.timers.advance(30_000);
        FakeEventsOrigin.Asked poll = next(world);
        world.rig.timers.advance(100_000);
        assertThat(world.origin.waiting()).as("the answer is still to come").isZero();
        poll.answer(interval("0"));
        assertSilent(world);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "19", "20", " 20 "})
    void an_interval_is_at_least_twenty_seconds(String interval) {
        var world = new SocketWorld();
        world.accept(SocketWorld.GRIP.with("Keep-Alive-Interval", interval));
        world.rig.timers.advance(19_999);
        assertThat(world.origin.waiting()).isZero();
        world.rig.timers.advance(1);
        next(world);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-30", "often", ""})
    void anything_else_turns_it_off(String interval) {
        var world = new SocketWorld();
        world.accept(SocketWorld.GRIP.with("Keep-Alive-Interval", "30"));
        world.text("1");
        world.origin.take().answer(interval(interval));
        assertSilent(world);
    }

    @Test
    void a_poll_waits_for_a_client_that_does_not_read() {
        var world = new SocketWorld();
        world.accept(SocketWorld.GRIP.with("Keep-Alive-Interval", "30"));
        world.sink.block(10);
        world.rig.timers.advance(100_000);
        assertThat(world.origin.waiting()).isZero();
        world.sink.unblock();
        next(world).answer();
        assertThat(world.origin.waiting()).isZero();
    }

    // Opening.

    @Test
    void an_open_that_comes_later_is_waited_for() {
        var world = new SocketWorld();
        next(world, "OPEN").answer(interval("25").with("Set-Meta-A", "1"));
        assertThat(world.opened.isComplete()).isFalse();
        world.rig.timers.advance(24_999);
        assertThat(world.origin.waiting()).isZero();
        world.rig.timers.advance(1);
        FakeEventsOrigin.Asked poll = next(world);
        assertThat(poll.header("Meta-A")).isEqualTo("1");
        poll.answer();
        world.rig.timers.advance(25_000);
        next(world).answer(SocketWorld.GRIP, "OPEN", "TEXT m:hello");
        assertThat(world.opened.succeeded()).isTrue();
        world.begin();
        assertThat(world.sink.take()).containsExactly("TEXT hello");
        world.rig.timers.advance(25_000);
        next(world);
    }

    @Test
    void a_client_that_leaves_before_is_told_to_an_origin_that_opens_only() {
        var first = new SocketWorld();
        FakeEventsOrigin.Asked asked = first.origin.take();
        first.http.clientGone();
        asked.answer(Headers.of("Set-Meta-A", "1"), "OPEN", "TEXT m:x");
        FakeEventsOrigin.Asked farewell = next(first, "DISCONNECT");
        assertThat(farewell.header("Meta-A")).isEqualTo("1");
        farewell.answer();
        assertSilent(first);

        var second = new SocketWorld();
        asked = second.origin.take();
        second.http.clientGone();
        asked.respond(403, Headers.EMPTY, new byte[0]);
        assertSilent(second);

        var third = new SocketWorld();
        third.origin.take().answer(interval("20"));
        third.http.clientGone();
        next(third, "DISCONNECT").answer();
        assertSilent(third);

        var fourth = new SocketWorld();
        asked = fourth.origin.take();
        fourth.http.clientGone();
        asked.answer(interval("20"));
        next(fourth, "DISCONNECT").answer();
        assertSilent(fourth);
    }

    @Test
    void opening_is_not_tried_again() {
        var world = new SocketWorld();
        world.origin.take().unreachable();
        assertThat(world.opened.cause()).isInstanceOf(OriginException.class);
        assertSilent(world);
    }

    @Test
    void an_answer_without_open_is_no_opening() {
        for (String[] events : new String[][] {{}, {"TEXT x"}, {"TEXT x", "OPEN"}, {"CLOSE 1000"}}) {
            var world = new SocketWorld();
            world.origin.take().answer(events);
            assertThat(world.opened.cause())
                    .isInstanceOfSatisfying(
                            OriginException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(OriginException.Kind.MALFORMED));
            assertSilent(world);
        }
    }

    @Test
    void a_refusal_is_the_origins_own() {
        var world = new SocketWorld();
        world.origin.take().respond(403, Headers.of("X-Why", "so", "Set-Meta-A", "1"), "no entry".getBytes(UTF_8));
        assertThat(world.opened.cause()).isInstanceOfSatisfying(SocketRejected.class, refusal -> {
            assertThat(refusal.status()).isEqualTo(403);
            assertThat(refusal.headers()).isEqualTo(Headers.of("X-Why", "so"));
            assertThat(refusal.body()).isEqualTo("no entry".getBytes(UTF_8));
        });
        assertSilent(world);
    }

    // Partial acceptance.

    @Test
    void what_is_not_accepted_waits_for_something_newer() {
        SocketWorld world = SocketWorld.open();
        world.text("[foo][hello");
        next(world, "TEXT [foo][hello").answer(accepted(5));
        assertThat(world.origin.waiting()).isZero();
        world.text(" world]");
        FakeEventsOrigin.Asked asked = world.origin.take();
        assertThat(new String(asked.body(), UTF_8)).isEqualTo("TEXT 6\r\n[hello\r\nTEXT 7\r\n world]\r\n");
        assertThat(asked.header("Content-Bytes-Replayed")).isEqualTo("6");
        asked.answer(accepted(13), "TEXT m:[ok]");
        assertThat(world.sink.take()).containsExactly("TEXT [ok]");
        world.text("next");
        asked = next(world, "TEXT next");
        assertThat(asked.header("Content-Bytes-Replayed")).isNull();
    }

    @Test
    void a_retry_says_as_before_what_is_a_replay() {
        SocketWorld world = SocketWorld.open();
        world.text("abc");
        world.origin.take().answer(accepted(1));
        world.text("d");
        FakeEventsOrigin.Asked asked = next(world, "TEXT bc", "TEXT d");
        asked.unreachable();
        world.rig.timers.advance(2000);
        FakeEventsOrigin.Asked again = next(world, "TEXT bc", "TEXT d");
        assertThat(again.header("Content-Bytes-Replayed")).isEqualTo("2");
        again.answer();
        assertSilent(world);
    }

    @Test
    void a_poll_offers_the_rest_too() {
        SocketWorld world = SocketWorld.open();
        world.text("abc");
        world.origin.take().answer(accepted(1).with("Keep-Alive-Interval", "20"));
        world.rig.timers.advance(20_000);
        FakeEventsOrigin.Asked poll = next(world, "TEXT bc");
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
        next(world, "DISCONNECT");
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
        next(world, "DISCONNECT");
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

    // The end.

    @Test
    void a_client_that_vanishes_is_told_once() {
        SocketWorld world = SocketWorld.open();
        world.vanish();
        next(world, "DISCONNECT").answer("TEXT m:too late");
        assertSilent(world);
        assertThat(world.sink.frames).isEmpty();
        assertThat(world.known()).isFalse();
        assertThat(world.rig.parts.gones().idle().isComplete()).isTrue();
    }

    @Test
    void a_client_that_vanishes_in_a_request_is_told_after_it_with_what_waited() {
        SocketWorld world = SocketWorld.open();
        world.text("1");
        FakeEventsOrigin.Asked asked = next(world, "TEXT 1");
        world.text("2");
        world.part(SocketFrame.Type.TEXT, false, "half");
        world.vanish();
        assertThat(world.origin.waiting()).isZero();
        asked.answer("TEXT m:too late");
        next(world, "TEXT 2", "DISCONNECT").answer();
        assertSilent(world);
    }

    @Test
    void what_was_accepted_in_part_is_told_to_the_end() {
        SocketWorld world = SocketWorld.open();
        world.text("abc");
        FakeEventsOrigin.Asked asked = world.origin.take();
        world.text("d");
        world.vanish();
        asked.answer(accepted(1));
        FakeEventsOrigin.Asked farewell = next(world, "TEXT bc", "TEXT d", "DISCONNECT");
        assertThat(farewell.header("Content-Bytes-Replayed")).isEqualTo("2");
        farewell.unreachable();
        world.rig.timers.advance(2000);
        FakeEventsOrigin.Asked again = world.origin.take();
        assertThat(again.body()).isEqualTo(farewell.body());
        assertThat(again.header("Content-Bytes-Replayed")).isEqualTo("2");
    }

    @Test
    void what_an_origin_may_have_seen_is_not_told_again() {
        SocketWorld world = SocketWorld.open();
        world.text("1");
        FakeEventsOrigin.Asked asked = world.origin.take();
        world.vanish();
        asked.fail(OriginException.Kind.RESET);
        next(world, "DISCONNECT");
    }

    @Test
    void what_an_origin_cannot_have_seen_is_told_again() {
        SocketWorld world = SocketWorld.open();
        world.text("1");
        FakeEventsOrigin.Asked asked = world.origin.take();
        world.vanish();
        asked.unreachable();
        next(world, "TEXT 1", "DISCONNECT");
    }

    @Test
    void a_client_that_vanishes_between_retries_is_told_at_once_with_what_could_not_be() {
        SocketWorld world = SocketWorld.open();
        world.text("1");
        world.origin.take().unreachable();
        world.vanish();
        next(world, "TEXT 1", "DISCONNECT").answer();
        assertSilent(world);
    }

    @Test
    void a_farewell_is_tried_six_times() {
        SocketWorld world = SocketWorld.open();
        world.vanish();
        for (int attempt = 0; attempt < 6; attempt++) {
            assertThat(world.rig.parts.gones().idle().isComplete()).isFalse();
            next(world, "DISCONNECT").unreachable();
            long pause = 1000L << attempt;
            world.rig.timers.advance(pause - 1);
            assertThat(world.origin.waiting()).isZero();
            world.rig.timers.advance(attempt == 5 ? 3_600_000 : 1000);
        }
        assertThat(world.origin.waiting()).isZero();
        assertThat(world.rig.parts.gones().idle().isComplete()).isTrue();
    }

    @Test
    void a_farewell_that_failed_otherwise_is_not_tried_again() {
        SocketWorld world = SocketWorld.open();
        world.vanish();
        next(world, "DISCONNECT").fail(OriginException.Kind.TIMEOUT);
        assertSilent(world);
    }

    @Test
    void one_event_targets_hear_the_end_last() {
        var world = new SocketWorld(Rig.route("", SocketWorld.oneEvent()), false, Headers.EMPTY);
        world.accept(SocketWorld.GRIP);
        world.text("1");
        world.text("2");
        FakeEventsOrigin.Asked asked = next(world, "TEXT 1");
        world.vanish();
        asked.answer();
        next(world, "TEXT 2").answer();
        next(world, "DISCONNECT").answer();
        assertSilent(world);
    }

    @Test
    void a_close_of_the_client_is_answered_by_the_origin() {
        SocketWorld world = SocketWorld.open();
        world.close(4000, "bye");
        assertThat(world.sink.closed).isNull();
        next(world, "CLOSE 4000 bye").answer("TEXT m:last words", "CLOSE 4001 own");
        assertThat(world.sink.take()).containsExactly("TEXT last words");
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(4001, "own"));
        assertThat(world.known()).isFalse();
        assertSilent(world);
    }

    @Test
    void a_close_without_an_answer_is_answered_for_the_origin() {
        SocketWorld world = SocketWorld.open();
        world.text("1");
        FakeEventsOrigin.Asked asked = next(world, "TEXT 1");
        world.close(4000, "bye");
        asked.answer();
        next(world, "CLOSE 4000 bye").answer();
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(4000, "bye"));
        assertSilent(world);
    }

    @Test
    void a_close_may_be_answered_in_a_later_poll() {
        var world = new SocketWorld();
        world.accept(SocketWorld.GRIP.with("Keep-Alive-Interval", "20"));
        world.close(4000, "bye");
        next(world, "CLOSE 4000 bye").answer();
        assertThat(world.sink.closed).isNull();
        world.rig.timers.advance(20_000);
        next(world).answer("TEXT m:so", "CLOSE 1000");
        assertThat(world.sink.take()).containsExactly("TEXT so");
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(1000, ""));
        assertSilent(world);
    }

    @Test
    void a_client_that_does_not_wait_for_the_answer_to_its_close_is_no_news() {
        SocketWorld world = SocketWorld.open();
        world.close(4000, "bye");
        FakeEventsOrigin.Asked asked = next(world, "CLOSE 4000 bye");
        world.vanish();
        asked.answer("CLOSE 4000 bye");
        assertSilent(world);
    }

    @Test
    void an_origin_that_fails_on_a_close_is_told_that_it_is_over() {
        SocketWorld world = SocketWorld.open();
        world.close(4000, "bye");
        next(world, "CLOSE 4000 bye").fail(OriginException.Kind.RESET);
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(4000, "bye"));
        next(world, "DISCONNECT").answer();
        assertSilent(world);
    }

    @Test
    void a_close_of_the_origin_is_echoed_to_it() {
        SocketWorld world = SocketWorld.open();
        world.text("1");
        FakeEventsOrigin.Asked asked = world.origin.take();
        world.text("2");
        asked.answer("TEXT m:x", "CLOSE 4000 bye", "TEXT m:y");
        assertThat(world.sink.take()).containsExactly("TEXT x");
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(4000, "bye"));
        assertThat(world.origin.waiting()).isZero();
        world.close(4000, "bye");
        assertThat(world.origin.take().events()).endsWith("CLOSE 4000 bye");
        assertThat(world.known()).isFalse();
    }

    @Test
    void an_origins_close_that_the_client_leaves_without_an_answer_is_a_disconnect() {
        SocketWorld world = SocketWorld.open();
        world.text("1");
        world.origin.take().answer("CLOSE");
        assertThat(world.sink.closed).isEqualTo(SocketClose.PLAIN);
        world.vanish();
        next(world, "DISCONNECT");
    }

    /** Both ends close at once: the origin still learns that the client has. */
    @Test
    void closes_that_cross_each_other() {
        SocketWorld world = SocketWorld.open();
        world.text("1");
        FakeEventsOrigin.Asked asked = world.origin.take();
        world.close(4000, "mine");
        asked.answer("CLOSE 4001 yours");
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(4001, "yours"));
        next(world, "CLOSE 4000 mine").answer();
        assertSilent(world);
    }

    @Test
    void a_code_that_cannot_be_sent_counts_as_none() {
        SocketWorld world = SocketWorld.open();
        world.text("1");
        world.origin
                .take()
                .respond(
                        200,
                        Headers.of("Content-Type", SocketEvents.MEDIA_TYPE),
                        "CLOSE 2\r\n\0\0\r\n".getBytes(UTF_8));
        assertThat(world.sink.closed).isEqualTo(SocketClose.PLAIN);
    }

    @Test
    void a_disconnect_of_the_origin_cuts_the_client() {
        SocketWorld world = SocketWorld.open();
        world.text("1");
        world.origin.take().answer("TEXT m:x", "DISCONNECT");
        assertThat(world.sink.frames).containsExactly("TEXT x");
        assertThat(world.sink.aborted).isTrue();
        assertSilent(world);
        assertThat(world.known()).isFalse();
    }

    @Test
    void a_detached_origin_hears_a_close_and_no_more() {
        SocketWorld world = SocketWorld.open(SocketWorld.subscribe("a"));
        world.text("1");
        FakeEventsOrigin.Asked asked = world.origin.take();
        world.text("2");
        asked.answer("TEXT m:x", SocketWorld.control("{'type':'detach'}"), "TEXT m:y");
        next(world, "TEXT 2", "CLOSE").answer("CLOSE");
        world.text("3");
        world.publish("a", null, null, "published");
        assertThat(world.sink.take()).containsExactly("TEXT x", "TEXT y", "TEXT published");
        world.frame(SocketFrame.Type.PING, "p");
        assertThat(world.sink.take()).containsExactly("PONG p");
        world.close(4000, "bye");
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(4000, "bye"));
        assertThat(world.known()).isFalse();
        assertSilent(world);
    }

    // Refresh.

    @Test
    void a_refresh_asks_at_once_or_once_after_what_is_under_way() {
        SocketWorld world = SocketWorld.open();
        assertThat(world.sockets.refresh(List.of("unknown")).result()).isEmpty();
        assertThat(world.sockets.refresh(List.of(world.client.id())).result()).hasSize(1);
        FakeEventsOrigin.Asked asked = next(world);
        assertThat(world.sockets.refresh(List.of(world.client.id())).result()).hasSize(1);
        assertThat(world.sockets.refresh(List.of(world.client.id())).result()).hasSize(1);
        world.text("1");
        assertThat(world.origin.waiting()).isZero();
        asked.answer("TEXT m:fresh");
        next(world, "TEXT 1").answer();
        assertThat(world.sink.take()).containsExactly("TEXT fresh");
        assertSilent(world);
    }
}
