package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.fanout.Subscribed;
import io.sluice.grip.Action;
import io.sluice.grip.GripExtension;
import io.sluice.grip.Headers;
import io.sluice.grip.SocketClose;
import io.sluice.origin.OriginException;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.wire.SocketFrame;
import org.junit.jupiter.api.Test;

/** However a WebSocket ends, and whenever: its origin hears of it once, and what nobody gets is counted. */
class SocketEndsTest {
    private final SocketWorld world = new SocketWorld();

    private FakeEventsOrigin.Asked asked(String... events) {
        FakeEventsOrigin.Asked asked = world.origin.take();
        assertThat(asked.events()).containsExactly(events);
        return asked;
    }

    private void assertSilent() {
        world.rig.timers.advance(100_000);
        assertThat(world.origin.waiting()).isZero();
    }

    @Test
    void a_published_close_reaches_an_origin_that_is_still_answering() {
        world.accept(SocketWorld.GRIP, SocketWorld.subscribe("a"));
        world.text("1");
        FakeEventsOrigin.Asked busy = asked("TEXT 1");
        world.act("a", Action.CLOSE, 4000, "enough");
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(4000, "enough"));
        world.close(4000, "enough");
        assertThat(world.known()).isFalse();
        busy.answer();
        asked("CLOSE").answer();
        assertSilent();
    }

    @Test
    void a_node_that_closes_tells_an_origin_that_is_still_answering() {
        world.accept(SocketWorld.GRIP);
        world.text("1");
        FakeEventsOrigin.Asked busy = asked("TEXT 1");
        world.session().closeForNode();
        world.vanish();
        busy.answer("TEXT m:late");
        asked("CLOSE 1012 node closing").answer();
        assertSilent();
    }

    @Test
    void a_client_that_breaks_the_rules_is_gone_for_its_origin() {
        world.accept(SocketWorld.GRIP);
        world.session().violated(SocketClose.of(1002, "reserved bits"));
        asked("DISCONNECT").answer();
        assertSilent();
    }

    @Test
    void an_origin_that_took_only_what_was_before_the_close_is_told_again() {
        world.accept(SocketWorld.GRIP);
        world.text("0");
        FakeEventsOrigin.Asked busy = asked("TEXT 0");
        world.text("12345");
        world.close(1000, "");
        busy.answer();
        asked("TEXT 12345", "CLOSE 1000").answer(Headers.of("Content-Bytes-Accepted", "3"), "TEXT m:more");
        assertThat(world.sink.take()).containsExactly("TEXT more");
        assertThat(world.sink.closed).isNull();
        asked("TEXT 45", "CLOSE 1000").answer("CLOSE 1000");
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(1000, ""));
        assertSilent();
    }

    @Test
    void an_origin_that_takes_nothing_behind_a_close_is_left() {
        world.accept(SocketWorld.GRIP);
        world.close(1000, "");
        asked("CLOSE 1000").answer(Headers.of("Content-Bytes-Accepted", "0"));
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(1000, ""));
        asked("CLOSE 1000").answer();
        assertSilent();
    }

    @Test
    void a_farewell_that_nobody_hears_is_counted_with_its_messages() {
        world.accept(SocketWorld.GRIP);
        world.text("0");
        FakeEventsOrigin.Asked busy = asked("TEXT 0");
        world.text("1");
        world.text("2");
        world.vanish();
        busy.answer();
        for (int attempt = 0; attempt < 6; attempt++) {
            asked("TEXT 1", "TEXT 2", "DISCONNECT").fail(OriginException.Kind.OVERLOADED);
            world.rig.timers.advance(33_000);
        }
        assertSilent();
        assertThat(world.rig.count(Counter.SOCKET_FAREWELLS_LOST)).isEqualTo(1);
        assertThat(world.rig.count(Counter.SOCKET_MESSAGES_LOST)).isEqualTo(2);
    }

    @Test
    void messages_that_a_failed_origin_leaves_are_counted() {
        world.accept(SocketWorld.GRIP);
        world.text("0");
        FakeEventsOrigin.Asked busy = asked("TEXT 0");
        world.text("1");
        busy.fail(OriginException.Kind.TIMEOUT);
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(1011, "origin failed"));
        world.text("2");
        assertThat(world.rig.count(Counter.SOCKET_MESSAGES_LOST)).isEqualTo(3);
    }

    @Test
    void an_item_for_a_socket_that_closes_is_a_counted_drop() {
        world.accept(SocketWorld.GRIP, SocketWorld.subscribe("a"));
        world.close(1000, "");
        world.publish("a", null, null, "late");
        assertThat(world.rig.stats.value(DropReason.CONNECTION_CLOSED)).isEqualTo(1);
    }

    @Test
    void a_detach_while_something_is_missing_closes() {
        world.accept(SocketWorld.GRIP, SocketWorld.subscribe("a", "1"));
        world.text("x");
        FakeEventsOrigin.Asked busy = asked("TEXT x");
        world.publish("a", "4", "3", "4");
        world.rig.timers.advance(NextLoop.SETTLE_MILLIS + 100);
        busy.answer(SocketWorld.control("{'type':'detach'}"));
        assertThat(world.sink.closed).isEqualTo(SocketCloses.ITEMS_MISSED);
    }

    @Test
    void an_origin_that_can_not_be_asked_is_not_made_to_close_by_doubt_alone() {
        var direct = new DirectSocketOrigin();
        direct.opened(new FakeSocketSink());
        world.origin.take().answer(SocketWorld.GRIP, "OPEN");
        world.begin(direct, new GripExtension("m:"));
        world.rig.fanout.answers.put("a", new Subscribed(true, true, null));
        direct.frame(SocketFrame.whole(
                SocketFrame.Type.TEXT,
                SocketWorld.subscribe("a", "1").substring(5).getBytes(UTF_8)));
        world.rig.fanout.updateAll();
        world.rig.timers.advance(100_000);
        assertThat(world.sink.closed).isNull();
        world.publish("a", "2", "1", "2");
        assertThat(world.sink.take()).contains("TEXT 2");
        world.publish("a", "5", "4", "5");
        world.rig.timers.advance(100_000);
        assertThat(world.sink.closed).isEqualTo(SocketCloses.ITEMS_MISSED);
    }

    @Test
    void an_origin_that_breaks_the_rules_has_failed() {
        var direct = new DirectSocketOrigin();
        direct.opened(new FakeSocketSink());
        world.origin.take().answer(SocketWorld.GRIP, "OPEN");
        world.begin(direct, null);
        direct.violated(SocketClose.of(1002, "masked"));
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(1011, "origin failed"));
        assertThat(world.rig.count(Counter.SOCKETS_FAILED)).isEqualTo(1);
    }

    @Test
    void a_prefix_in_pieces_is_still_a_prefix() {
        var direct = new DirectSocketOrigin();
        direct.opened(new FakeSocketSink());
        world.origin.take().answer(SocketWorld.GRIP, "OPEN");
        world.begin(direct, new GripExtension("m:"));
        direct.frame(new SocketFrame(SocketFrame.Type.TEXT, false, new byte[0]));
        direct.frame(new SocketFrame(SocketFrame.Type.CONTINUATION, false, "m".getBytes(UTF_8)));
        direct.frame(new SocketFrame(SocketFrame.Type.CONTINUATION, false, ":he".getBytes(UTF_8)));
        direct.frame(new SocketFrame(SocketFrame.Type.CONTINUATION, true, "llo".getBytes(UTF_8)));
        assertThat(String.join("|", world.sink.take())).contains("he").contains("llo");
        assertThat(world.rig.stats.value(DropReason.NOT_PREFIXED)).isZero();
        direct.frame(new SocketFrame(SocketFrame.Type.TEXT, false, "x".getBytes(UTF_8)));
        direct.frame(new SocketFrame(SocketFrame.Type.CONTINUATION, true, "y".getBytes(UTF_8)));
        assertThat(world.sink.take()).isEmpty();
        assertThat(world.rig.stats.value(DropReason.NOT_PREFIXED)).isEqualTo(1);
    }
}
