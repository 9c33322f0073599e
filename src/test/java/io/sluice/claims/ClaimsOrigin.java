package io.sluice.claims;

import io.sluice.grip.GripException;
import io.sluice.grip.SocketEvent;
import io.sluice.grip.SocketEvents;
import io.sluice.testing.HttpOrigin;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An origin whose path says how the connection is held, and whose query says what {@code Grip-Client} is; WebSockets over HTTP are
 * echoed.
 */
public final class ClaimsOrigin implements AutoCloseable {
    static final String OPEN = "data: open\n\n";
    static final String TYPE = "text/event-stream";

    /** WebSocket events with the connection that they are of, and gone links. */
    final List<String> seen = new CopyOnWriteArrayList<>();

    private final Vertx vertx = Vertx.vertx();
    private final HttpOrigin server = HttpOrigin.start(vertx, this::answer);

    public String address() {
        return server.address();
    }

    private void answer(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        String client = request.getParam("client");
        if (client != null) {
            response.putHeader("Grip-Client", client);
        }
        switch (request.path()) {
            case "/sse" ->
                hold(response, "stream").putHeader("Content-Type", TYPE).end(OPEN);
            case "/large" ->
                hold(response, "stream").putHeader("Content-Type", TYPE).end(OPEN + ":".repeat(200_000) + "\n\n");
            case "/pages" ->
                response.putHeader("Grip-Link", "</sse>; rel=next")
                        .putHeader("Content-Type", TYPE)
                        .end("data: page\n\n");
            case "/stream" -> hold(response, "stream").end("open\n");
            case "/poll" ->
                hold(response, "response").putHeader("Grip-Timeout", "60").end("later\n");
            case "/ws" -> request.body().onSuccess(body -> events(request, body));
            case "/gone" -> {
                seen.add("gone");
                response.end();
            }
            default -> response.end("plain\n");
        }
    }

    private static HttpServerResponse hold(HttpServerResponse response, String mode) {
        return response.putHeader("Grip-Hold", mode)
                .putHeader("Grip-Channel", "news")
                .putHeader("Grip-Link", "</gone>; rel=gone");
    }

    private void events(HttpServerRequest request, Buffer body) {
        var answer = new ArrayList<SocketEvent>();
        try {
            for (SocketEvent event : SocketEvents.decode(body.getBytes())) {
                seen.add(request.getHeader("Connection-Id") + " " + event.type());
                switch (event.type()) {
                    case OPEN -> {
                        answer.add(event);
                        answer.add(SocketEvent.text("c:{\"type\":\"subscribe\",\"channel\":\"news\"}"));
                        answer.add(SocketEvent.text("m:open"));
                    }
                    case TEXT ->
                        answer.add(SocketEvent.text("m:" + new String(event.content(), StandardCharsets.UTF_8)));
                    case CLOSE -> answer.add(event);
                    default -> {}
                }
            }
        } catch (GripException e) {
            request.response().setStatusCode(400).end(e.text());
            return;
        }
        request.response()
                .putHeader("Content-Type", SocketEvents.MEDIA_TYPE)
                .putHeader("Sec-WebSocket-Extensions", "grip")
                .end(Buffer.buffer(SocketEvents.encode(answer)));
    }

    @Override
    public void close() {
        server.close();
        vertx.close().await();
    }
}
