package io.sluice.netty;

import io.sluice.grip.Format;
import io.sluice.wire.EncodedItem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * Writes through the public API of Vert.x, for HTTP/2 and where raw writes do not work. What a tick writes is gathered and
 * leaves as one write.
 *
 * <p>Not guaranteed, as the public API has no means: that a client of HTTP/1.0 can tell {@link #abort()} from {@link #end()}, and that an
 * abort on HTTP/1 does not wait for a client that has stopped reading (the connection's idle timeout ends that).
 */
final class ResponseSink implements Sink {
    /** HTTP/2: the stream is not what it should have been. */
    private static final long INTERNAL_ERROR = 2;

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private @Nullable Buffer gathered;
    private long inFlight;
    /** More is under way than it is to be given, and it has not fallen low since. */
    private boolean high;

    private Runnable onWritable = () -> {};
    private boolean over;

    ResponseSink(HttpServerRequest request) {
        this.request = request;
        response = request.response();
    }

    @Override
    public void write(EncodedItem item) {
        if (item.streamChunk() == null) {
            return;
        }
        Format.HttpStream stream = item.item().stream();
        if (stream != null) {
            write(stream.content());
        }
    }

    @Override
    public void write(byte[] content) {
        if (over || content.length == 0 || response.closed()) {
            return;
        }
        Buffer buffer = gathered;
        if (buffer == null) {
            buffer = Buffer.buffer(Math.max(256, content.length));
            gathered = buffer;
        }
        buffer.appendBytes(content);
        high |= pendingBytes() > HoldMark.HIGH;
    }

    @Override
    public void flush() {
        Buffer buffer = gathered;
        gathered = null;
        if (buffer == null || over || response.closed()) {
            return;
        }
        long length = buffer.length();
        inFlight += length;
        response.write(buffer).onComplete(done -> sent(length));
    }

    private void sent(long length) {
        inFlight -= length;
        if (high && pendingBytes() < HoldMark.LOW) {
            high = false;
            if (writable()) {
                onWritable.run();
            }
        }
    }

    @Override
    public boolean writable() {
        return !high && !over && !response.closed() && !response.writeQueueFull();
    }

    @Override
    public long pendingBytes() {
        Buffer buffer = gathered;
        return inFlight + (buffer == null ? 0 : buffer.length());
    }

    @Override
    public void onWritable(Runnable handler) {
        if (!over) {
            onWritable = handler;
            response.drainHandler(nothing -> {
                if (!high) {
                    handler.run();
                }
            });
        }
    }

    @Override
    public void end() {
        if (over) {
            return;
        }
        flush();
        over = true;
        if (!response.ended()) {
            var unused = response.end();
        }
        if (request.version() == HttpVersion.HTTP_1_0) {
            var unused = request.connection().close();
        }
    }

    @Override
    public void abort() {
        if (over) {
            return;
        }
        flush();
        over = true;
        var unused = response.reset(INTERNAL_ERROR);
    }
}
