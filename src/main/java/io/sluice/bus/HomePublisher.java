package io.sluice.bus;

import io.sluice.channel.ChannelHomes;
import io.sluice.channel.ItemOutcome;
import io.sluice.grip.PublishItem;
import io.sluice.wire.ItemCodec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Publishes over the bus: one request to each home and router instance concerned; more, one after the other, for what is too
 * large for one message. Any thread.
 */
public final class HomePublisher implements Publisher {
    /** A message of the bus is encoded into one buffer, and a home answers it as a whole. */
    static final int MAX_BATCH_BYTES = 1 << 20;

    static final int MAX_BATCH_ITEMS = 1000;

    private static final long SEND_TIMEOUT_MILLIS = 5000;
    /** For the tables of who is whose home to settle. */
    private static final long RETRY_DELAY_MILLIS = 200;

    private record Destination(String home, int router) {}

    private final Vertx vertx;
    private final ChannelHomes homes;
    private final long sendTimeoutMillis;

    public HomePublisher(Vertx vertx, ChannelHomes homes) {
        this(vertx, homes, SEND_TIMEOUT_MILLIS);
    }

    HomePublisher(Vertx vertx, ChannelHomes homes, long sendTimeoutMillis) {
        this.vertx = vertx;
        this.homes = homes;
        this.sendTimeoutMillis = sendTimeoutMillis;
    }

    @Override
    public Future<List<ItemOutcome>> publish(List<PublishItem> items) {
        var outcomes = new ItemOutcome[items.size()];
        var indexes = new ArrayList<Integer>(items.size());
        for (int i = 0; i < outcomes.length; i++) {
            indexes.add(i);
        }
        return send(items, indexes, outcomes, true).map(done -> List.of(outcomes));
    }

    /** Sends the items of these indexes to where their homes are now. */
    private Future<?> send(List<PublishItem> items, List<Integer> indexes, ItemOutcome[] outcomes, boolean retry) {
        var groups = new LinkedHashMap<Destination, List<Integer>>();
        for (int index : indexes) {
            String channel = items.get(index).channel();
            var destination = new Destination(homes.homeOf(channel), Addresses.router(channel));
            groups.computeIfAbsent(destination, key -> new ArrayList<>()).add(index);
        }
        var sent = new ArrayList<Future<?>>(groups.size());
        for (Map.Entry<Destination, List<Integer>> group : groups.entrySet()) {
            sent.add(sendInTurn(items, group.getValue(), 0, group.getKey(), outcomes, retry));
        }
        return sent.size() == 1 ? sent.get(0) : Future.join(sent);
    }

    /** Sends a destination's items from that place on, a batch at a time: the order holds even when one is retried. */
    private Future<?> sendInTurn(
            List<PublishItem> items,
            List<Integer> indexes,
            int from,
            Destination destination,
            ItemOutcome[] outcomes,
            boolean retry) {
        if (from >= indexes.size()) {
            return Future.succeededFuture();
        }
        int to = batchEnd(items, indexes, from);
        List<Integer> batch = indexes.subList(from, to);
        return request(items, batch, destination, outcomes)
                .recover(failure -> {
                    PublishException why = PublishException.of(failure, destination.home());
                    return retry && why.reason().nothingAccepted()
                            ? vertx.timer(RETRY_DELAY_MILLIS, TimeUnit.MILLISECONDS)
                                    .compose(waited -> send(items, batch, outcomes, false))
                                    .mapEmpty()
                            : Future.failedFuture(why);
                })
                .compose(done -> sendInTurn(items, indexes, to, destination, outcomes, retry))
                .mapEmpty();
    }

    private Future<Void> request(
            List<PublishItem> items, List<Integer> batch, Destination destination, ItemOutcome[] outcomes) {
        var append = new HomeMessage.Append(batch.stream().map(items::get).toList(), 0);
        var options = new DeliveryOptions()
                .setSendTimeout(sendTimeoutMillis)
                .setLocalOnly(destination.home().equals(homes.self()));
        String address = Addresses.home(destination.home(), destination.router());
        return vertx.eventBus()
                .<AppendReceipt>request(address, append, options)
                .map(Message::body)
                .map(receipt -> {
                    if (receipt.outcomes().size() != batch.size()) {
                        throw new PublishException(
                                PublishException.Reason.FAILED,
                                "receipt of " + receipt.outcomes().size() + " for " + batch.size() + " items");
                    }
                    for (int i = 0; i < batch.size(); i++) {
                        outcomes[batch.get(i)] = receipt.outcomes().get(i);
                    }
                    return null;
                });
    }

    private static int batchEnd(List<PublishItem> items, List<Integer> indexes, int from) {
        int bytes = ItemCodec.sizeHint(items.get(indexes.get(from)));
        int to = from + 1;
        while (to < indexes.size() && to - from < MAX_BATCH_ITEMS) {
            bytes += ItemCodec.sizeHint(items.get(indexes.get(to)));
            if (bytes > MAX_BATCH_BYTES) {
                break;
            }
            to++;
        }
        return to;
    }
}
