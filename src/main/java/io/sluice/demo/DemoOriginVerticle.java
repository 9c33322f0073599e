package io.sluice.demo;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The demo's backend: an ordinary HTTP server that knows nothing of open connections. It answers each request at once and leaves
 * the waiting to the gateway by GRIP instructions; what it has to say later it publishes. Written as an example to read.
 *
 * <p>Two channels: {@code demo-log} carries its own messages and is reliable (each item names the one before, so that
 * nobody misses one); {@code demo} is anybody's, for {@code curl}.
 */
public final class DemoOriginVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(DemoOriginVerticle.class);
    private static final Pattern LAST_ID = Pattern.compile("demo-log;\\s*last-id=\"?(\\d{1,18})");
    private static final int MAX_TEXT = 500;

    private final DemoLog log = new DemoLog();
    private @Nullable HttpServer server;
    private @Nullable HttpClient client;
    private @Nullable String control;

    @Override
    public Future<?> start() {
        client = vertx.createHttpClient();
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
        this.control = control;
    }

    private void handle(HttpServerRequest request) {
        switch (request.method() + " " + request.path()) {
            case "GET /", "HEAD /" -> page(request);
            case "GET /events" -> events(request);
            case "GET /raw" -> raw(request);
            case "GET /poll" -> poll(request);
            case "POST /send" -> send(request);
            default -> text(request.response().setStatusCode(404), "The demo has no " + request.path() + "\n");
        }
    }

    private void page(HttpServerRequest request) {
        vertx.fileSystem()
                .readFile("demo/index.html")
                .onSuccess(page -> request.response()
                        .putHeader("Content-Type", "text/html; charset=utf-8")
                        .putHeader("Cache-Control", "no-store")
                        .end(page.toString().replace("__CONTROL__", String.valueOf(control))))
                .onFailure(e -> text(request.response().setStatusCode(500), "The page is missing from the jar.\n"));
    }

    /** Server-sent events: what was missed since the client's last event, then a stream that the gateway holds. */
    private void events(HttpServerRequest request) {
        String lastEventId = request.getHeader("Last-Event-ID");
        long since = position(request, lastEventId == null ? request.getParam("since") : lastEventId);
        hold(request.response().putHeader("Content-Type", "text/event-stream"), "/events")
                .end(eventsAfter(since, request.getHeader("Grip-Last") == null ? ": open\n\n" : ""));
    }

    /** The same bytes for a client that reads the body as it comes. */
    private void raw(HttpServerRequest request) {
        long since = position(request, null);
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
        long since = position(request, request.getParam("since"));
        List<DemoLog.Message> news = log.after(since);
        HttpServerResponse response =
                request.response().putHeader("Content-Type", "application/json").putHeader("Cache-Control", "no-store");
        if (news.isEmpty()) {
            response.putHeader("Grip-Hold", "response")
                    .putHeader("Grip-Channel", "demo, demo-log; prev-id=" + log.last())
                    .putHeader("Grip-Timeout", "25");
        }
        response.end(answer(news).toBuffer());
    }

    private JsonObject answer(List<DemoLog.Message> news) {
        var messages = new JsonArray();
        news.forEach(message -> messages.add(message.json()));
        return new JsonObject().put("last", log.last()).put("messages", messages);
    }

    /**
     * A position from the gateway ({@code Grip-Last}) counts before the client's own; without either: only what is new. One from before
     * a restart knows nothing of what there is now.
     */
    private long position(HttpServerRequest request, @Nullable String fromClient) {
        String gripLast = String.join(",", request.headers().getAll("Grip-Last"));
        Matcher matcher = LAST_ID.matcher(gripLast);
        if (matcher.find()) {
            return Long.parseLong(matcher.group(1));
        }
        long last = log.last();
        long since = fromClient != null && fromClient.matches("\\d{1,18}") ? Long.parseLong(fromClient) : last;
        return since > last ? 0 : since;
    }

    private void send(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            String text = body.toString().strip();
            if (text.isEmpty() || text.length() > MAX_TEXT) {
                text(request.response().setStatusCode(400), "A message has 1 to " + MAX_TEXT + " characters.\n");
                return;
            }
            long before = log.last();
            DemoLog.Message message = log.add(text, System.currentTimeMillis());
            publish(message, before)
                    .onSuccess(receipt -> request.response()
                            .putHeader("Content-Type", "application/json")
                            .end(receipt))
                    .onFailure(e -> {
                        LOG.warn("demo-publish-failed reason={}", e.getMessage());
                        text(request.response().setStatusCode(502), "The gateway did not take the message.\n");
                    });
        });
    }

    private Future<Buffer> publish(DemoLog.Message message, long before) {
        if (client == null || control == null) {
            return Future.failedFuture("no gateway to publish to");
        }
        JsonObject formats = new JsonObject()
                .put("http-stream", new JsonObject().put("content", message.event()))
                .put(
                        "http-response",
                        new JsonObject().put("body", answer(List.of(message)).encode()));
        JsonObject item = new JsonObject()
                .put("channel", "demo-log")
                .put("id", Long.toString(message.id()))
                .put("prev-id", Long.toString(before))
                .put("formats", formats);
        RequestOptions publish = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(control + "/publish/")
                .putHeader("Content-Type", "application/json")
                .putHeader("Accept", "application/json");
        return client.request(publish)
                .compose(request -> request.send(
                        new JsonObject().put("items", new JsonArray().add(item)).toBuffer()))
                .compose(response -> response.body()
                        .compose(body -> response.statusCode() == 200
                                ? Future.succeededFuture(body)
                                : Future.failedFuture("code " + response.statusCode() + ": " + body)));
    }

    private static void text(HttpServerResponse response, String text) {
        response.putHeader("Content-Type", "text/plain; charset=utf-8").end(text);
    }
}
