package io.sluice.observe;

import io.sluice.bus.ConnectionReport;
import io.sluice.bus.ConnectionReports;
import io.sluice.bus.PresenceQuestion;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The holds of the whole cluster. {@code GET /api/slow} lists those whose clients keep up worst, {@code GET /api/connections?client=ID} those of a client, {@code ?q=TEXT}
 * those that the text says,
 * {@code GET /api/connections/ID} tells of one, {@code POST /api/connections/ID/disconnect} ends it. Nodes that did not answer are named.
 */
final class ConnectionsApi {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionsApi.class);
    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 1000;
    /** From here on a client is called stalled, not slow. */
    private static final long STALLED_MILLIS = 5_000;

    private final ClusterPresence presence;
    private final OpsToken token;

    ConnectionsApi(ClusterPresence presence, OpsToken token) {
        this.presence = presence;
        this.token = token;
    }

    void addTo(Router router) {
        read(router, "/api/slow", this::slow);
        read(router, "/api/connections", this::find);
        read(router, "/api/connections/:id", this::one);
        router.route("/api/connections/:id/disconnect").method(HttpMethod.POST).handler(context -> {
            if (token.admits(context)) {
                disconnect(context);
            }
        });
        router.route("/api/connections/:id/disconnect").handler(context -> OpsReplies.notAllowed(context, "POST"));
    }

    private static void read(Router router, String path, java.util.function.Consumer<RoutingContext> answer) {
        router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(context -> {
            try {
                answer.accept(context);
            } catch (IllegalArgumentException e) {
                OpsReplies.text(context, 400, e.getMessage() + "\n");
            }
        });
        router.route(path).handler(context -> OpsReplies.notAllowed(context, "GET, HEAD"));
    }

    private void slow(RoutingContext context) {
        int limit = limit(context);
        presence.ask(new PresenceQuestion.Slow(limit), ConnectionReports.class)
                .onSuccess(answers -> list(context, answers, limit))
                .onFailure(context::fail);
    }

    private void find(RoutingContext context) {
        int limit = limit(context);
        String client = context.request().getParam("client", "");
        String text = context.request().getParam("q", "");
        if (client.isEmpty() == text.isEmpty()) {
            throw new IllegalArgumentException(
                    "one of client and q must be given: the id of a client, or a part of who it is.");
        }
        presence.ask(
                        client.isEmpty()
                                ? new PresenceQuestion.Matching(text, limit)
                                : new PresenceQuestion.OfClient(client, limit),
                        ConnectionReports.class)
                .onSuccess(answers -> list(context, answers, limit))
                .onFailure(context::fail);
    }

    private static void list(RoutingContext context, ClusterPresence.Answers<ConnectionReports> answers, int limit) {
        var connections = new JsonArray();
        ConnectionOrder.worst(answers.byNode().values(), limit).forEach(report -> connections.add(json(report)));
        OpsReplies.json(context, 200, sources(new JsonObject().put("connections", connections), answers));
    }

    private void one(RoutingContext context) {
        presence.ask(new PresenceQuestion.OfConnection(context.pathParam("id")), ConnectionReports.class)
                .onSuccess(answers -> {
                    List<ConnectionReport> found =
                            ConnectionOrder.worst(answers.byNode().values(), 1);
                    if (found.isEmpty()) {
                        unknown(context, answers);
                    } else {
                        OpsReplies.json(context, 200, json(found.get(0)));
                    }
                })
                .onFailure(context::fail);
    }

    private void disconnect(RoutingContext context) {
        String id = context.pathParam("id");
        LOG.info(
                "disconnect-asked by=api peer={} connection={}",
                context.request().remoteAddress(),
                id.replaceAll("\\p{Cntrl}", "?"));
        presence.ask(new PresenceQuestion.Disconnect(id), ConnectionReports.class)
                .onSuccess(answers -> {
                    List<ConnectionReport> found =
                            ConnectionOrder.worst(answers.byNode().values(), 1);
                    if (found.isEmpty()) {
                        unknown(context, answers);
                    } else {
                        OpsReplies.json(
                                context,
                                200,
                                new JsonObject().put("disconnected", true).put("connection", json(found.get(0))));
                    }
                })
                .onFailure(context::fail);
    }

    private static void unknown(RoutingContext context, ClusterPresence.Answers<?> answers) {
        OpsReplies.json(context, 404, sources(new JsonObject().put("error", "no such hold"), answers));
    }

    private static JsonObject sources(JsonObject json, ClusterPresence.Answers<?> answers) {
        return json.put("missing", new JsonArray(List.copyOf(answers.missing())))
                .put("isolated", answers.isolated());
    }

    private static JsonObject json(ConnectionReport report) {
        return new JsonObject()
                .put("node", report.node())
                .put("connection", report.id())
                .put("kind", report.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .put("client", report.clientId())
                .put("address", report.address())
                .put("route", report.route())
                .put("uri", report.uri())
                .put("userAgent", report.userAgent())
                .put("headers", new JsonArray(report.headers()))
                .put("channels", new JsonArray(report.channels()))
                .put("behind", new JsonArray(report.behind()))
                .put("cause", cause(report))
                .put("pendingMessages", report.pendingMessages())
                .put("pendingBytes", report.pendingBytes())
                .put("oldestMillis", report.oldestMillis())
                .put("slowMillis", report.slowMillis())
                .put("stalledMillis", report.stalledMillis())
                .put("dropped", report.dropped());
    }

    private static String cause(ConnectionReport report) {
        if (report.slowMillis() == 0 && report.pendingBytes() == 0) {
            return report.behind().isEmpty() ? "none" : "behind";
        }
        return report.stalledMillis() >= STALLED_MILLIS ? "stalled" : "slow";
    }

    private static int limit(RoutingContext context) {
        String text = context.request().getParam("limit", String.valueOf(DEFAULT_LIMIT));
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // As one out of range.
        }
        throw new IllegalArgumentException("limit: must be a number from 1 to " + MAX_LIMIT + ", not '" + text + "'.");
    }
}
