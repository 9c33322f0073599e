package io.sluice.demo;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The demo's backend: an ordinary HTTP server that knows nothing of open connections. It answers each request at once and leaves
 * the waiting to the gateway by GRIP instructions; what it has to say later it publishes. Written as an example to read. WebSockets:
 * {@link DemoChat}.
 *
 * <p>Two channels: {@code demo-log} carries its own messages and is reliable (each item names the one before, so that
 * nobody misses one); {@code demo} is anybody's, for {@code curl}.
 */
public final class DemoOriginVerticle extends VerticleBase {
    /** Positions go on from the clock: one that a client remembers from before a restart is before all that is said after it. */
    private final DemoLog log = new DemoLog(System.currentTimeMillis());

    private final DemoPublisher publisher = new DemoPublisher();
    private final DemoChat chat = new DemoChat(log, publisher);
    private @Nullable HttpServer server;

    @Override
    public Future<?> start() {
        publisher.start(vertx);
        return vertx.createHttpServer()
                .requestHandler(this::handle)
                .listen(0, "127.0.0.1")
                .onSuccess(listening -> server = listening);
    }

    /** The port it listens on, on loopback; 0 before it has started. */
    public int port() {
        return server == null ? 0 : server.actualPort();
    }

    /** Where to publish, {@code http://HOST:PORT}. To be told before the first message. */
    public void publishTo(String control) {
        publisher.target(control);
    }

    private void handle(HttpServerRequest request) {
        switch (request.method() + " " + request.path()) {
            case "GET /", "HEAD /" -> page(request);
            case "GET /events" -> events(request);
            case "GET /raw" -> raw(request);
            case "GET /poll" -> poll(request);
            case "POST /send" -> send(request);
            case "POST /chat" -> chat.handle(request);
            case "GET /chat" -> text(request.response().setStatusCode(400), "The chat is a WebSocket.\n");
            default -> text(request.response().setStatusCode(404), "The demo has no " + request.path() + "\n");
        }
    }

    private void page(HttpServerRequest request) {
        vertx.fileSystem()
                .readFile("demo/index.html")
                .onSuccess(page -> request.response()
                        .putHeader("Content-Type", "text/html; charset=utf-8")
                        .putHeader("Cache-Control", "no-store")
                        .end(page.toString().replace("__CONTROL__", publisher.target())))
                .onFailure(e -> text(request.response().setStatusCode(500), "The page is missing from the jar.\n"));
    }

    /**
     * Server-sent events: what was missed since the client's last event, then a stream that the gateway holds. An id without data tells
     * the client where it starts.
     */
    private void events(HttpServerRequest request) {
        String lastEventId = request.getHeader("Last-Event-ID");
        long since = DemoPosition.of(request, lastEventId == null ? request.getParam("since") : lastEventId, log);
        hold(request.response().putHeader("Content-Type", "text/event-stream"), "/events")
                .end(eventsAfter(since, request.getHeader("Grip-Last") == null ? "id: " + since + "\n\n" : ""));
    }

    /** The same bytes for a client that reads the body as it comes. */
    private void raw(HttpServerRequest request) {
        long since = DemoPosition.of(request, null, log);
        hold(request.response().putHeader("Content-Type", "text/plain; charset=utf-8"), "/raw")
                .end(eventsAfter(since, ""));
    }

    private HttpServerResponse hold(HttpServerResponse response, String path) {
        return response.putHeader("Cache-Control", "no-store")
                .putHeader("Grip-Hold", "stream")
                .putHeader("Grip-Channel", "demo, demo-log; prev-id=" + log.last())
                .putHeader("Grip-Link", "<" + path + ">; rel=next")
                .putHeader("Grip-Keep-Alive", ": alive\\n\\n; format=cstring; timeout=20");
    }

    private String eventsAfter(long since, String opening) {
        var body = new StringBuilder(opening);
        log.after(since).forEach(message -> body.append(message.event()));
        return body.toString();
    }

    /** Long-polling: an answer at once if there is something new, else the gateway waits for it. */
    private void poll(HttpServerRequest request) {
        long since = DemoPosition.of(request, request.getParam("since"), log);
        List<DemoLog.Message> news = log.after(since);
        HttpServerResponse response =
                request.response().putHeader("Content-Type", "application/json").putHeader("Cache-Control", "no-store");
        if (news.isEmpty()) {
            response.putHeader("Grip-Hold", "response")
                    .putHeader("Grip-Channel", "demo, demo-log; prev-id=" + log.last())
                    .putHeader("Grip-Timeout", "25");
        }
        response.end(DemoLog.page(log.last(), news).toBuffer());
    }

    private void send(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            String text = body.toString();
            if (!DemoLog.accepts(text)) {
                text(request.response().setStatusCode(400), DemoLog.RULE + "\n");
                return;
            }
            publisher
                    .publish(log.add(text, System.currentTimeMillis()))
                    .onSuccess(receipt -> request.response()
                            .putHeader("Content-Type", "application/json")
                            .end(receipt))
                    .onFailure(e ->
                            text(request.response().setStatusCode(502), "The gateway did not take the message.\n"));
        });
    }

    private static void text(HttpServerResponse response, String text) {
        response.putHeader("Content-Type", "text/plain; charset=utf-8").end(text);
    }
}
