package io.sluice.ingest;

import io.sluice.channel.ItemOutcome;
import io.sluice.grip.PublishItem;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/**
 * What became of published items, in their order.
 *
 * @param matched for each item, the subscriptions on this node that it had a format for when it was published; a duplicate reaches none of
 *     them again
 */
record Receipt(List<PublishItem> items, List<ItemOutcome> outcomes, List<Integer> matched) {
    static final String MESSAGE = "Published";

    int size() {
        return items.size();
    }

    /** {@code {"message":"Published","items":[…]}}. */
    JsonObject json() {
        var list = new JsonArray();
        for (int i = 0; i < items.size(); i++) {
            list.add(json(items.get(i), outcomes.get(i), matched.get(i)));
        }
        return new JsonObject().put("message", MESSAGE).put("items", list);
    }

    private static JsonObject json(PublishItem item, ItemOutcome outcome, int matched) {
        var json = new JsonObject()
                .put("channel", item.channel())
                .put("id", item.id())
                .put("status", status(outcome));
        if (outcome.dropped() != null) {
            json.put("reason", outcome.dropped().name().toLowerCase(Locale.ROOT));
        }
        return json.put("matched", matched)
                .put(
                        "position",
                        new JsonObject()
                                .put("epoch", outcome.position().epoch())
                                .put("sequence", outcome.position().sequence()));
    }

    private static String status(ItemOutcome outcome) {
        if (outcome.dropped() != null) {
            return "dropped";
        }
        if (outcome.duplicate()) {
            return "duplicate";
        }
        return outcome.waiting() ? "waiting" : "accepted";
    }
}
