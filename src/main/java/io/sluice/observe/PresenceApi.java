package io.sluice.observe;

import io.sluice.bus.ChannelList;
import io.sluice.bus.ChannelPresence;
import io.sluice.bus.PresenceQuestion;
import io.sluice.bus.SubscriptionTally;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;

/**
 * Who is subscribed, in the whole cluster. {@code GET /api/channels} lists channels, {@code GET /api/channels/NAME} tells of one: its
 * subscriptions by kind, and its distinct clients (GRIP, one connection per client). Nodes that did not answer are named, not guessed.
 */
final class PresenceApi {
    private static final String LIST = "/api/channels";
    private static final String ONE = LIST + "/";
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;

    private final Vertx vertx;
    private final ClusterPresence presence;

    PresenceApi(Vertx vertx, ClusterPresence presence) {
        this.vertx = vertx;
        this.presence = presence;
    }

    void addTo(Router router) {
        // The router's own patterns would take a name apart at its slashes.
        router.route(LIST + "*").handler(context -> {
            String path = context.request().path();
            if (!path.equals(LIST) && !path.startsWith(ONE)) {
                context.next();
            } else if (!reads(context.request().method())) {
                OpsReplies.notAllowed(context, "GET, HEAD");
            } else {
                answer(context, path);
            }
        });
    }

    private static boolean reads(HttpMethod method) {
        return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    }

    private void answer(RoutingContext context, String path) {
        try {
            if (path.length() <= ONE.length()) {
                list(context);
            } else {
                one(context, decoded(path.substring(ONE.length())));
            }
        } catch (IllegalArgumentException e) {
            OpsReplies.text(context, 400, e.getMessage() + "\n");
        }
    }

    private void list(RoutingContext context) {
        int limit = limit(context);
        var question = new PresenceQuestion.Channels(
                context.request().getParam("prefix", ""), context.request().getParam("after", ""), limit);
        presence.ask(question, ChannelList.class)
                .onSuccess(answers -> OpsReplies.json(context, 200, listed(answers, limit)))
                .onFailure(context::fail);
    }

    private void one(RoutingContext context, String channel) {
        int limit = limit(context);
        boolean named = flag(context, "clients");
        String after = context.request().getParam("after", "");
        presence.ask(new PresenceQuestion.OfChannel(channel), ChannelPresence.class)
                .compose(answers -> vertx.executeBlocking(
                        () -> {
                            ChannelPresence sum = PresenceAnswers.sum(
                                    List.copyOf(answers.byNode().values()));
                            var json = told(channel, answers, sum);
                            if (named) {
                                addClients(json, sum, after, limit);
                            }
                            return json;
                        },
                        false))
                .onSuccess(json -> OpsReplies.json(context, 200, json))
                .onFailure(context::fail);
    }

    /** Each node named those first in the order: what of their union comes first is in what they said. */
    private static JsonObject listed(ClusterPresence.Answers<ChannelList> answers, int limit) {
        var sums = new TreeMap<String, SubscriptionTally>();
        boolean more = false;
        for (ChannelList list : answers.byNode().values()) {
            more |= list.more();
            list.channels().forEach(line -> sums.merge(line.channel(), line.subscriptions(), SubscriptionTally::plus));
        }
        while (sums.size() > limit) {
            sums.pollLastEntry();
            more = true;
        }
        var channels = new JsonArray();
        sums.forEach((name, tally) ->
                channels.add(new JsonObject().put("channel", name).put("subscriptions", json(tally))));
        return sources(new JsonObject().put("channels", channels).put("more", more), answers);
    }

    private static JsonObject told(
            String channel, ClusterPresence.Answers<ChannelPresence> answers, ChannelPresence sum) {
        var json = new JsonObject()
                .put("channel", channel)
                .put("subscriptions", json(sum.subscriptions()))
                .put("clients", sum.clients().size())
                .put("unnamed", sum.unnamed());
        var byNode = new JsonObject();
        answers.byNode().forEach((node, part) -> byNode.put(node, json(part.subscriptions())));
        return sources(json.put("nodes", byNode), answers);
    }

    private static void addClients(JsonObject json, ChannelPresence sum, String after, int limit) {
        List<String> rest = sum.clients().stream()
                .filter(id -> id.compareTo(after) > 0)
                .sorted()
                .toList();
        json.put("clientIds", new JsonArray(rest.subList(0, Math.min(limit, rest.size()))))
                .put("more", rest.size() > limit);
    }

    private static JsonObject sources(JsonObject json, ClusterPresence.Answers<?> answers) {
        return json.put("missing", new JsonArray(List.copyOf(answers.missing())))
                .put("isolated", answers.isolated());
    }

    private static JsonObject json(SubscriptionTally tally) {
        return new JsonObject()
                .put("streams", tally.streams())
                .put("longPolls", tally.longPolls())
                .put("webSockets", tally.webSockets())
                .put("total", tally.total());
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

    private static boolean flag(RoutingContext context, String name) {
        String text = context.request().getParam(name, "false");
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(name + ": must be true or false, not '" + text + "'.");
        }
        return text.equals("true");
    }

    /** The server has refused what is not percent-encoded. */
    private static String decoded(String name) {
        return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
