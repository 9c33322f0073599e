package io.sluice.proxy;

import io.sluice.config.Settings;
import io.sluice.fanout.TimerWheel;
import io.sluice.fanout.TimerWheel.Timeout;
import io.sluice.netty.SocketSink;
import io.sluice.wire.SocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a silent client is still there: pings it after a while, and gives it up when nothing comes of that. One timer, which
 * looks when somebody could be late, and seldom sooner. Event loop only.
 */
final class SocketPulse {
    private static final byte[] CONTENT = "sluice".getBytes(StandardCharsets.US_ASCII);

    private final TimerWheel timers;
    private final SocketSink sink;
    private final Settings.WebSocket settings;
    private final Runnable dead;
    private boolean pinged;
    private @Nullable Timeout timeout;

    SocketPulse(TimerWheel timers, SocketSink sink, Settings.WebSocket settings, Runnable dead) {
        this.timers = timers;
        this.sink = sink;
        this.settings = settings;
        this.dead = dead;
    }

    void start() {
        if (settings.pingSeconds() > 0) {
            timeout = timers.schedule(settings.pingSeconds() * 1000L, this::look);
        }
    }

    private void look() {
        if (sink.takeHeard()) {
            pinged = false;
            start();
        } else if (pinged) {
            timeout = null;
            dead.run();
        } else {
            pinged = true;
            sink.send(SocketFrame.whole(SocketFrame.Type.PING, CONTENT));
            sink.flush();
            timeout = timers.schedule(settings.pongSeconds() * 1000L, this::look);
        }
    }

    /** Whether the pong answers a ping of ours: it is not for the origin. */
    boolean answeredBy(SocketFrame pong) {
        return pinged && Arrays.equals(pong.content(), CONTENT);
    }

    void stop() {
        if (timeout != null) {
            timeout.cancel();
        }
    }
}
