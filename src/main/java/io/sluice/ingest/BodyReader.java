package io.sluice.ingest;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/**
 * Reads a request's body up to a limit. What is beyond the limit is read and thrown away, so that the client can finish
 * sending and see the answer; only a client that goes on for {@value #PATIENCE} times the limit is cut off.
 */
final class BodyReader {
    static final String TOO_LARGE = "Request body too large.";

    private static final int PATIENCE = 8;

    private final HttpServerRequest request;
    private final int maxBytes;
    private final Buffer body = Buffer.buffer();
    private final Promise<Buffer> done = Promise.promise();
    private long seen;

    private BodyReader(HttpServerRequest request, int maxBytes) {
        this.request = request;
        this.maxBytes = maxBytes;
    }

    /** On the request's event loop, before it is given back. Fails with a {@link Refusal} only. */
    static Future<Buffer> read(HttpServerRequest request, int maxBytes) {
        return new BodyReader(request, maxBytes).start();
    }

    private Future<Buffer> start() {
        boolean waits = request.version() == HttpVersion.HTTP_1_1
                && request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true);
        if (waits && announced() > maxBytes) {
            return Future.failedFuture(Refusal.andClose(413, TOO_LARGE));
        }
        request.handler(this::take);
        request.endHandler(end -> finish());
        request.exceptionHandler(cause -> done.tryFail(Refusal.andClose(400, "Failed to parse request body.")));
        if (waits) {
            request.response().writeContinue();
        }
        return done.future();
    }

    private long announced() {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? 0 : Long.parseLong(length); // the decoder has let none but numbers through
    }

    private void take(Buffer part) {
        seen += part.length();
        if (seen <= maxBytes) {
            body.appendBuffer(part);
        } else if (seen > (long) maxBytes * PATIENCE) {
            done.tryFail(Refusal.andClose(413, TOO_LARGE));
        }
    }

    private void finish() {
        if (seen > maxBytes) {
            done.tryFail(Refusal.of(413, TOO_LARGE));
        } else {
            done.tryComplete(body);
        }
    }
}
