package io.sluice.proxy;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/**
 * A request's body on its way to the origin. Keeps a copy for as long as it is small: a GRIP response may make the request be
 * sent again. Paused until somebody reads; a client that waits for {@code 100 Continue} gets it then. Event loop of the connection.
 */
final class RequestTap implements ReadStream<Buffer> {
    /** There is no copy. */
    static final class TooLarge extends Exception {
        TooLarge() {
            super("too large to keep", null, false, false);
        }
    }

    private final HttpServerRequest request;
    private final int max;
    private final Promise<byte[]> whole = Promise.promise();
    private @Nullable Buffer kept = Buffer.buffer();
    private boolean continueAwaited;
    private boolean wholeWanted;
    private boolean ended;
    private @Nullable Handler<Buffer> handler;
    private @Nullable Handler<@Nullable Void> endHandler;
    private @Nullable Handler<Throwable> exceptionHandler;

    /** @param max bytes to keep at most */
    RequestTap(HttpServerRequest request, int max, boolean continueAwaited) {
        this.request = request;
        this.max = max;
        this.continueAwaited = continueAwaited;
        request.pause();
        request.handler(this::content);
        request.endHandler(end -> complete());
        request.exceptionHandler(this::failed);
    }

    /** Whether all of the body has been read. */
    boolean ended() {
        return ended;
    }

    /** The body once it is complete; reads the rest when nobody else does. Fails with {@link TooLarge}, or as the request does. */
    Future<byte[]> whole() {
        wholeWanted = true;
        if (handler == null && !whole.future().isComplete()) {
            resume();
        }
        return whole.future();
    }

    /** The copy is not needed, now or later. */
    void dropKept() {
        kept = null;
        whole.tryFail(new TooLarge());
    }

    /** Reads and forgets what is left, if anybody still sends it. */
    void discardRest(int maxBytes, Runnable done) {
        dropKept();
        if (ended) {
            done.run();
            return;
        }
        var left = new int[] {maxBytes};
        handler = buffer -> {
            left[0] -= buffer.length();
            if (left[0] < 0) {
                done.run();
            }
        };
        endHandler = end -> done.run();
        exceptionHandler = any -> done.run();
        request.resume();
    }

    private void content(Buffer buffer) {
        if (kept != null) {
            if (kept.length() + buffer.length() > max) {
                dropKept();
            } else {
                kept.appendBuffer(buffer);
            }
        }
        if (handler != null) {
            handler.handle(buffer);
        }
    }

    private void complete() {
        ended = true;
        // Vert.x keeps the request, so that its handlers would keep this copy for as long as the response lasts.
        request.handler(null);
        request.endHandler(null);
        request.exceptionHandler(null);
        if (kept != null) {
            whole.tryComplete(kept.getBytes());
            kept = null;
        }
        if (endHandler != null) {
            endHandler.handle(null);
        }
    }

    private void failed(Throwable cause) {
        kept = null;
        whole.tryFail(cause);
        if (exceptionHandler != null) {
            exceptionHandler.handle(cause);
        }
    }

    @Override
    public RequestTap handler(@Nullable Handler<Buffer> handler) {
        this.handler = handler;
        if (handler == null && wholeWanted && !whole.future().isComplete()) {
            resume();
        }
        return this;
    }

    @Override
    public RequestTap endHandler(@Nullable Handler<@Nullable Void> handler) {
        this.endHandler = handler;
        return this;
    }

    @Override
    public RequestTap exceptionHandler(@Nullable Handler<Throwable> handler) {
        this.exceptionHandler = handler;
        return this;
    }

    @Override
    public RequestTap pause() {
        request.pause();
        return this;
    }

    @Override
    public RequestTap resume() {
        return fetch(Long.MAX_VALUE);
    }

    @Override
    public RequestTap fetch(long amount) {
        if (continueAwaited) {
            continueAwaited = false;
            if (!request.response().headWritten()) {
                request.response().writeContinue();
            }
        }
        request.fetch(amount);
        return this;
    }
}
