package io.sluice.ingest;

import io.sluice.bus.Publisher;
import io.sluice.channel.ItemOutcome;
import io.sluice.fanout.SubscriptionCounts;
import io.sluice.grip.GripException;
import io.sluice.grip.PublishItem;
import io.sluice.grip.PublishItems;
import io.sluice.stats.Counter;
import io.sluice.stats.Stats;
import io.sluice.stats.Timing;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From the bytes of a publish call to its receipt. All items are read before anything is done: one bad item refuses the
 * call. Belongs to one context; its futures complete there, and fail with a {@link Refusal} only.
 */
final class PublishIntake {
    static final String UNREACHABLE = "Publishing is not possible at the moment. Some items may have been accepted; "
            + "publishing them again is safe when they have ids.";

    private static final Logger LOG = LoggerFactory.getLogger(PublishIntake.class);

    private final Context context;
    private final Publisher publisher;
    private final SubscriptionCounts counts;
    private final Stats stats;

    PublishIntake(Context context, Publisher publisher, SubscriptionCounts counts, Stats stats) {
        this.context = context;
        this.publisher = publisher;
        this.counts = counts;
        this.stats = stats;
    }

    /** A call as {@code {"items": […]}}. */
    Future<Receipt> publishList(Buffer call) {
        return publish(() -> PublishItems.parse(call.getBytes()));
    }

    /** As {@link #publishList(Buffer)}, of an object read already. */
    Future<Receipt> publishList(JsonObject call) {
        return publish(() -> PublishItems.parse(call));
    }

    /** A call as {@code {"items": […]}}, or as one item without the list around it. */
    Future<Receipt> publishOneOrList(JsonObject call) {
        return publish(() -> call.containsKey("items") ? PublishItems.parse(call) : List.of(one(call)));
    }

    /** Items that were read already; each was a call of its own. */
    Future<Receipt> publishItems(List<PublishItem> items) {
        stats.add(Counter.PUBLISHES, items.size());
        return send(items);
    }

    private static PublishItem one(JsonObject item) throws GripException {
        try {
            return PublishItems.parseItem(item);
        } catch (GripException bad) {
            throw new GripException("Invalid format: " + bad.text());
        }
    }

    private interface Source {
        List<PublishItem> items() throws GripException;
    }

    private Future<Receipt> publish(Source source) {
        stats.count(Counter.PUBLISHES);
        List<PublishItem> items;
        try {
            items = source.items();
        } catch (GripException bad) {
            stats.count(Counter.PUBLISHES_REFUSED);
            return Future.failedFuture(Refusal.of(400, bad.text()));
        }
        return send(items);
    }

    private Future<Receipt> send(List<PublishItem> items) {
        if (items.isEmpty()) {
            return Future.succeededFuture(new Receipt(items, List.of(), List.of()));
        }
        // Before, not after: a response hold that the item answers has gone by the time of the outcome.
        List<Integer> matched = items.stream().map(counts::matching).toList();
        Promise<Receipt> receipt = Promise.promise();
        long startedNanos = System.nanoTime();
        hand(items)
                .onComplete(result -> context.runOnContext(here -> {
                    if (result.succeeded()) {
                        stats.time(Timing.PUBLISH, System.nanoTime() - startedNanos);
                        receipt.complete(new Receipt(items, result.result(), matched));
                    } else {
                        receipt.fail(unreachable(items, result.cause()));
                    }
                }));
        return receipt.future();
    }

    /** A publisher that throws must not leave its caller without an answer. */
    private Future<List<ItemOutcome>> hand(List<PublishItem> items) {
        try {
            return publisher.publish(items);
        } catch (RuntimeException defect) {
            LOG.error("publisher-failed", defect);
            return Future.failedFuture(defect);
        }
    }

    private Refusal unreachable(List<PublishItem> items, Throwable cause) {
        stats.count(Counter.PUBLISHES_FAILED);
        LOG.warn("publish-failed items={} reason={}", items.size(), cause.toString());
        return Refusal.of(503, UNREACHABLE);
    }
}
