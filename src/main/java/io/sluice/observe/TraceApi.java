package io.sluice.observe;

import io.sluice.bus.ItemWay;
import io.sluice.bus.PresenceQuestion;
import io.sluice.trace.TraceLine;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code GET /api/trace?channel=C&id=I}: where an item went, as far as the nodes remember it; without {@code id}, the channel's newest
 * items. Nodes that did not answer are named, not guessed.
 */
final class TraceApi {
    private static final String PATH = "/api/trace";
    /** Of one item: more than it can have, unless a publisher repeats it without end. */
    private static final int LINES = 50;

    private final ClusterPresence presence;

    TraceApi(ClusterPresence presence) {
        this.presence = presence;
    }

    void addTo(Router router) {
        router.route(PATH).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::answer);
        router.route(PATH).handler(context -> OpsReplies.notAllowed(context, "GET, HEAD"));
    }

    private void answer(RoutingContext context) {
        String channel = context.request().getParam("channel", "");
        String id = context.request().getParam("id", "");
        if (channel.isEmpty()) {
            OpsReplies.text(context, 400, "channel: must be given.\n");
            return;
        }
        presence.ask(new PresenceQuestion.OfItem(channel, id, LINES), ItemWay.class)
                .onSuccess(answers -> OpsReplies.json(context, 200, json(channel, id, answers)))
                .onFailure(context::fail);
    }

    private static JsonObject json(String channel, String id, ClusterPresence.Answers<ItemWay> answers) {
        var story = new TraceStory(id, answers);
        var json = new JsonObject().put("channel", channel).put("id", id).put("known", story.known());
        var steps = new JsonArray();
        story.steps().forEach(step -> steps.add(json(step)));
        var remembers = new JsonObject();
        answers.byNode().forEach((node, way) -> remembers.put(node, way.remembers()));
        return json.put("story", new JsonArray(story.sentences()))
                .put("steps", steps)
                .put("remembers", remembers)
                .put("missing", new JsonArray(List.copyOf(answers.missing())))
                .put("isolated", answers.isolated());
    }

    private static JsonObject json(TraceStory.Step step) {
        TraceLine line = step.line();
        var json = new JsonObject()
                .put("at", TraceStory.time(line.atMillis()))
                .put("node", step.node())
                .put("stage", TraceStory.lower(line.stage()));
        if (!line.id().isEmpty()) {
            json.put("id", line.id());
        }
        if (line.position() != null) {
            json.put("epoch", line.position().epoch())
                    .put("sequence", line.position().sequence());
        }
        if (line.items() != 1) {
            json.put("items", line.items());
        }
        if (!line.nodes().isEmpty()) {
            json.put("nodes", new JsonArray(line.nodes()));
        }
        if (!line.reason().isEmpty()) {
            json.put("reason", line.reason());
        }
        var tally = line.tally();
        if (tally != null) {
            json.put("loops", tally.loops())
                    .put("matched", tally.matched())
                    .put("written", tally.written())
                    .put("queued", tally.queued())
                    .put("covered", tally.covered())
                    .put("filtered", json(tally.filtered()))
                    .put("dropped", json(tally.dropped()));
            var named = new JsonArray();
            tally.named()
                    .forEach(name -> named.add(new JsonObject()
                            .put("connection", name.connection())
                            .put("client", name.client())
                            .put("why", name.why().toLowerCase(Locale.ROOT))));
            json.put("connections", named);
        }
        return json;
    }

    private static JsonObject json(Map<String, Long> counts) {
        var json = new JsonObject();
        counts.forEach(json::put);
        return json;
    }
}
