package io.sluice.observe;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The paths of the ops port. */
final class OpsApi {
    private static final Logger LOG = LoggerFactory.getLogger(OpsApi.class);

    private static final String HTML = "text/html; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Sluice</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color: #1c2733; background: #fff }
            dt { font-weight: 600; margin-top: 1rem } dd { margin: 0 }
            @media (prefers-color-scheme: dark) { body { color: #dde6ee; background: #10181f } a { color: #6cb8ff } }
            </style>
            </head>
            <body>
            <h1>Sluice</h1>
            <p>The ops port of a node.</p>
            <dl>
            <dt><a href="/health/live">/health/live</a></dt><dd>200 while the process answers</dd>
            <dt><a href="/health/ready">/health/ready</a></dt><dd>200 while the node takes traffic, else 503 and what it waits for</dd>
            <dt><a href="/api/drain">/api/drain</a></dt><dd>how far the node is on its way out; POST begins it</dd>
            <dt><a href="/api/channels">/api/channels</a></dt><dd>channels with subscriptions in the cluster; <code>/api/channels/NAME</code> tells who is there</dd>
            <dt><a href="/metrics">/metrics</a></dt><dd>counters and levels, for Prometheus</dd>
            </dl>
            </body>
            </html>
            """;

    private final Vertx vertx;
    private final Metrics metrics;
    private final Supplier<List<String>> waitingFor;
    private final DrainSwitch drain;
    private final ClusterPresence presence;
    private final OpsToken token;

    OpsApi(
            Vertx vertx,
            Metrics metrics,
            Supplier<List<String>> waitingFor,
            DrainSwitch drain,
            ClusterPresence presence,
            OpsToken token) {
        this.vertx = vertx;
        this.metrics = metrics;
        this.waitingFor = waitingFor;
        this.drain = drain;
        this.presence = presence;
        this.token = token;
    }

    Router router() {
        Router router = Router.router(vertx);
        read(router, "/", context -> OpsReplies.reply(context, 200, HTML, PAGE));
        read(router, "/health/live", OpsApi::live);
        read(router, "/health/ready", this::ready);
        read(router, "/metrics", context -> OpsReplies.reply(context, 200, PROMETHEUS, metrics.text()));
        new DrainApi(drain, token).addTo(router);
        new PresenceApi(presence).addTo(router);
        router.route().handler(context -> OpsReplies.text(context, 404, "Not Found\n"));
        router.route().failureHandler(OpsApi::fail);
        return router;
    }

    private static void read(Router router, String path, Consumer<RoutingContext> answer) {
        router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(answer::accept);
        router.route(path).handler(context -> {
            OpsReplies.notAllowed(context, "GET, HEAD");
        });
    }

    private static void live(RoutingContext context) {
        OpsReplies.json(context, 200, new JsonObject().put("status", "live"));
    }

    private void ready(RoutingContext context) {
        List<String> missing = waitingFor.get();
        if (missing.isEmpty()) {
            OpsReplies.json(context, 200, new JsonObject().put("status", "ready"));
        } else {
            var why = new JsonObject().put("status", "waiting").put("for", new JsonArray(List.copyOf(missing)));
            OpsReplies.json(context, 503, why);
        }
    }

    private static void fail(RoutingContext context) {
        LOG.error("ops-failed path={}", context.request().path(), context.failure());
        OpsReplies.text(context, 500, "Internal Server Error\n");
    }
}
