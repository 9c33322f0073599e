package io.sluice.observe;

import io.sluice.bus.ChannelList;
import io.sluice.bus.ConnectionReports;
import io.sluice.bus.NodeOverview;
import io.sluice.bus.PresenceQuestion;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /api/live}: how the nodes of the cluster are, and which of their connections are the slowest, once a second, as server-sent events. The nodes are asked once for all who watch, and
 * not at all while nobody does.
 */
final class LiveApi {
    private static final Logger LOG = LoggerFactory.getLogger(LiveApi.class);
    private static final String PATH = "/api/live";
    private static final long EVERY_MILLIS = 1000;
    private static final int CHANNELS = 20;
    private static final int SLOW = 20;
    static final int MAX_WATCHERS = 50;

    private final Vertx vertx;
    private final ClusterPresence presence;
    private final LiveReport report;
    private final Set<EventFeed> watchers = new LinkedHashSet<>();
    private boolean ticking;
    private boolean asking;
    private @Nullable JsonObject last;
    /** Kept for two rounds: the slowest are asked for in every second one. */
    private JsonObject slow = new JsonObject();

    private boolean slowDue = true;

    LiveApi(Vertx vertx, ClusterPresence presence, LiveReport report) {
        this.vertx = vertx;
        this.presence = presence;
        this.report = report;
    }

    void addTo(Router router) {
        router.route(PATH).method(HttpMethod.GET).handler(this::watch);
        router.route(PATH).handler(context -> OpsReplies.notAllowed(context, "GET"));
    }

    private void watch(RoutingContext context) {
        if (watchers.size() >= MAX_WATCHERS) {
            OpsReplies.text(context, 503, "Too many watch already.\n");
            return;
        }
        EventFeed[] self = new EventFeed[1];
        EventFeed feed = EventFeed.open(context, () -> watchers.remove(self[0]));
        self[0] = feed;
        watchers.add(feed);
        feed.keepAlive();
        JsonObject known = last;
        if (known != null) {
            // Asked now, the others would have one more report, of a moment only.
            feed.send(known);
        }
        if (!ticking) {
            ticking = true;
            ask();
            tick();
        }
    }

    private void tick() {
        vertx.setTimer(EVERY_MILLIS, timer -> {
            if (watchers.isEmpty()) {
                ticking = false;
                last = null;
                slowDue = true;
            } else {
                ask();
                tick();
            }
        });
    }

    private void ask() {
        if (asking) {
            return;
        }
        asking = true;
        Future<JsonObject> slowest = slowest();
        presence.ask(new PresenceQuestion.OfNode(CHANNELS), NodeOverview.class)
                .compose(nodes -> {
                    List<String> busiest = LiveReport.busiest(nodes, CHANNELS);
                    return busiest.isEmpty()
                            ? Future.succeededFuture(report.json(nodes, List.of(), List.of()))
                            : presence.ask(new PresenceQuestion.Named(busiest), ChannelList.class)
                                    .map(lists -> report.json(
                                            nodes,
                                            busiest,
                                            List.copyOf(lists.byNode().values())));
                })
                .compose(json -> slowest.map(answer -> json.put("slow", answer)))
                .onComplete(result -> {
                    asking = false;
                    if (result.failed()) {
                        LOG.error("live-failed", result.cause());
                    } else {
                        send(result.result());
                    }
                });
    }

    private Future<JsonObject> slowest() {
        boolean due = slowDue;
        slowDue = !due;
        return due
                ? presence.ask(new PresenceQuestion.Slow(SLOW + 1), ConnectionReports.class)
                        .map(answers -> {
                            slow = ConnectionsApi.listed(answers, SLOW);
                            return slow;
                        })
                : Future.succeededFuture(slow);
    }

    private void send(JsonObject now) {
        last = now;
        for (EventFeed watcher : List.copyOf(watchers)) {
            if (!watcher.full()) {
                watcher.send(now);
            }
        }
    }
}
