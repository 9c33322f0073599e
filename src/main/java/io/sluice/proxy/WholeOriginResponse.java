package io.sluice.proxy;

import io.sluice.config.Target;
import io.sluice.grip.GripResponse;
import io.sluice.grip.Headers;
import io.sluice.origin.OriginResponse;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A response that was never on the network. Event loop of its exchange. */
final class WholeOriginResponse implements OriginResponse, ReadStream<Buffer> {
    private final GripResponse response;
    private final Target target;
    private @Nullable Handler<Buffer> handler;
    private @Nullable Handler<@Nullable Void> endHandler;
    private int given;
    private boolean ended;

    WholeOriginResponse(GripResponse response, Target target) {
        this.response = response;
        this.target = target;
    }

    @Override
    public int status() {
        return response.status();
    }

    @Override
    public String reason() {
        return response.reason();
    }

    @Override
    public Headers headers() {
        return response.headers();
    }

    @Override
    public Target target() {
        return target;
    }

    @Override
    public ReadStream<Buffer> body() {
        return this;
    }

    @Override
    public Future<Collected> collect(int max) {
        given = Math.min(max, response.body().length);
        return Future.succeededFuture(
                new Collected(Arrays.copyOf(response.body(), given), given == response.body().length));
    }

    @Override
    public void cancel() {
        ended = true;
    }

    @Override
    public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
        return this;
    }

    @Override
    public ReadStream<Buffer> handler(@Nullable Handler<Buffer> handler) {
        this.handler = handler;
        return this;
    }

    @Override
    public ReadStream<Buffer> endHandler(@Nullable Handler<@Nullable Void> handler) {
        this.endHandler = handler;
        return this;
    }

    @Override
    public ReadStream<Buffer> pause() {
        return this;
    }

    @Override
    public ReadStream<Buffer> resume() {
        return fetch(Long.MAX_VALUE);
    }

    /** Gives all that is left at once. */
    @Override
    public ReadStream<Buffer> fetch(long amount) {
        if (ended) {
            return this;
        }
        ended = true;
        if (handler != null && given < response.body().length) {
            handler.handle(Buffer.buffer(Arrays.copyOfRange(response.body(), given, response.body().length)));
        }
        if (endHandler != null) {
            endHandler.handle(null);
        }
        return this;
    }
}
