package io.sluice.origin;

import io.sluice.origin.OriginResponse.Collected;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A response's body: paused at first, never more than a few chunks ahead of its reader, pushed back where the reader wants it
 * in two parts. One event loop. The end is noticed as soon as it is near, so that a small body frees its connection unread.
 */
final class OriginBody implements ReadStream<Buffer> {
    private static final int AHEAD = 2;

    private final Context context;
    private final HttpClientResponse source;
    private final Deque<Buffer> pending = new ArrayDeque<>();

    private @Nullable Handler<Buffer> handler;
    private @Nullable Handler<Void> endHandler;
    private @Nullable Handler<Throwable> exceptionHandler;
    private @Nullable Promise<Collected> collecting;
    private @Nullable OriginException failure;
    private Buffer collected = Buffer.buffer();
    private int collectMax;
    private long demand;
    private boolean asked;
    private boolean ended;
    private boolean endTold;
    private boolean failureTold;
    private boolean delivering;

    /** The source must be paused, and gets no handlers but from here. */
    OriginBody(Context context, HttpClientResponse source) {
        this.context = context;
        this.source = source;
    }

    /** A chunk of the source. */
    void chunk(Buffer chunk) {
        asked = false;
        if (failure == null) {
            pending.add(chunk);
            deliver();
        }
    }

    /** The source's end. */
    void end() {
        asked = false;
        if (failure == null) {
            ended = true;
            deliver();
        }
    }

    /** Ends it early; nothing once the source has ended. */
    void fail(OriginException cause) {
        if (ended || failure != null) {
            return;
        }
        failure = cause;
        pending.clear();
        drain();
        Promise<Collected> waiting = collecting;
        collecting = null;
        if (waiting != null) {
            failureTold = true;
            waiting.fail(cause);
        } else {
            tellFailure();
        }
    }

    /** Forgets what is left; no handler is called any more. */
    void abandon(OriginException cause) {
        endTold = true;
        failureTold = true;
        pending.clear();
        failure = failure == null ? cause : failure;
        Promise<Collected> waiting = collecting;
        collecting = null;
        if (waiting != null) {
            waiting.fail(cause);
        }
        drain();
    }

    /** Vert.x keeps what it has read of a paused connection beyond its close, and never releases the buffers. */
    private void drain() {
        source.resume();
    }

    /** Begins to read ahead. */
    void pull() {
        if (!asked && !ended && failure == null && pending.size() < AHEAD) {
            asked = true;
            source.fetch(1);
        }
    }

    private void deliver() {
        if (delivering) {
            return;
        }
        delivering = true;
        try {
            while (collecting != null ? collectOne() : deliverOne()) {
                // on
            }
        } finally {
            delivering = false;
        }
        pull();
        Handler<Void> told = endHandler;
        if (ended && pending.isEmpty() && demand > 0 && !endTold && told != null) {
            endTold = true;
            told.handle(null);
        }
    }

    private boolean deliverOne() {
        Handler<Buffer> reader = handler;
        if (reader == null || demand == 0) {
            return false;
        }
        Buffer chunk = pending.poll();
        if (chunk == null) {
            return false;
        }
        if (demand != Long.MAX_VALUE) {
            demand--;
        }
        reader.handle(chunk);
        return true;
    }

    /** Moves a chunk, or what fits of it; completes at the end, or when there is more than fits. */
    private boolean collectOne() {
        Buffer chunk = pending.poll();
        if (chunk == null) {
            if (ended) {
                completeCollecting(true);
            }
            return ended;
        }
        int room = collectMax - collected.length();
        if (chunk.length() <= room) {
            collected.appendBuffer(chunk);
            return true;
        }
        collected.appendBuffer(chunk, 0, room);
        pending.addFirst(chunk.slice(room, chunk.length()));
        completeCollecting(false);
        return true;
    }

    private void completeCollecting(boolean complete) {
        Promise<Collected> waiting = collecting;
        byte[] bytes = collected.getBytes();
        collecting = null;
        collected = Buffer.buffer();
        if (waiting != null) {
            waiting.complete(new Collected(bytes, complete));
        }
    }

    Future<Collected> collect(int max) {
        if (failure != null) {
            failureTold = true;
            return Future.failedFuture(failure);
        }
        if (collecting != null) {
            return Future.failedFuture(new IllegalStateException("the body is being collected"));
        }
        demand = 0;
        Promise<Collected> promise = Promise.promise();
        collecting = promise;
        collectMax = max;
        deliver();
        return promise.future();
    }

    private void tellFailure() {
        Handler<Throwable> told = exceptionHandler;
        if (failure != null && told != null && !failureTold) {
            failureTold = true;
            told.handle(failure);
        }
    }

    @Override
    public OriginBody handler(@Nullable Handler<Buffer> next) {
        handler = next;
        deliver();
        return this;
    }

    @Override
    public OriginBody endHandler(@Nullable Handler<Void> next) {
        endHandler = next;
        if (ended && !endTold && next != null) {
            context.runOnContext(v -> deliver());
        }
        return this;
    }

    @Override
    public OriginBody exceptionHandler(@Nullable Handler<Throwable> next) {
        exceptionHandler = next;
        if (failure != null && !failureTold && next != null) {
            context.runOnContext(v -> tellFailure());
        }
        return this;
    }

    @Override
    public OriginBody pause() {
        demand = 0;
        return this;
    }

    @Override
    public OriginBody resume() {
        return fetch(Long.MAX_VALUE);
    }

    @Override
    public OriginBody fetch(long amount) {
        if (amount < 0) {
            throw new IllegalArgumentException("amount " + amount);
        }
        demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
        deliver();
        return this;
    }
}
