package io.sluice.protocol;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Publish items in JSON, as tests need them. */
final class Items {
    private Items() {}

    static JsonObject stream(String channel, String content) {
        return item(channel, "http-stream", new JsonObject().put("content", content));
    }

    static JsonObject stream(String channel, String id, String prevId, String content) {
        return stream(channel, content).put("id", id).put("prev-id", prevId);
    }

    static JsonObject response(String channel, String body) {
        return item(channel, "http-response", new JsonObject().put("body", body));
    }

    static JsonObject action(String channel, String format, String action) {
        return item(channel, format, new JsonObject().put("action", action));
    }

    static JsonObject item(String channel, String format, JsonObject fields) {
        return new JsonObject().put("channel", channel).put("formats", new JsonObject().put(format, fields));
    }

    static JsonObject meta(JsonObject item, String name, String value) {
        return item.put("meta", new JsonObject().put(name, value));
    }

    /** With {@code content-filters} in its stream format. */
    static JsonObject filtered(JsonObject item, String... filters) {
        item.getJsonObject("formats")
                .getJsonObject("http-stream")
                .put("content-filters", new JsonArray(java.util.List.of(filters)));
        return item;
    }
}
