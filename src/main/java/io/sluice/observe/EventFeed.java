package io.sluice.observe;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** A stream of server-sent events to somebody who watches. On the verticle's event loop. */
final class EventFeed {
    private final HttpServerResponse response;

    private EventFeed(HttpServerResponse response) {
        this.response = response;
    }

    /** @param closed called once, when nobody reads any more */
    static EventFeed open(RoutingContext context, Runnable closed) {
        HttpServerResponse response = context.response()
                .setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.closeHandler(gone -> closed.run());
        response.exceptionHandler(broken -> {});
        return new EventFeed(response);
    }

    boolean closed() {
        return response.ended() || response.closed();
    }

    /** Whether more would only wait: whoever watches so slowly gets the next one. */
    boolean full() {
        return response.writeQueueFull();
    }

    void send(JsonObject data) {
        if (!closed()) {
            var unused = response.write("data: " + data.encode() + "\n\n");
        }
    }

    /** Keeps what is between from taking the connection for dead. */
    void keepAlive() {
        if (!closed() && !full()) {
            var unused = response.write(":\n\n");
        }
    }
}
