package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.grip.GripExtension;
import io.sluice.grip.SocketClose;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.wire.SocketFrame;
import org.junit.jupiter.api.Test;

/** Sessions whose origin has a WebSocket of its own. */
class DirectSocketSessionTest {
    private final SocketWorld world = new SocketWorld();

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

    // Fragments, which only an origin with a WebSocket of its own can send.

    @Test
    void fragments_pass_as_they_are_and_items_wait_for_the_last() {
        DirectSocketOrigin direct = openDirect(SocketWorld.subscribe("a"));
        direct.frame(part(SocketFrame.Type.TEXT, false, "m:1"));
        world.publish("a", null, null, "published");
        direct.frame(part(SocketFrame.Type.PING, true, "p"));
        direct.frame(part(SocketFrame.Type.CONTINUATION, false, "2"));
        assertThat(world.sink.take()).containsExactly("TEXT+ 1", "PING p", "CONTINUATION+ 2");
        direct.frame(part(SocketFrame.Type.CONTINUATION, true, "3"));
        assertThat(world.sink.take()).containsExactly("CONTINUATION 3", "TEXT published");
        world.publish("a", null, null, "again");
        assertThat(world.sink.take()).containsExactly("TEXT again");
    }

    @Test
    void an_unprefixed_message_is_dropped_with_all_its_fragments() {
        DirectSocketOrigin direct = openDirect();
        direct.frame(part(SocketFrame.Type.TEXT, false, "x:1"));
        direct.frame(part(SocketFrame.Type.CONTINUATION, false, "m:2"));
        direct.frame(part(SocketFrame.Type.CONTINUATION, true, "m:3"));
        direct.frame(part(SocketFrame.Type.TEXT, true, "m:4"));
        assertThat(world.sink.take()).containsExactly("TEXT 4");
        assertThat(world.rig.drops(DropReason.NOT_PREFIXED)).isEqualTo(1);
    }

    @Test
    void a_control_message_in_fragments_is_refused_as_a_whole() {
        DirectSocketOrigin direct = openDirect();
        direct.frame(part(SocketFrame.Type.TEXT, false, "c:{\"type\":"));
        direct.frame(part(SocketFrame.Type.CONTINUATION, true, "\"detach\"}"));
        direct.frame(part(SocketFrame.Type.TEXT, true, "m:1"));
        assertThat(world.sink.take()).containsExactly("TEXT 1");
        assertThat(world.rig.count(Counter.CONTROL_REFUSED)).isEqualTo(1);
    }

    // An origin with a WebSocket of its own.

    @Test
    void a_direct_origin_and_its_client_go_no_faster_than_the_other() {
        var originSink = new FakeSocketSink();
        DirectSocketOrigin direct = openDirect(originSink, new GripExtension("m:"));
        world.text("1");
        assertThat(originSink.take()).containsExactly("TEXT 1");
        originSink.writable = false;
        world.text("2");
        assertThat(world.sink.paused).isTrue();
        originSink.unblock();
        assertThat(world.sink.paused).isFalse();
        world.sink.block(10);
        direct.frame(part(SocketFrame.Type.TEXT, true, "m:x"));
        assertThat(originSink.paused).isTrue();
        world.sink.unblock();
        assertThat(originSink.paused).isFalse();
        world.sink.take();
        direct.closed(SocketClose.of(4000, "bye"));
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(4000, "bye"));
        world.close(4000, "bye");
        assertThat(originSink.closed).isEqualTo(SocketClose.of(4000, "bye"));
    }

    @Test
    void a_direct_origin_that_is_detached_is_closed_and_its_client_stays() {
        var originSink = new FakeSocketSink();
        DirectSocketOrigin direct = openDirect(
                originSink,
                new GripExtension("m:"),
                SocketWorld.subscribe("a"),
                SocketWorld.control("{'type':'detach'}"));
        assertThat(originSink.closed).isEqualTo(SocketClose.PLAIN);
        direct.closed(SocketClose.PLAIN);
        direct.gone();
        world.text("unheard");
        world.publish("a", null, null, "x");
        assertThat(world.sink.take()).containsExactly("TEXT x");
        assertThat(world.sink.open()).isTrue();
    }
}
