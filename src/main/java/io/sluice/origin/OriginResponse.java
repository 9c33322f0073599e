package io.sluice.origin;

import io.sluice.config.Target;
import io.sluice.grip.Headers;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;

/** The head of an origin's response, and its body to come. */
public interface OriginResponse {
    int status();

    String reason();

    /** As the origin sent them. */
    Headers headers();

    /** Which target answered. */
    Target target();

    /** Paused until somebody reads it. Fails with {@link OriginException} when cut short. */
    ReadStream<Buffer> body();

    /**
     * Reads the body up to {@code max} bytes.
     *
     * @return what came: complete, or the first bytes with the rest still to read from {@link #body()}, which is paused again
     */
    Future<Collected> collect(int max);

    /** The body is not wanted any more; the connection to the origin is given up. Any time, any number of times. */
    void cancel();

    /** @param complete whether this is the whole body */
    @SuppressWarnings("ArrayRecordComponent")
    record Collected(byte[] bytes, boolean complete) {}
}
