package io.sluice.proxy;

import io.sluice.fanout.TimerWheel;
import io.sluice.grip.KeepAlive;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When a stream's keep-alive is due (GRIP, {@code Grip-Keep-Alive}). A send only notes the time: the timer that finds it too
 * early goes on for the rest. Event loop only.
 */
final class KeepAliveTimer {
    private static final int JITTER_MILLIS = 1000;

    private final SessionParts parts;
    private final Runnable send;
    private @Nullable KeepAlive keepAlive;
    private TimerWheel.@Nullable Timeout timeout;
    private long delayMillis;
    private long lastSentMillis;

    /** @param send writes the content, if it fits the moment */
    KeepAliveTimer(SessionParts parts, Runnable send) {
        this.parts = parts;
        this.send = send;
    }

    /** Takes on the keep-alive of a new instruction; null stops. The same one goes on undisturbed. */
    void set(@Nullable KeepAlive next) {
        if (timeout != null && next != null && same(next)) {
            return;
        }
        stop();
        keepAlive = next;
        if (next != null) {
            lastSentMillis = parts.nowMillis().getAsLong();
            arm(next);
        }
    }

    byte[] content() {
        KeepAlive current = keepAlive;
        return current == null ? new byte[0] : current.content();
    }

    /** Something else was sent. */
    void sent() {
        KeepAlive current = keepAlive;
        if (current != null && current.mode() == KeepAlive.Mode.IDLE) {
            lastSentMillis = parts.nowMillis().getAsLong();
        }
    }

    void stop() {
        if (timeout != null) {
            timeout.cancel();
            timeout = null;
        }
    }

    private boolean same(KeepAlive next) {
        KeepAlive current = keepAlive;
        return current != null
                && current.mode() == next.mode()
                && current.timeoutSeconds() == next.timeoutSeconds()
                && java.util.Arrays.equals(current.content(), next.content());
    }

    /** Thousands of streams that began together shall not send together. */
    static long delayMillis(int timeoutSeconds, RandomGenerator random) {
        long period = timeoutSeconds * 1000L;
        return Math.max(period - random.nextInt(JITTER_MILLIS), period / 2);
    }

    private void arm(KeepAlive current) {
        delayMillis = delayMillis(current.timeoutSeconds(), parts.random());
        timeout = parts.timers().schedule(delayMillis, this::due);
    }

    private void due() {
        KeepAlive current = keepAlive;
        if (current == null) {
            return;
        }
        long left = lastSentMillis + delayMillis - parts.nowMillis().getAsLong();
        if (current.mode() == KeepAlive.Mode.IDLE && left > 0) {
            timeout = parts.timers().schedule(left, this::due);
            return;
        }
        send.run();
        lastSentMillis = parts.nowMillis().getAsLong();
        arm(current);
    }
}
