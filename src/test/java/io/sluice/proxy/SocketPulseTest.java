package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.Settings;
import io.sluice.stats.Counter;
import io.sluice.wire.SocketFrame;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Who is pinged, and who is given up. */
class SocketPulseTest {
    private final FakeTimers timers = new FakeTimers();
    private final FakeSocketSink sink = new FakeSocketSink();
    private int deaths;

    private SocketPulse start(int pingSeconds) {
        var pulse = new SocketPulse(
                timers, sink, new Settings.WebSocket(1000, pingSeconds, 10, 10, false, false), () -> deaths++);
        pulse.start();
        sink.heard = false;
        return pulse;
    }

    private static SocketFrame pong(String content) {
        return SocketFrame.whole(SocketFrame.Type.PONG, content.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void a_client_that_is_heard_is_left_alone() {
        start(60);
        for (int i = 0; i < 100; i++) {
            sink.heard = true;
            timers.advance(60_000);
        }
        assertThat(sink.frames).isEmpty();
    }

    @Test
    void a_silent_client_is_pinged_and_then_given_up_once() {
        SocketPulse pulse = start(60);
        assertThat(pulse.answeredBy(pong("sluice"))).as("nobody was pinged").isFalse();
        timers.advance(59_999);
        assertThat(sink.frames).isEmpty();
        timers.advance(1);
        assertThat(sink.take()).containsExactly("PING sluice");
        assertThat(pulse.answeredBy(pong("sluice"))).isTrue();
        assertThat(pulse.answeredBy(pong("other"))).isFalse();
        assertThat(pulse.answeredBy(pong(""))).isFalse();
        timers.advance(9_999);
        assertThat(deaths).isZero();
        timers.advance(1);
        assertThat(deaths).isEqualTo(1);
        timers.advance(1_000_000);
        assertThat(deaths).isEqualTo(1);
        assertThat(sink.frames).isEmpty();
        assertThat(timers.pending()).isZero();
    }

    @Test
    void any_sign_of_life_will_do() {
        SocketPulse pulse = start(60);
        timers.advance(60_000);
        sink.heard = true;
        timers.advance(10_000);
        sink.heard = false;
        assertThat(deaths).isZero();
        assertThat(pulse.answeredBy(pong("sluice")))
                .as("it is not ours any more")
                .isFalse();
        assertThat(sink.take()).containsExactly("PING sluice");
        timers.advance(59_999);
        assertThat(sink.take()).isEmpty();
        timers.advance(1);
        assertThat(sink.take()).containsExactly("PING sluice");
    }

    @Test
    void it_can_be_off_and_it_stops() {
        start(0);
        assertThat(timers.pending()).isZero();
        SocketPulse pulse = start(60);
        pulse.stop();
        timers.advance(1_000_000);
        assertThat(sink.frames).isEmpty();
        assertThat(deaths).isZero();
    }

    /** With the whole connection: what answers our ping is not for the origin, and a dead client is a disconnect. */
    @Test
    void pongs_that_answer_us_stay_here_and_the_dead_are_cut() {
        SocketWorld world = SocketWorld.open();
        Settings.WebSocket settings = world.rig.parts.settings().websocket();
        world.frame(SocketFrame.Type.PONG, "sluice");
        FakeEventsOrigin.Asked asked = world.origin.take();
        assertThat(asked.events()).as("nobody was pinged").containsExactly("PONG sluice");
        asked.answer();
        world.sink.heard = false;
        world.rig.timers.advance(settings.pingSeconds() * 1000L);
        assertThat(world.sink.take()).containsExactly("PING sluice");
        world.frame(SocketFrame.Type.PONG, "sluice");
        assertThat(world.origin.waiting()).isZero();
        world.rig.timers.advance(settings.pongSeconds() * 1000L);
        assertThat(world.sink.aborted).isTrue();
        assertThat(world.rig.count(Counter.SOCKETS_DEAD)).isEqualTo(1);
    }
}
