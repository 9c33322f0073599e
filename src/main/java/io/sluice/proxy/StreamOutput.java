package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.grip.GripResponse;
import io.sluice.grip.KeepAlive;
import io.sluice.netty.Sink;
import io.sluice.wire.EncodedItem;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A stream's way to its client: head, bytes, keep-alives, and the two kinds of end. Event loop only. */
final class StreamOutput {
    private final SessionParts parts;
    private final BooleanSupplier midway;
    private final Runnable onWritable;
    private final KeepAliveTimer keepAlive;
    private final int outboxBytes;
    private @Nullable Sink sink;

    /**
     * @param midway whether the client has a part of something, so that a keep-alive would break it
     * @param onWritable called each time the client takes bytes again
     */
    StreamOutput(SessionParts parts, BooleanSupplier midway, Runnable onWritable) {
        this.parts = parts;
        this.midway = midway;
        this.onWritable = onWritable;
        this.keepAlive = new KeepAliveTimer(parts, this::sendKeepAlive);
        this.outboxBytes = parts.settings().http().outboxBytes();
    }

    /** Sends the head, and the body so far. */
    void open(Exchange exchange, GripResponse first) {
        Sink out = exchange.stream(first.status(), first.reason(), first.headers());
        use(out);
        if (first.body().length > 0) {
            out.write(first.body());
        }
        out.flush();
    }

    /** Goes on with a response whose head was sent. */
    void use(Sink out) {
        sink = out;
        out.onWritable(onWritable);
    }

    @Nullable
    Sink sink() {
        return sink;
    }

    void keepAlive(@Nullable KeepAlive next) {
        keepAlive.set(next);
    }

    /** Whether so much waits for the client that more would be too much. */
    boolean full() {
        return sink != null && sink.pendingBytes() > outboxBytes;
    }

    /** Whether the client takes what it is sent. */
    boolean canTake() {
        return sink != null && sink.writable() && !full();
    }

    void write(byte[] content) {
        if (sink != null) {
            sink.write(content);
            written(sink);
        }
    }

    void write(EncodedItem shared) {
        if (sink != null) {
            sink.write(shared);
            written(sink);
        }
    }

    /** The client sees that it has everything. */
    void end() {
        if (sink != null) {
            sink.end();
        }
    }

    /** The client sees that something is missing, and asks again. */
    void cut(@Nullable String text) {
        if (sink == null) {
            return;
        }
        if (text != null) {
            sink.write(text.getBytes(UTF_8));
            sink.flush();
        }
        sink.abort();
    }

    /** Nothing more by itself. */
    void stop() {
        keepAlive.stop();
    }

    private void written(Sink out) {
        parts.fanout().flushLater(out);
        keepAlive.sent();
    }

    private void sendKeepAlive() {
        if (sink != null && !midway.getAsBoolean() && !full()) {
            sink.write(keepAlive.content());
            parts.fanout().flushLater(sink);
        }
    }
}
