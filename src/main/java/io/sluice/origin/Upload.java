package io.sluice.origin;

import io.sluice.origin.OriginException.Kind;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/** Brings a request's body to the origin, as fast as the origin takes it. One event loop. */
final class Upload {
    /** What an exchange must know of its upload. */
    interface Listener {
        /** Bytes were taken from the client. */
        void traffic();

        /** All is sent. */
        void sent();

        void failed(OriginException cause);
    }

    private final RequestBody body;
    private final ClientStall stall;
    /** Of a body that is streamed. */
    private @Nullable Listener listening;

    private boolean over;
    private long taken;

    /** @param stallSeconds that the client may keep it waiting; 0 for ever */
    Upload(Vertx vertx, RequestBody body, int stallSeconds) {
        this.body = body;
        stall = new ClientStall(vertx, stallSeconds, this::stalled);
    }

    private void stalled() {
        Listener told = listening;
        if (told != null) {
            stop(told, new OriginException(Kind.CLIENT_STALLED, "the client keeps its request's body waiting"));
        }
    }

    /** Whether it can start from its beginning again. */
    boolean repeatable() {
        return body instanceof RequestBody.Whole || taken == 0;
    }

    /** Whether the whole body has been handed to the connection. */
    boolean complete() {
        return over;
    }

    void start(HttpClientRequest request, boolean sendLength, Listener listener) {
        over = false;
        if (body instanceof RequestBody.Streamed streamed && streamed.length() != 0) {
            stream(streamed, request, listener);
            return;
        }
        byte[] bytes = body instanceof RequestBody.Whole whole ? whole.bytes() : RequestBody.EMPTY.bytes();
        over = true;
        if (bytes.length > 0 || sendLength) {
            request.putHeader("Content-Length", Integer.toString(bytes.length));
        }
        if (bytes.length > 0) {
            request.end(Buffer.buffer(bytes));
        } else {
            request.end();
        }
        listener.sent();
    }

    private void stream(RequestBody.Streamed streamed, HttpClientRequest request, Listener listener) {
        ReadStream<Buffer> source = streamed.stream();
        listening = listener;
        if (streamed.length() > 0) {
            request.putHeader("Content-Length", Long.toString(streamed.length()));
        } else {
            request.setChunked(true);
        }
        request.drainHandler(v -> {
            if (!over) {
                stall.waits();
                source.resume();
            }
        });
        request.writeHead();
        source.exceptionHandler(cause -> stop(listener, new OriginException(Kind.CLIENT_GONE, "in the request body")));
        source.endHandler(v -> {
            if (over) {
                return;
            }
            if (streamed.length() > 0 && taken != streamed.length()) {
                stop(listener, new OriginException(Kind.CLIENT_GONE, "the request body is too short"));
                return;
            }
            over = true;
            stall.stop();
            request.end();
            listener.sent();
        });
        source.handler(chunk -> write(streamed, request, chunk, listener));
        stall.waits();
        source.resume();
    }

    private void write(RequestBody.Streamed streamed, HttpClientRequest request, Buffer chunk, Listener listener) {
        if (over) {
            return;
        }
        taken += chunk.length();
        if (streamed.length() > 0 && taken > streamed.length()) {
            stop(listener, new OriginException(Kind.CLIENT_GONE, "the request body is too long"));
            return;
        }
        listener.traffic();
        stall.moved(chunk.length());
        if (chunk.length() > 0) {
            request.write(chunk);
        }
        if (request.writeQueueFull()) {
            streamed.stream().pause();
        } else {
            stall.waits();
        }
    }

    private void stop(Listener listener, OriginException cause) {
        if (!over) {
            detach();
            listener.failed(cause);
        }
    }

    /** Takes nothing more from the client. */
    void detach() {
        stall.stop();
        if (!over && body instanceof RequestBody.Streamed streamed) {
            ReadStream<Buffer> source = streamed.stream();
            source.pause();
            source.handler(null);
            source.endHandler(null);
            source.exceptionHandler(null);
        }
        over = true;
    }
}
