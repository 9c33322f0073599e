package io.sluice.origin;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A request body that a test feeds, or that never ends of itself. One event loop; delivers only while it is resumed. */
final class PushStream implements ReadStream<Buffer> {
    private final @Nullable Buffer endless;
    private @Nullable Handler<Buffer> handler;
    private @Nullable Handler<Void> endHandler;
    private @Nullable Handler<Throwable> exceptionHandler;
    private boolean flowing;
    private boolean running;
    private final AtomicLong delivered = new AtomicLong();

    PushStream() {
        this(null);
    }

    /** @param endless delivered again and again */
    PushStream(@Nullable Buffer endless) {
        this.endless = endless;
    }

    boolean flowing() {
        return flowing;
    }

    /** Bytes taken so far; any thread. */
    long delivered() {
        return delivered.get();
    }

    void push(String text) {
        deliver(Buffer.buffer(text));
    }

    private void deliver(Buffer chunk) {
        Handler<Buffer> reader = handler;
        if (reader != null) {
            delivered.addAndGet(chunk.length());
            reader.handle(chunk);
        }
    }

    void end() {
        if (endHandler != null) {
            endHandler.handle(null);
        }
    }

    void fail() {
        if (exceptionHandler != null) {
            exceptionHandler.handle(new IllegalStateException("the client has gone"));
        }
    }

    @Override
    public PushStream handler(@Nullable Handler<Buffer> next) {
        handler = next;
        return this;
    }

    @Override
    public PushStream endHandler(@Nullable Handler<Void> next) {
        endHandler = next;
        return this;
    }

    @Override
    public PushStream exceptionHandler(@Nullable Handler<Throwable> next) {
        exceptionHandler = next;
        return this;
    }

    @Override
    public PushStream pause() {
        flowing = false;
        return this;
    }

    @Override
    public PushStream resume() {
        return fetch(Long.MAX_VALUE);
    }

    @Override
    public PushStream fetch(long amount) {
        flowing = true;
        Buffer chunk = endless;
        if (chunk != null && !running) {
            running = true;
            while (flowing && handler != null) {
                deliver(chunk);
            }
            running = false;
        }
        return this;
    }
}
