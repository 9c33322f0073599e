package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.fanout.Subscribed;
import io.sluice.grip.GripExtension;
import io.sluice.stats.Gauge;
import io.sluice.wire.SocketFrame;
import org.junit.jupiter.api.Test;

/** What a WebSocket's client is sent in time: delayed messages and keep-alives. */
class SocketTimersTest {
    private static final Subscribed CONFIRMED = new Subscribed(true, false, null);

    private final SocketWorld world = new SocketWorld();

    private void open(String... events) {
        world.accept(SocketWorld.GRIP, events);
    }

    /** An origin with a WebSocket of its own, in place of the other. */
    private DirectSocketOrigin openDirect(String... events) {
        return openDirect(new FakeSocketSink(), new GripExtension("m:"), events);
    }

    private DirectSocketOrigin openDirect(FakeSocketSink originSink, GripExtension extension, String... events) {
        var direct = new DirectSocketOrigin();
        direct.opened(originSink);
        world.begin(direct, extension);
        for (String event : events) {
            direct.frame(
                    SocketFrame.whole(SocketFrame.Type.TEXT, event.substring(5).getBytes(UTF_8)));
        }
        return direct;
    }

    private static SocketFrame part(SocketFrame.Type type, boolean last, String content) {
        return new SocketFrame(type, last, content.getBytes(UTF_8));
    }

    // The delayed message.

    @Test
    void a_delayed_message_goes_out_in_its_time() {
        open(SocketWorld.control("{'type':'send-delayed','content':'d','timeout':10}"));
        world.rig.timers.advance(9_999);
        assertThat(world.sink.take()).isEmpty();
        world.rig.timers.advance(1);
        assertThat(world.sink.take()).containsExactly("TEXT d");
        world.rig.timers.advance(100_000);
        assertThat(world.sink.take()).isEmpty();
    }

    @Test
    void another_delayed_message_sends_the_first_at_once() {
        open();
        world.says(
                SocketWorld.control("{'type':'send-delayed','content':'1','message-type':'binary'}"),
                "TEXT m:x",
                SocketWorld.control("{'type':'send-delayed','content':'2'}"),
                "TEXT m:y",
                SocketWorld.control("{'type':'flush-delayed'}"),
                SocketWorld.control("{'type':'flush-delayed'}"));
        assertThat(world.sink.take()).containsExactly("TEXT x", "BINARY 1", "TEXT y", "TEXT 2");
        world.rig.timers.advance(100_000);
        assertThat(world.sink.take()).isEmpty();
    }

    @Test
    void delayed_messages_from_before_the_client_was_answered_are_kept() {
        world.rig.fanout.answerAtOnce = false;
        open(
                SocketWorld.control("{'type':'send-delayed','content':'1'}"),
                SocketWorld.control("{'type':'send-delayed','content':'2'}"),
                SocketWorld.control("{'type':'flush-delayed'}"),
                SocketWorld.control("{'type':'send-delayed','content':'3','timeout':10}"),
                SocketWorld.subscribe("a"),
                "TEXT m:x");
        assertThat(world.answered).isNull();
        world.rig.fanout.subscribed("a", CONFIRMED);
        assertThat(world.sink.take()).containsExactly("TEXT 1", "TEXT 2", "TEXT x");
        world.rig.timers.advance(10_000);
        assertThat(world.sink.take()).containsExactly("TEXT 3");
    }

    @Test
    void a_delayed_message_waits_for_the_end_of_another() {
        DirectSocketOrigin direct = openDirect(SocketWorld.control("{'type':'send-delayed','content':'1'}"));
        direct.frame(part(SocketFrame.Type.TEXT, false, "m:x"));
        world.rig.timers.advance(1000);
        assertThat(world.sink.take()).containsExactly("TEXT+ x");
        direct.frame(part(SocketFrame.Type.CONTINUATION, true, "y"));
        assertThat(world.sink.take()).containsExactly("CONTINUATION y", "TEXT 1");
        world.rig.timers.advance(10_000);
        assertThat(world.sink.take()).isEmpty();
    }

    // Keep-alives.

    @Test
    void an_idle_keep_alive_waits_for_silence() {
        open(
                SocketWorld.subscribe("a"),
                SocketWorld.control("{'type':'keep-alive','content':'k','timeout':10,'message-type':'ping'}"));
        for (int i = 0; i < 5; i++) {
            world.rig.timers.advance(8000);
            world.publish("a", null, null, "x");
            world.rig.timers.advance(8000);
            world.says("TEXT m:y");
        }
        assertThat(world.sink.take()).doesNotContain("PING k").hasSize(10);
        world.rig.timers.advance(9000);
        assertThat(world.sink.take()).isEmpty();
        world.text("what the client sends does not count");
        world.rig.timers.advance(1000);
        assertThat(world.sink.take()).containsExactly("PING k");
        world.rig.timers.advance(50_000);
        assertThat(world.sink.take()).containsOnly("PING k").hasSizeBetween(5, 6);
    }

    @Test
    void an_interval_keeps_its_time_whatever_is_sent() {
        open(
                SocketWorld.subscribe("a"),
                SocketWorld.control("{'type':'keep-alive','content':'k','timeout':10,'mode':'interval'}"));
        for (int i = 0; i < 100; i++) {
            world.rig.timers.advance(1000);
            world.publish("a", null, null, "x");
        }
        assertThat(world.sink.take().stream().filter("TEXT k"::equals)).hasSizeBetween(10, 11);
        world.says(SocketWorld.control("{'type':'keep-alive'}"));
        world.rig.timers.advance(100_000);
        assertThat(world.sink.take()).isEmpty();
    }

    @Test
    void a_keep_alive_stays_out_of_a_full_outbox_and_of_a_message() {
        DirectSocketOrigin direct =
                openDirect(SocketWorld.control("{'type':'keep-alive','content':'k','timeout':10,'mode':'interval'}"));
        world.sink.block(1);
        world.rig.timers.advance(30_000);
        assertThat(world.sink.frames).isEmpty();
        world.sink.unblock();
        direct.frame(part(SocketFrame.Type.TEXT, false, "m:x"));
        world.rig.timers.advance(30_000);
        assertThat(world.sink.take()).containsExactly("TEXT+ x");
        direct.frame(part(SocketFrame.Type.CONTINUATION, true, ""));
        world.rig.timers.advance(10_000);
        assertThat(world.sink.take()).contains("TEXT k");
    }

    @Test
    void nothing_is_left_of_a_connection_that_ended() {
        open(
                SocketWorld.subscribe("a", "1"),
                SocketWorld.control("{'type':'keep-alive','content':'k'}"),
                SocketWorld.control("{'type':'send-delayed','content':'d','timeout':100}"));
        world.publish("a", "5", "4", "in doubt");
        world.vanish();
        world.origin.take().answer();
        assertThat(world.rig.timers.pending()).isZero();
        assertThat(world.rig.fanout.subscriptions).isEmpty();
        assertThat(world.rig.level(Gauge.SOCKETS)).isZero();
        assertThat(world.known()).isFalse();
    }
}
