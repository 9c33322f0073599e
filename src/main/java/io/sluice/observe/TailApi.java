package io.sluice.observe;

import io.sluice.channel.Mode;
import io.sluice.fanout.Loops;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code GET /api/tail?channel=C}: what is published on a channel, as server-sent events. Whoever looks is a subscriber of the channel, of each
 * kind, and counts as such.
 */
final class TailApi {
    private static final String PATH = "/api/tail";
    private static final int MAX_TAILS = 20;
    private static final long KEEP_ALIVE_MILLIS = 15_000;

    private final Vertx vertx;
    private final Loops loops;
    private int tails;

    TailApi(Vertx vertx, Loops loops) {
        this.vertx = vertx;
        this.loops = loops;
    }

    void addTo(Router router) {
        router.route(PATH).method(HttpMethod.GET).handler(this::follow);
        router.route(PATH).handler(context -> OpsReplies.notAllowed(context, "GET"));
    }

    private void follow(RoutingContext context) {
        String channel = context.request().getParam("channel", "");
        Loops.Loop loop = loops.current();
        if (channel.isEmpty()) {
            OpsReplies.text(context, 400, "channel: must be given.\n");
        } else if (loop == null) {
            OpsReplies.text(context, 503, "No subscriptions are possible here.\n");
        } else if (tails >= MAX_TAILS) {
            OpsReplies.text(context, 503, "Too many follow channels already.\n");
        } else {
            follow(context, channel, loop);
        }
    }

    private void follow(RoutingContext context, String channel, Loops.Loop loop) {
        tails++;
        ChannelTail[] self = new ChannelTail[1];
        EventFeed feed = EventFeed.open(context, () -> {
            tails--;
            for (Mode mode : Mode.values()) {
                loop.fanout().unsubscribe(channel, mode, self[0]);
            }
        });
        var tail = new ChannelTail(feed, loop.fanout().trace(), System::currentTimeMillis);
        self[0] = tail;
        feed.keepAlive();
        vertx.setPeriodic(KEEP_ALIVE_MILLIS, timer -> {
            if (feed.closed()) {
                vertx.cancelTimer(timer);
            } else {
                feed.keepAlive();
            }
        });
        for (Mode mode : Mode.values()) {
            loop.fanout().subscribe(channel, mode, tail).onSuccess(subscribed -> {
                if (mode == Mode.STREAM) {
                    tail.subscribed(subscribed.confirmed(), subscribed.lastId());
                }
            });
        }
    }
}
