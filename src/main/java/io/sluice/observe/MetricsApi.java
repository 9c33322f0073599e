package io.sluice.observe;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code GET /metrics}. The numbers are read by a worker: counting the process's files takes as long as there are files. Those who ask meanwhile share one reading. */
final class MetricsApi {
    private static final String PATH = "/metrics";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Vertx vertx;
    private final Supplier<String> metrics;
    private @Nullable Future<String> reading;

    MetricsApi(Vertx vertx, Supplier<String> metrics) {
        this.vertx = vertx;
        this.metrics = metrics;
    }

    void addTo(Router router) {
        router.route(PATH).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::answer);
        router.route(PATH).handler(context -> OpsReplies.notAllowed(context, "GET, HEAD"));
    }

    private void answer(RoutingContext context) {
        Future<String> shared = reading;
        if (shared == null) {
            shared = vertx.executeBlocking(metrics::get, false);
            reading = shared;
            shared.onComplete(read -> reading = null);
        }
        shared.onSuccess(text -> OpsReplies.reply(context, 200, PROMETHEUS, text))
                .onFailure(context::fail);
    }
}
