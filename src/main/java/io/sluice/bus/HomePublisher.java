package io.sluice.bus;

import io.sluice.channel.AloneHomes;
import io.sluice.channel.ChannelHomes;
import io.sluice.channel.ItemOutcome;
import io.sluice.grip.PublishItem;
import io.sluice.wire.ItemCodec;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Publishes over the bus: one request to each home and router instance concerned; more, one after the other, for what is too
 * large for one message. Any thread.
 */
public final class HomePublisher implements Publisher {
    /** A message of the bus is encoded into one buffer, and a home answers it as a whole. */
    static final int MAX_BATCH_BYTES = 1 << 20;

    static final int MAX_BATCH_ITEMS = 1000;

    private static final long SEND_TIMEOUT_MILLIS = 5000;
    /** Then twice as long each time, up to the longest: 7 s in all, in which homes move after a node has come or gone. */
    private static final long FIRST_RETRY_MILLIS = 100;

    private static final long LONGEST_RETRY_MILLIS = 800;
    private static final int RETRIES = 11;

    private record Destination(String home, int router) {}

    private final Vertx vertx;
    private final ChannelHomes homes;
    private final long sendTimeoutMillis;
    private final LocalRouters local;
    /** Requests under way, with the home that they are to. */
    private final Map<Promise<Void>, String> underWay = new ConcurrentHashMap<>();

    public HomePublisher(Vertx vertx, ChannelHomes homes) {
        this(vertx, homes, new LocalRouters());
    }

    /** @param local this node's routers: who is alone asks them without the bus */
    public HomePublisher(Vertx vertx, ChannelHomes homes, LocalRouters local) {
        this(vertx, homes, local, SEND_TIMEOUT_MILLIS);
    }

    HomePublisher(Vertx vertx, ChannelHomes homes, long sendTimeoutMillis) {
        this(vertx, homes, new LocalRouters(), sendTimeoutMillis);
    }

    private HomePublisher(Vertx vertx, ChannelHomes homes, LocalRouters local, long sendTimeoutMillis) {
        this.local = local;
        this.vertx = vertx;
        this.homes = homes;
        this.sendTimeoutMillis = sendTimeoutMillis;
        homes.onChange(changed -> failThoseOfTheDead());
    }

    /** A home that is a member no more does not answer. */
    private void failThoseOfTheDead() {
        Set<String> members = homes.members();
        underWay.forEach((request, home) -> {
            if (!members.contains(home)) {
                request.tryFail(new PublishException(
                        PublishException.Reason.HOME_LEFT, "home " + home + " has left the cluster"));
            }
        });
    }

    @Override
    public Future<List<ItemOutcome>> publish(List<PublishItem> items) {
        LocalRouters.Home here = homes instanceof AloneHomes ? oneForAll(items) : null;
        return here == null ? overTheBus(items) : append(here, items);
    }

    /** The router of all these items, if they have the same and are few enough for one call. */
    private LocalRouters.@Nullable Home oneForAll(List<PublishItem> items) {
        if (items.isEmpty() || items.size() > MAX_BATCH_ITEMS) {
            return null;
        }
        int router = Addresses.router(items.get(0).channel());
        for (int i = 1; i < items.size(); i++) {
            if (Addresses.router(items.get(i).channel()) != router) {
                return null;
            }
        }
        return local.home(router);
    }

    private static Future<List<ItemOutcome>> append(LocalRouters.Home home, List<PublishItem> items) {
        Promise<List<ItemOutcome>> outcomes = Promise.promise();
        home.append(new HomeMessage.Append(items, 0), new LocalRouters.Answer() {
            @Override
            public void done(List<ItemOutcome> all) {
                outcomes.tryComplete(all);
            }

            @Override
            public void failed(PublishException.Reason reason, String text) {
                outcomes.tryFail(new PublishException(reason, text));
            }
        });
        return outcomes.future();
    }

    private Future<List<ItemOutcome>> overTheBus(List<PublishItem> items) {
        var outcomes = new ItemOutcome[items.size()];
        var indexes = new ArrayList<Integer>(items.size());
        for (int i = 0; i < outcomes.length; i++) {
            indexes.add(i);
        }
        return new Publication(items, outcomes).send(indexes, 0).map(done -> List.of(outcomes));
    }

    /** One call's items on their way. */
    private final class Publication {
        private final List<PublishItem> items;
        private final ItemOutcome[] outcomes;

        Publication(List<PublishItem> items, ItemOutcome[] outcomes) {
            this.items = items;
            this.outcomes = outcomes;
        }

        /** Sends the items of these indexes to where their homes are now. */
        Future<?> send(List<Integer> indexes, int retries) {
            var groups = new LinkedHashMap<Destination, List<Integer>>();
            for (int index : indexes) {
                String channel = items.get(index).channel();
                var destination = new Destination(homes.homeOf(channel), Addresses.router(channel));
                groups.computeIfAbsent(destination, key -> new ArrayList<>()).add(index);
            }
            var sent = new ArrayList<Future<?>>(groups.size());
            for (Map.Entry<Destination, List<Integer>> group : groups.entrySet()) {
                sent.add(sendInTurn(group.getKey(), group.getValue(), 0, retries));
            }
            return sent.size() == 1 ? sent.get(0) : Future.join(sent);
        }

        /** Sends a destination's items from that place on, a batch at a time: the order holds even when one is retried. */
        private Future<?> sendInTurn(Destination destination, List<Integer> indexes, int from, int retries) {
            if (from >= indexes.size()) {
                return Future.succeededFuture();
            }
            int to = batchEnd(items, indexes, from);
            List<Integer> batch = indexes.subList(from, to);
            return request(destination, batch)
                    .recover(failure -> {
                        PublishException why = PublishException.of(failure, destination.home());
                        return why.reason().nothingAccepted() && retries < RETRIES
                                ? vertx.timer(
                                                Math.min(FIRST_RETRY_MILLIS << retries, LONGEST_RETRY_MILLIS),
                                                TimeUnit.MILLISECONDS)
                                        .compose(waited -> send(batch, retries + 1))
                                        .mapEmpty()
                                : Future.failedFuture(why);
                    })
                    .compose(done -> sendInTurn(destination, indexes, to, retries))
                    .mapEmpty();
        }

        private Future<Void> request(Destination destination, List<Integer> batch) {
            var append = new HomeMessage.Append(batch.stream().map(items::get).toList(), 0);
            var options = new DeliveryOptions()
                    .setSendTimeout(sendTimeoutMillis)
                    .setLocalOnly(destination.home().equals(homes.self()));
            String address = Addresses.home(destination.home(), destination.router());
            Promise<Void> answered = Promise.promise();
            underWay.put(answered, destination.home());
            answered.future().onComplete(done -> underWay.remove(answered));
            vertx.eventBus()
                    .<AppendReceipt>request(address, append, options)
                    .<Void>map(reply -> {
                        List<ItemOutcome> receipt = reply.body().outcomes();
                        if (receipt.size() != batch.size()) {
                            throw new PublishException(
                                    PublishException.Reason.FAILED,
                                    "receipt of " + receipt.size() + " for " + batch.size() + " items");
                        }
                        for (int i = 0; i < receipt.size(); i++) {
                            outcomes[batch.get(i)] = receipt.get(i);
                        }
                        return null;
                    })
                    .onSuccess(done -> answered.tryComplete())
                    .onFailure(answered::tryFail);
            return answered.future();
        }
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
