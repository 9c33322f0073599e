package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.grip.Headers;
import io.sluice.grip.SocketClose;
import io.sluice.grip.SocketEvents;
import io.sluice.origin.OriginException;
import io.sluice.wire.SocketFrame;
import org.junit.jupiter.api.Test;

/** How an origin that speaks WebSocket-over-HTTP learns that a connection is over, and how it ends one. */
class HttpSocketOriginEndTest {
    private static Headers accepted(int bytes) {
        return Headers.of("Content-Bytes-Accepted", "" + bytes);
    }

    @Test
    void a_client_that_vanishes_is_told_once() {
        SocketWorld world = SocketWorld.open();
        world.vanish();
        world.next("DISCONNECT").answer("TEXT m:too late");
        world.assertSilent();
        assertThat(world.sink.frames).isEmpty();
        assertThat(world.known()).isFalse();
        assertThat(world.rig.parts.gones().idle().isComplete()).isTrue();
    }

    @Test
    void a_client_that_vanishes_in_a_request_is_told_after_it_with_what_waited() {
        SocketWorld world = SocketWorld.open();
        world.text("1");
        FakeEventsOrigin.Asked asked = world.next("TEXT 1");
        world.text("2");
        world.part(SocketFrame.Type.TEXT, false, "half");
        world.vanish();
        assertThat(world.origin.waiting()).isZero();
        asked.answer("TEXT m:too late");
        world.next("TEXT 2", "DISCONNECT").answer();
        world.assertSilent();
    }

    @Test
    void what_was_accepted_in_part_is_told_to_the_end() {
        SocketWorld world = SocketWorld.open();
        world.text("abc");
        FakeEventsOrigin.Asked asked = world.origin.take();
        world.text("d");
        world.vanish();
        asked.answer(accepted(1));
        FakeEventsOrigin.Asked farewell = world.next("TEXT bc", "TEXT d", "DISCONNECT");
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
        world.next("DISCONNECT");
    }

    @Test
    void what_an_origin_cannot_have_seen_is_told_again() {
        SocketWorld world = SocketWorld.open();
        world.text("1");
        FakeEventsOrigin.Asked asked = world.origin.take();
        world.vanish();
        asked.unreachable();
        world.next("TEXT 1", "DISCONNECT");
    }

    @Test
    void a_client_that_vanishes_between_retries_is_told_at_once_with_what_could_not_be() {
        SocketWorld world = SocketWorld.open();
        world.text("1");
        world.origin.take().unreachable();
        world.vanish();
        world.next("TEXT 1", "DISCONNECT").answer();
        world.assertSilent();
    }

    @Test
    void a_farewell_is_tried_six_times() {
        SocketWorld world = SocketWorld.open();
        world.vanish();
        for (int attempt = 0; attempt < 6; attempt++) {
            assertThat(world.rig.parts.gones().idle().isComplete()).isFalse();
            world.next("DISCONNECT").unreachable();
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
        world.next("DISCONNECT").fail(OriginException.Kind.TIMEOUT);
        world.assertSilent();
    }

    @Test
    void one_event_targets_hear_the_end_last() {
        var world = new SocketWorld(Rig.route("", SocketWorld.oneEvent()), false, Headers.EMPTY);
        world.accept(SocketWorld.GRIP);
        world.text("1");
        world.text("2");
        FakeEventsOrigin.Asked asked = world.next("TEXT 1");
        world.vanish();
        asked.answer();
        world.next("TEXT 2").answer();
        world.next("DISCONNECT").answer();
        world.assertSilent();
    }

    @Test
    void a_close_of_the_client_is_answered_by_the_origin() {
        SocketWorld world = SocketWorld.open();
        world.close(4000, "bye");
        assertThat(world.sink.closed).isNull();
        world.next("CLOSE 4000 bye").answer("TEXT m:last words", "CLOSE 4001 own");
        assertThat(world.sink.take()).containsExactly("TEXT last words");
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(4001, "own"));
        assertThat(world.known()).isFalse();
        world.assertSilent();
    }

    @Test
    void a_close_without_an_answer_is_answered_for_the_origin() {
        SocketWorld world = SocketWorld.open();
        world.text("1");
        FakeEventsOrigin.Asked asked = world.next("TEXT 1");
        world.close(4000, "bye");
        asked.answer();
        world.next("CLOSE 4000 bye").answer();
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(4000, "bye"));
        world.assertSilent();
    }

    @Test
    void a_close_may_be_answered_in_a_later_poll() {
        var world = new SocketWorld();
        world.accept(SocketWorld.GRIP.with("Keep-Alive-Interval", "20"));
        world.close(4000, "bye");
        world.next("CLOSE 4000 bye").answer();
        assertThat(world.sink.closed).isNull();
        world.rig.timers.advance(20_000);
        world.next().answer("TEXT m:so", "CLOSE 1000");
        assertThat(world.sink.take()).containsExactly("TEXT so");
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(1000, ""));
        world.assertSilent();
    }

    @Test
    void a_client_that_does_not_wait_for_the_answer_to_its_close_is_no_news() {
        SocketWorld world = SocketWorld.open();
        world.close(4000, "bye");
        FakeEventsOrigin.Asked asked = world.next("CLOSE 4000 bye");
        world.vanish();
        asked.answer("CLOSE 4000 bye");
        world.assertSilent();
    }

    @Test
    void an_origin_that_fails_on_a_close_is_told_that_it_is_over() {
        SocketWorld world = SocketWorld.open();
        world.close(4000, "bye");
        world.next("CLOSE 4000 bye").fail(OriginException.Kind.RESET);
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(4000, "bye"));
        world.next("DISCONNECT").answer();
        world.assertSilent();
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
        world.next("DISCONNECT");
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
        world.next("CLOSE 4000 mine").answer();
        world.assertSilent();
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
        world.assertSilent();
        assertThat(world.known()).isFalse();
    }

    @Test
    void a_detached_origin_hears_a_close_and_no_more() {
        SocketWorld world = SocketWorld.open(SocketWorld.subscribe("a"));
        world.text("1");
        FakeEventsOrigin.Asked asked = world.origin.take();
        world.text("2");
        asked.answer("TEXT m:x", SocketWorld.control("{'type':'detach'}"), "TEXT m:y");
        world.next("TEXT 2", "CLOSE").answer("CLOSE");
        world.text("3");
        world.publish("a", null, null, "published");
        assertThat(world.sink.take()).containsExactly("TEXT x", "TEXT y", "TEXT published");
        world.frame(SocketFrame.Type.PING, "p");
        assertThat(world.sink.take()).containsExactly("PONG p");
        world.close(4000, "bye");
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(4000, "bye"));
        assertThat(world.known()).isFalse();
        world.assertSilent();
    }
}
