package io.sluice.observe;

import io.sluice.fanout.Loops;
import io.sluice.stats.Stats;
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

    private final Vertx vertx;
    private final Metrics metrics;
    private final Supplier<List<String>> waitingFor;
    private final DrainSwitch drain;
    private final ClusterPresence presence;
    private final OpsDoor door;
    private final OpsToken token;
    private final Loops loops;
    private final OpsPage page;
    private final String self;
    private final int maxPublishBytes;
    private final Stats stats;

    /** @param maxPublishBytes of a publish call's body */
    OpsApi(
            Vertx vertx,
            Metrics metrics,
            Supplier<List<String>> waitingFor,
            DrainSwitch drain,
            ClusterPresence presence,
            OpsDoor door,
            OpsToken token,
            Loops loops,
            OpsPage page,
            String self,
            int maxPublishBytes,
            Stats stats) {
        this.stats = stats;
        this.loops = loops;
        this.page = page;
        this.self = self;
        this.maxPublishBytes = maxPublishBytes;
        this.vertx = vertx;
        this.metrics = metrics;
        this.waitingFor = waitingFor;
        this.drain = drain;
        this.presence = presence;
        this.door = door;
        this.token = token;
    }

    Router router() {
        Router router = Router.router(vertx);
        router.route().handler(door::admit);
        page.addTo(router);
        read(router, "/health/live", OpsApi::live);
        read(router, "/health/ready", this::ready);
        new MetricsApi(vertx, metrics::text).addTo(router);
        new OriginsApi(stats).addTo(router);
        new DrainApi(drain, token).addTo(router);
        new PresenceApi(vertx, presence).addTo(router);
        new TraceApi(presence).addTo(router);
        new LiveApi(vertx, presence, new LiveReport(self, token.isSet())).addTo(router);
        new TailApi(vertx, loops).addTo(router);
        new PublishApi(vertx, token, maxPublishBytes).addTo(router);
        new ConnectionsApi(presence, token).addTo(router);
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
        int status = context.statusCode();
        if (status >= 400 && status < 500) {
            OpsReplies.text(context, status, status == 413 ? "The body is too large.\n" : "Not understood.\n");
            return;
        }
        LOG.error("ops-failed path={}", context.request().path(), context.failure());
        OpsReplies.text(context, 500, "Internal Server Error\n");
    }
}
