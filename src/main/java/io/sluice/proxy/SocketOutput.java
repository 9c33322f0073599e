package io.sluice.proxy;

import io.sluice.fanout.TimerWheel.Timeout;
import io.sluice.grip.KeepAlive;
import io.sluice.grip.SocketClose;
import io.sluice.netty.Outlet;
import io.sluice.netty.SocketSink;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.wire.EncodedItem;
import io.sluice.wire.SocketFrame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A WebSocket's way to its client: frames, keep-alives, the delayed message, pings, and the kinds of end. Event loop only. */
final class SocketOutput extends ClientOutput<SocketFrame> {
    private final SessionParts parts;
    private final Runnable dead;
    private @Nullable SocketSink sink;
    private @Nullable SocketPulse pulse;
    private boolean midMessage;
    private @Nullable KeepAliveTimer keepAlive;
    private SocketFrame.Type keepAliveType = SocketFrame.Type.TEXT;
    private @Nullable SocketFrame delayed;
    private @Nullable Timeout delay;
    /** Delayed messages whose time has come while something was in their way. */
    private List<SocketFrame> overdue = List.of();

    private boolean over;

    /** @param dead called when the client gives no sign of life any more */
    SocketOutput(SessionParts parts, OutboxOwner owner, Runnable dead) {
        super(parts, owner);
        this.parts = parts;
        this.dead = dead;
    }

    void open(SocketSink out) {
        sink = out;
        out.onWritable(this::onWritable);
        SocketPulse watch =
                new SocketPulse(parts.timers(), out, parts.settings().websocket(), dead);
        pulse = watch;
        watch.start();
        sendOverdue();
    }

    @Override
    @Nullable
    Outlet outlet() {
        return sink;
    }

    /** An item as it is, to a socket that takes it: all of the fast path. */
    void direct(EncodedItem shared) {
        write(shared);
        parts.stats().count(Counter.DELIVERIES);
        parts.trace().written();
    }

    @Override
    public void write(EncodedItem shared) {
        SocketSink out = sink;
        if (out != null) {
            out.send(shared);
            sent(out);
        }
    }

    @Override
    public void write(SocketFrame frame) {
        SocketSink out = sink;
        if (out != null) {
            out.send(frame);
            sent(out);
        }
    }

    /** What is no item: of the origin, or a keep-alive. Control frames do not wait behind items. */
    void send(SocketFrame frame) {
        if (sink == null) {
            return;
        }
        if (frame.type().control()) {
            write(frame);
            return;
        }
        own(frame, frame.content().length);
        midMessage = !frame.last();
        if (!midMessage) {
            sendOverdue();
        }
    }

    private void sent(SocketSink out) {
        parts.fanout().flushLater(out);
        if (keepAlive != null) {
            keepAlive.sent();
        }
    }

    /** Whether the client has a part of a message, whose rest must come before any other message. */
    boolean midMessage() {
        return midMessage;
    }

    /** Whether the client takes what it is sent. */
    boolean takesMore() {
        return sink == null || takes();
    }

    /** Takes on a keep-alive; null stops. */
    void keepAlive(@Nullable KeepAlive next, SocketFrame.Type type) {
        if (over) {
            return;
        }
        keepAliveType = type;
        if (keepAlive == null && next != null) {
            keepAlive = new KeepAliveTimer(parts, this::sendKeepAlive);
        }
        if (keepAlive != null) {
            keepAlive.set(next);
        }
    }

    private void sendKeepAlive() {
        SocketSink out = sink;
        if (keepAlive != null && out != null && !midMessage && takes()) {
            out.send(SocketFrame.whole(keepAliveType, keepAlive.content()));
            parts.fanout().flushLater(out);
        }
    }

    /** Sends the message after the time, unless it is flushed before; one that waits already goes out now. */
    void delay(SocketFrame message, int seconds) {
        if (over) {
            return;
        }
        flushDelayed();
        delayed = message;
        delay = parts.timers().schedule(seconds * 1000L, this::flushDelayed);
    }

    void flushDelayed() {
        if (delay != null) {
            delay.cancel();
            delay = null;
        }
        SocketFrame message = delayed;
        delayed = null;
        if (message == null || over) {
            return;
        }
        if (sink != null && !midMessage) {
            send(message);
            return;
        }
        if (overdue.isEmpty()) {
            overdue = new ArrayList<>(1);
        }
        overdue.add(message);
    }

    private void sendOverdue() {
        List<SocketFrame> waiting = overdue;
        overdue = List.of();
        waiting.forEach(this::send);
    }

    /** Whether the frame answers a ping of ours. */
    boolean isPulse(SocketFrame pong) {
        return pulse != null && pulse.answeredBy(pong);
    }

    void pauseClient(boolean pause) {
        SocketSink out = sink;
        if (out != null && !over) {
            if (pause) {
                out.pause();
            } else {
                out.resume();
            }
        }
    }

    /** What waits goes out before it. */
    void close(SocketClose close) {
        drainAll();
        if (sink != null) {
            sink.close(close);
        } else {
            abort();
        }
        stop();
    }

    /** The client sees that the connection broke. */
    void abort() {
        discard(DropReason.CONNECTION_CLOSED);
        if (sink != null) {
            sink.abort();
        }
        stop();
    }

    /** Nothing more by itself, and nothing of what waits. */
    void stop() {
        over = true;
        discard(DropReason.CONNECTION_CLOSED);
        if (keepAlive != null) {
            keepAlive.stop();
        }
        if (delay != null) {
            delay.cancel();
        }
        if (pulse != null) {
            pulse.stop();
        }
    }
}
