package io.sluice.demo;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a message to all who wait for it, however they do: one item, said in each format, to the gateway's control port. */
final class DemoPublisher {
    private static final Logger LOG = LoggerFactory.getLogger(DemoPublisher.class);

    private @Nullable HttpClient client;
    private volatile @Nullable String control;

    void start(Vertx vertx) {
        client = vertx.createHttpClient();
    }

    /** Where to publish, {@code http://HOST:PORT}. Any thread. */
    void target(String control) {
        this.control = control;
    }

    String target() {
        return String.valueOf(control);
    }

    /** @return the gateway's receipt, once it has accepted the message */
    Future<Buffer> publish(DemoLog.Message message) {
        if (client == null || control == null) {
            return Future.failedFuture("no gateway to publish to");
        }
        RequestOptions publish = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(control + "/publish/")
                .putHeader("Content-Type", "application/json")
                .putHeader("Accept", "application/json");
        var items = new JsonObject().put("items", new JsonArray().add(item(message)));
        return client.request(publish)
                .compose(request -> request.send(items.toBuffer()))
                .compose(response -> response.body()
                        .compose(body -> response.statusCode() == 200
                                ? Future.succeededFuture(body)
                                : Future.failedFuture("code " + response.statusCode() + ": " + body)))
                .onFailure(e -> LOG.warn("demo-publish-failed reason={}", e.getMessage()));
    }

    /** The ids tell the gateway which message comes after which: where one is missing, it asks us. */
    private static JsonObject item(DemoLog.Message message) {
        String page = DemoLog.page(message.id(), List.of(message)).encode();
        JsonObject formats = new JsonObject()
                .put("http-stream", new JsonObject().put("content", message.event()))
                .put("http-response", new JsonObject().put("body", page))
                .put(
                        "ws-message",
                        new JsonObject().put("content", message.json().encode()));
        return new JsonObject()
                .put("channel", "demo-log")
                .put("id", Long.toString(message.id()))
                .put("prev-id", Long.toString(message.id() - 1))
                .put("formats", formats);
    }
}
