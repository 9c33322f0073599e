package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.grip.Headers;
import io.sluice.origin.OriginException;
import io.sluice.origin.SocketRejected;
import io.sluice.stats.Counter;
import io.sluice.wire.SocketFrame;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an origin that speaks WebSocket-over-HTTP is asked, and when. */
class HttpSocketOriginTest {
    private static Headers interval(String seconds) {
        return Headers.of("Keep-Alive-Interval", seconds);
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
        FakeEventsOrigin.Asked first = world.next("TEXT 1");
        world.text("2");
        world.frame(SocketFrame.Type.PING, "p");
        world.part(SocketFrame.Type.BINARY, false, "3");
        world.frame(SocketFrame.Type.PONG, "");
        world.part(SocketFrame.Type.CONTINUATION, false, "4");
        assertThat(world.origin.waiting()).isZero();
        first.answer("TEXT m:one");
        FakeEventsOrigin.Asked second = world.next("TEXT 2", "PING p", "PONG");
        world.part(SocketFrame.Type.CONTINUATION, true, "5");
        second.answer();
        world.next("BINARY 345").answer();
        assertThat(world.sink.take()).containsExactly("TEXT one");
        world.assertSilent();
    }

    @Test
    void one_event_targets_get_one_event() {
        var world = new SocketWorld(Rig.route("", SocketWorld.oneEvent()), false, Headers.EMPTY);
        world.accept(SocketWorld.GRIP);
        world.text("1");
        world.text("");
        world.text("3");
        world.next("TEXT 1").answer();
        world.next("TEXT").answer();
        world.next("TEXT 3").answer();
        world.assertSilent();
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
        world.next("TEXT 1", "TEXT 2").answer();
        world.sink.block(10);
        world.text("3");
        world.close(1000, "");
        world.next("TEXT 3", "CLOSE 1000");
    }

    // Keep-alive.

    @Test
    void an_interval_polls_an_idle_origin() {
        var world = new SocketWorld();
        world.accept(SocketWorld.GRIP.with("Keep-Alive-Interval", "30"));
        world.rig.timers.advance(20_000);
        world.text("1");
        world.next("TEXT 1").answer();
        world.rig.timers.advance(29_999);
        assertThat(world.origin.waiting()).isZero();
        world.rig.timers.advance(1);
        world.next().answer("TEXT m:polled");
        assertThat(world.sink.take()).containsExactly("TEXT polled");
        world.rig.timers.advance(30_000);
        FakeEventsOrigin.Asked poll = world.next();
        world.rig.timers.advance(100_000);
        assertThat(world.origin.waiting()).as("the answer is still to come").isZero();
        poll.answer(interval("0"));
        world.assertSilent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "19", "20", " 20 "})
    void an_interval_is_at_least_twenty_seconds(String interval) {
        var world = new SocketWorld();
        world.accept(SocketWorld.GRIP.with("Keep-Alive-Interval", interval));
        world.rig.timers.advance(19_999);
        assertThat(world.origin.waiting()).isZero();
        world.rig.timers.advance(1);
        world.next();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-30", "often", ""})
    void anything_else_turns_it_off(String interval) {
        var world = new SocketWorld();
        world.accept(SocketWorld.GRIP.with("Keep-Alive-Interval", "30"));
        world.text("1");
        world.origin.take().answer(interval(interval));
        world.assertSilent();
    }

    @Test
    void a_poll_waits_for_a_client_that_does_not_read() {
        var world = new SocketWorld();
        world.accept(SocketWorld.GRIP.with("Keep-Alive-Interval", "30"));
        world.sink.block(10);
        world.rig.timers.advance(100_000);
        assertThat(world.origin.waiting()).isZero();
        world.sink.unblock();
        world.next().answer();
        assertThat(world.origin.waiting()).isZero();
    }

    // Opening.

    @Test
    void an_open_that_comes_later_is_waited_for() {
        var world = new SocketWorld();
        world.next("OPEN").answer(interval("25").with("Set-Meta-A", "1"));
        assertThat(world.opened.isComplete()).isFalse();
        world.rig.timers.advance(24_999);
        assertThat(world.origin.waiting()).isZero();
        world.rig.timers.advance(1);
        FakeEventsOrigin.Asked poll = world.next();
        assertThat(poll.header("Meta-A")).isEqualTo("1");
        poll.answer();
        world.rig.timers.advance(25_000);
        world.next().answer(SocketWorld.GRIP, "OPEN", "TEXT m:hello");
        assertThat(world.opened.succeeded()).isTrue();
        world.begin();
        assertThat(world.sink.take()).containsExactly("TEXT hello");
        world.rig.timers.advance(25_000);
        world.next();
    }

    @Test
    void a_client_that_leaves_before_is_told_to_an_origin_that_opens_only() {
        var first = new SocketWorld();
        FakeEventsOrigin.Asked asked = first.origin.take();
        first.http.clientGone();
        asked.answer(Headers.of("Set-Meta-A", "1"), "OPEN", "TEXT m:x");
        FakeEventsOrigin.Asked farewell = first.next("DISCONNECT");
        assertThat(farewell.header("Meta-A")).isEqualTo("1");
        farewell.answer();
        first.assertSilent();

        var second = new SocketWorld();
        asked = second.origin.take();
        second.http.clientGone();
        asked.respond(403, Headers.EMPTY, new byte[0]);
        second.assertSilent();

        var third = new SocketWorld();
        third.origin.take().answer(interval("20"));
        third.http.clientGone();
        third.next("DISCONNECT").answer();
        third.assertSilent();

        var fourth = new SocketWorld();
        asked = fourth.origin.take();
        fourth.http.clientGone();
        asked.answer(interval("20"));
        fourth.next("DISCONNECT").answer();
        fourth.assertSilent();
    }

    @Test
    void opening_is_not_tried_again() {
        var world = new SocketWorld();
        world.origin.take().unreachable();
        assertThat(world.opened.cause()).isInstanceOf(OriginException.class);
        world.assertSilent();
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
            world.assertSilent();
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
        world.assertSilent();
    }

    // Refresh.

    @Test
    void a_refresh_asks_at_once_or_once_after_what_is_under_way() {
        SocketWorld world = SocketWorld.open();
        assertThat(world.sockets.refresh(List.of("unknown")).result()).isEmpty();
        assertThat(world.sockets.refresh(List.of(world.client.id())).result()).hasSize(1);
        FakeEventsOrigin.Asked asked = world.next();
        assertThat(world.sockets.refresh(List.of(world.client.id())).result()).hasSize(1);
        assertThat(world.sockets.refresh(List.of(world.client.id())).result()).hasSize(1);
        world.text("1");
        assertThat(world.origin.waiting()).isZero();
        asked.answer("TEXT m:fresh");
        world.next("TEXT 1").answer();
        assertThat(world.sink.take()).containsExactly("TEXT fresh");
        world.assertSilent();
    }
}
