package io.sluice.observe;

import io.sluice.bus.ConnectionReport;
import io.sluice.bus.ConnectionReports;
import io.sluice.bus.HoldPlace;
import io.sluice.bus.PresenceQuestion;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The holds of the whole cluster. {@code GET /api/slow} lists those whose clients keep up worst, {@code GET /api/connections?client=ID} those of a client, {@code ?q=TEXT}
 * those that the text says,
 * {@code GET /api/connections/ID} tells of one, {@code POST /api/connections/ID/disconnect} ends it: 404 when its node has no such hold, 503 when that
 * node did not answer. Nodes that did not are named.
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
        presence.ask(new PresenceQuestion.Slow(limit + 1), ConnectionReports.class)
                .onSuccess(answers -> OpsReplies.json(context, 200, listed(answers, limit)))
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
                                ? new PresenceQuestion.Matching(text, limit + 1)
                                : new PresenceQuestion.OfClient(client, limit + 1),
                        ConnectionReports.class)
                .onSuccess(answers -> OpsReplies.json(context, 200, listed(answers, limit)))
                .onFailure(context::fail);
    }

    /**
     * The worst of them, whether there are {@code more}, and who did not answer.
     *
     * @param answers to a question for at least one more than the limit
     */
    static JsonObject listed(ClusterPresence.Answers<ConnectionReports> answers, int limit) {
        List<ConnectionReport> worst = ConnectionOrder.worst(answers.byNode().values(), limit + 1);
        var connections = new JsonArray();
        worst.stream().limit(limit).forEach(report -> connections.add(json(report)));
        var json = new JsonObject().put("connections", connections).put("more", worst.size() > limit);
        return sources(json, answers);
    }

    private void one(RoutingContext context) {
        String id = context.pathParam("id");
        about(context, new PresenceQuestion.OfConnection(id), id, ConnectionsApi::json);
    }

    private void disconnect(RoutingContext context) {
        String id = context.pathParam("id");
        LOG.info(
                "disconnect-asked by=api peer={} connection={}",
                context.request().remoteAddress(),
                id.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?"));
        about(
                context,
                new PresenceQuestion.Disconnect(id),
                id,
                found -> new JsonObject().put("disconnected", true).put("connection", json(found)));
    }

    /** Asks the node that the id names; what no node can have is not asked for. */
    private void about(
            RoutingContext context,
            PresenceQuestion question,
            String id,
            Function<ConnectionReport, JsonObject> answer) {
        HoldPlace place = HoldPlace.of(id);
        presence.ask(
                        question,
                        ConnectionReports.class,
                        node -> place != null && place.node().test(node))
                .onSuccess(answers -> {
                    List<ConnectionReport> found =
                            ConnectionOrder.worst(answers.byNode().values(), 1);
                    if (!found.isEmpty()) {
                        OpsReplies.json(context, 200, answer.apply(found.get(0)));
                    } else if (answers.missing().isEmpty() && !answers.isolated()) {
                        OpsReplies.json(context, 404, sources(new JsonObject().put("error", "no such hold"), answers));
                    } else {
                        OpsReplies.json(context, 503, sources(new JsonObject().put("error", silent(answers)), answers));
                    }
                })
                .onFailure(context::fail);
    }

    private static String silent(ClusterPresence.Answers<?> answers) {
        return answers.missing().isEmpty()
                ? "not found, but this node is cut off from others"
                : "not known: no answer from " + String.join(", ", answers.missing());
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
                .put("channelCount", report.channelCount())
                .put("behind", new JsonArray(report.behind()))
                .put("behindCount", report.behindCount())
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
