package io.sluice.observe;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Answers of the ops port: nobody is to keep them. */
final class OpsReplies {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";

    private OpsReplies() {}

    static void text(RoutingContext context, int status, String text) {
        reply(context, status, TEXT, text);
    }

    static void json(RoutingContext context, int status, JsonObject json) {
        reply(context, status, JSON, json.encode() + "\n");
    }

    static void notAllowed(RoutingContext context, String allowed) {
        context.response().putHeader(HttpHeaders.ALLOW, allowed);
        text(context, 405, "Method not allowed: " + context.request().method() + ".\n");
    }

    static void reply(RoutingContext context, int status, String type, String body) {
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, type)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(body);
    }
}
