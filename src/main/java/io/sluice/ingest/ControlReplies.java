package io.sluice.ingest;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/** The replies of the control API: a line of text, or a line of JSON. */
final class ControlReplies {
    private static final String RETRY_SECONDS = "1";

    private ControlReplies() {}

    static void refuse(HttpServerRequest request, Refusal refusal) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        boolean close = refusal.framingLost() || bodyIsOwed(request);
        if (close) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        if (refusal.status() == 503 || refusal.status() == 429) {
            response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
        }
        response.setStatusCode(refusal.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, ReplyFormat.TEXT.mediaType())
                .end(refusal.text() + "\n")
                .onComplete(sent -> {
                    if (close) {
                        request.connection().close();
                    }
                });
    }

    /** Whether the client was not told to send its body: it may send it, or the next request. */
    private static boolean bodyIsOwed(HttpServerRequest request) {
        return !request.isEnded() && request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true);
    }

    /** Answers 200 with the message, or in JSON with the whole. */
    static void reply(HttpServerRequest request, ReplyFormat format, JsonObject whole) {
        line(request, format, format == ReplyFormat.JSON ? whole.encode() : whole.getString("message"));
    }

    static void line(HttpServerRequest request, ReplyFormat format, String line) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        boolean close = bodyIsOwed(request);
        if (close) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, format.mediaType())
                .end(line + "\n")
                .onComplete(sent -> {
                    if (close) {
                        request.connection().close();
                    }
                });
    }
}
