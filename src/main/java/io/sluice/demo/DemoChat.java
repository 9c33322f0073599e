package io.sluice.demo;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * A chat over WebSockets, for a backend that has none: the gateway holds them, and tells by ordinary requests what happened to one. The
 * answer says what is to happen next (WebSocket-over-HTTP). Nothing is remembered here about a connection, nor need be: the gateway
 * subscribes it to channels, and what somebody says is published.
 *
 * <p>What we send begins with {@code m:} and goes to the client without it, or with {@code c:} and is for the gateway. One event loop.
 */
final class DemoChat {
    private final DemoLog log;
    private final DemoPublisher publisher;

    DemoChat(DemoLog log, DemoPublisher publisher) {
        this.log = log;
        this.publisher = publisher;
    }

    void handle(HttpServerRequest request) {
        if (!DemoEvent.MEDIA_TYPE.equals(request.getHeader("Content-Type"))) {
            refuse(request, 400, "The chat is a WebSocket: Content-Type is " + DemoEvent.MEDIA_TYPE + ".");
            return;
        }
        request.body().onSuccess(body -> {
            try {
                answer(request, DemoEvent.decode(body));
            } catch (IllegalArgumentException e) {
                refuse(request, 400, String.valueOf(e.getMessage()));
            }
        });
    }

    private void answer(HttpServerRequest request, List<DemoEvent> events) {
        var answer = new ArrayList<DemoEvent>();
        var published = new ArrayList<Future<Buffer>>();
        if (DemoPosition.fromGateway(request).isPresent()) {
            // The gateway has seen that this client misses something.
            answer.add(subscribeToLog());
            answer.addAll(missed(DemoPosition.of(request, null, log)));
        }
        for (DemoEvent event : events) {
            switch (event.type()) {
                case "OPEN" -> answer.addAll(open(request));
                case "TEXT" -> {
                    String text = event.content().toString();
                    if (DemoLog.accepts(text)) {
                        published.add(publisher.publish(log.add(text, System.currentTimeMillis())));
                    } else {
                        answer.add(toClient(new JsonObject().put("error", DemoLog.RULE)));
                    }
                }
                case "PING" -> answer.add(new DemoEvent("PONG", event.content()));
                case "CLOSE" -> answer.add(event);
                default -> {} // DISCONNECT: the client is gone, and there was nothing of it here. Others: not of
                // interest.
            }
        }
        // If a message can't be published, this connection ends. Its client comes back with its position, and finds it
        // in the log.
        Future.all(published)
                .onSuccess(done -> send(request.response(), answer))
                .onFailure(e -> refuse(request, 502, "The gateway did not take the message."));
    }

    /** Accepts the WebSocket; a backend that subscribes it to nothing answers OPEN alone. */
    private List<DemoEvent> open(HttpServerRequest request) {
        long since = DemoPosition.of(request, request.getParam("since"), log);
        request.response().putHeader("Sec-WebSocket-Extensions", "grip");
        var answer = new ArrayList<>(List.of(
                DemoEvent.of("OPEN"),
                toGateway(
                        "keep-alive",
                        new JsonObject().put("content", "{\"alive\":true}").put("timeout", 25)),
                toGateway("subscribe", new JsonObject().put("channel", "demo")),
                subscribeToLog(),
                toClient(new JsonObject().put("last", since))));
        answer.addAll(missed(since));
        return answer;
    }

    /**
     * With the position that the answer brings the client to: by it the gateway sees when something is missing, and asks again with
     * {@code Grip-Last}. That is an extension of Sluice; another gateway takes it as a subscription like others.
     */
    private DemoEvent subscribeToLog() {
        return toGateway(
                "subscribe", new JsonObject().put("channel", "demo-log").put("prev-id", Long.toString(log.last())));
    }

    private List<DemoEvent> missed(long since) {
        return log.after(since).stream()
                .map(message -> toClient(message.json()))
                .toList();
    }

    private static DemoEvent toGateway(String type, JsonObject fields) {
        return DemoEvent.text("c:" + fields.put("type", type).encode());
    }

    private static DemoEvent toClient(JsonObject message) {
        return DemoEvent.text("m:" + message.encode());
    }

    private static void send(HttpServerResponse response, List<DemoEvent> events) {
        response.putHeader("Content-Type", DemoEvent.MEDIA_TYPE).end(DemoEvent.encode(events));
    }

    private static void refuse(HttpServerRequest request, int status, String rule) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .end(rule + "\n");
    }
}
