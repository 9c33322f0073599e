package io.sluice.observe;

import io.sluice.stats.Stats;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;

/** {@code GET /api/origins}: the targets that this node talks to, what waits for them, and which are left alone because connects fail. */
final class OriginsApi {
    private final Stats stats;

    OriginsApi(Stats stats) {
        this.stats = stats;
    }

    void addTo(Router router) {
        router.route("/api/origins")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(context -> {
                    OpsReplies.json(context, 200, origins());
                });
        router.route("/api/origins").handler(context -> {
            OpsReplies.notAllowed(context, "GET, HEAD");
        });
    }

    private JsonObject origins() {
        var list = new JsonArray();
        stats.targets()
                .all()
                .forEach((target, load) -> list.add(new JsonObject()
                        .put("target", target)
                        .put("circuit", load.openCircuits.get() == 0 ? "closed" : "open")
                        .put("connections", load.connections.get())
                        .put("waiting", load.waiting.get())
                        .put("connect-failures", load.connectFailures.sum())
                        .put("skipped", load.skipped.sum())
                        .put("refused", load.refused.sum())));
        return new JsonObject().put("origins", list);
    }
}
