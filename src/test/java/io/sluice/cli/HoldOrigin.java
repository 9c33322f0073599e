package io.sluice.cli;

import io.sluice.testing.HttpOrigin;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** An origin that has everything held; counts the clients that it is told have gone. */
final class HoldOrigin implements AutoCloseable {
    static final long SLOW_MILLIS = 700;

    final AtomicInteger gone = new AtomicInteger();
    /** Requests that it takes its time for, so far. */
    final AtomicInteger slow = new AtomicInteger();

    private final Vertx vertx = Vertx.vertx();
    private final HttpOrigin server = HttpOrigin.start(vertx, this::answer);

    String address() {
        return server.address();
    }

    private void answer(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        String path = request.path();
        if (path.startsWith("/stream/")) {
            hold(response, "stream", path).end("open\n");
        } else if (path.startsWith("/poll/")) {
            hold(response, "response", path).end("later\n");
        } else if (path.startsWith("/events/")) {
            response.putHeader("Content-Type", "text/event-stream");
            hold(response, "stream", "/all").end("data: 0\n\n");
        } else if (path.startsWith("/socket/")) {
            request.body().onSuccess(events -> socket(response, events.toString()));
        } else if (path.startsWith("/slow/")) {
            slow.incrementAndGet();
            vertx.setTimer(SLOW_MILLIS, late -> {
                if (path.endsWith("poll")) {
                    hold(response, "response", path).end("later\n");
                } else {
                    response.end("done\n");
                }
            });
        } else if (path.equals("/gone")) {
            gone.incrementAndGet();
            response.end();
        } else {
            response.end("plain\n");
        }
    }

    /** Opens, subscribes, and answers a close with a close. */
    private static void socket(HttpServerResponse response, String events) {
        String subscribe = "c:{\"type\":\"subscribe\",\"channel\":\"all\"}";
        String answer = events.startsWith("OPEN")
                ? "OPEN\r\nTEXT " + Integer.toHexString(subscribe.length()) + "\r\n" + subscribe + "\r\n"
                : "";
        response.putHeader("Content-Type", "application/websocket-events")
                .putHeader("Sec-WebSocket-Extensions", "grip")
                .end(answer);
    }

    private static HttpServerResponse hold(HttpServerResponse response, String mode, String path) {
        return response.putHeader("Grip-Hold", mode)
                .putHeader("Grip-Channel", path.substring(1).replace('/', '-'))
                .putHeader("Grip-Link", "</gone>; rel=gone");
    }

    @Override
    public void close() throws TimeoutException {
        server.close();
        vertx.close().await(10, TimeUnit.SECONDS);
    }
}
