package io.sluice.origin;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;

/** A request's body. */
public sealed interface RequestBody {
    Whole EMPTY = new Whole(new byte[0]);

    /** All of it. Can be sent again. */
    @SuppressWarnings("ArrayRecordComponent")
    record Whole(byte[] bytes) implements RequestBody {}

    /**
     * Comes as the client sends it; paused. Sent once: a fail-over is possible only before the first byte was taken.
     *
     * @param length from Content-Length; -1 when chunked
     */
    record Streamed(ReadStream<Buffer> stream, long length) implements RequestBody {}
}
