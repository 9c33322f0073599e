package io.sluice.chaos;

import io.sluice.chaos.Event.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.ConnectException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A publisher: publishes to any node, and again with the same id to any other when that failed. On the event loop of its Vert.x. */
final class PublishClient {
    private static final long TIMEOUT_MILLIS = 2000;
    private static final long RETRY_MILLIS = 100;
    private static final int TRIES = 40;

    private final Vertx vertx;
    private final HttpClient http;
    private final History history;
    private final Supplier<Node> balancer;

    PublishClient(Vertx vertx, HttpClient http, History history, Supplier<Node> balancer) {
        this.vertx = vertx;
        this.http = http;
        this.history = history;
        this.balancer = balancer;
    }

    /** Completes once the item was accepted; fails when it never is. */
    Future<Void> publish(String channel, String id, @Nullable String prevId) {
        return attempt(channel, id, prevId, 1);
    }

    /** A call that can only be refused: next to the item is one that is none. Never sent again. */
    Future<Void> publishRefused(String channel, String id) {
        long begin = history.now();
        Node node = balancer.get();
        var items = new JsonArray().add(item(channel, id, null)).add(new JsonObject().put("channel", channel));
        return call(node, items)
                .map(PublishClient::outcome)
                .otherwise(PublishClient::failed)
                .map(outcome -> {
                    history.published(begin, channel, id, node.name(), outcome);
                    if (outcome.acknowledged()) {
                        throw new IllegalStateException("a bad call was accepted");
                    }
                    return null;
                });
    }

    private Future<Void> attempt(String channel, String id, @Nullable String prevId, int tries) {
        long begin = history.now();
        Node node = balancer.get();
        return call(node, new JsonArray().add(item(channel, id, prevId)))
                .map(PublishClient::outcome)
                .otherwise(PublishClient::failed)
                .compose(outcome -> {
                    history.published(begin, channel, id, node.name(), outcome);
                    if (outcome.acknowledged()) {
                        return Future.succeededFuture();
                    }
                    return tries == TRIES
                            ? Future.failedFuture(channel + " " + id + " is not accepted in " + TRIES + " tries")
                            : vertx.timer(RETRY_MILLIS, TimeUnit.MILLISECONDS)
                                    .compose(waited -> attempt(channel, id, prevId, tries + 1));
                });
    }

    private Future<JsonObject> call(Node node, JsonArray items) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(node.host())
                .setPort(node.controlPort())
                .setURI("/publish")
                .putHeader("Accept", "application/json")
                .putHeader("Content-Type", "application/json")
                .setTimeout(TIMEOUT_MILLIS);
        return http.request(options)
                .compose(request -> request.send(
                        Buffer.buffer(new JsonObject().put("items", items).encode())))
                .compose(response -> response.body().map(body -> answer(response, body)));
    }

    private static JsonObject answer(HttpClientResponse response, Buffer body) {
        var answer = new JsonObject().put("code", response.statusCode());
        return response.statusCode() == 200 ? answer.put("body", body.toJsonObject()) : answer;
    }

    private static JsonObject item(String channel, String id, @Nullable String prevId) {
        var stream = new JsonObject().put("content", StoreOrigin.content(channel, id));
        var item = new JsonObject()
                .put("channel", channel)
                .put("id", id)
                .put("formats", new JsonObject().put("http-stream", stream));
        return prevId == null ? item : item.put("prev-id", prevId);
    }

    private static Outcome outcome(JsonObject answer) {
        int code = answer.getInteger("code");
        if (code != 200) {
            return code >= 400 && code < 500 ? Outcome.REFUSED : Outcome.UNCERTAIN;
        }
        String status = answer.getJsonObject("body")
                .getJsonArray("items")
                .getJsonObject(0)
                .getString("status");
        return switch (status) {
            case "accepted" -> Outcome.ACCEPTED;
            case "duplicate" -> Outcome.DUPLICATE;
            case "waiting" -> Outcome.WAITING;
            case "dropped" -> Outcome.REFUSED;
            default -> throw new IllegalStateException("status " + status);
        };
    }

    private static Outcome failed(Throwable failure) {
        return failure instanceof ConnectException ? Outcome.REFUSED : Outcome.UNCERTAIN;
    }
}
