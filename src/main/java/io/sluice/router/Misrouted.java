package io.sluice.router;

import io.sluice.bus.Addresses;
import io.sluice.bus.AppendReceipt;
import io.sluice.bus.HomeMessage;
import io.sluice.bus.PublishException;
import io.sluice.channel.ChannelHomes;
import io.sluice.channel.ItemOutcome;
import io.sluice.grip.PublishItem;
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
 * Items that came to a node that is not their home: sent on, and again while the nodes do not agree on who is. Belongs to the context of its
 * verticle.
 */
final class Misrouted {
    /** Less than a publisher waits, so that it learns the reason. */
    private static final DeliveryOptions OPTIONS = new DeliveryOptions().setSendTimeout(4000);

    private static final long FIRST_RETRY_MILLIS = 50;
    private static final int RETRIES = 5;

    private record Place(PublishItem item, AppendBatch batch, int index) {}

    private final Vertx vertx;
    private final ChannelHomes homes;
    private final int router;
    private final Map<String, List<Place>> byHome = new LinkedHashMap<>();

    Misrouted(Vertx vertx, ChannelHomes homes, int router) {
        this.vertx = vertx;
        this.homes = homes;
        this.router = router;
    }

    /** To be sent on with the next {@link #send()}. */
    void add(String home, PublishItem item, AppendBatch batch, int index) {
        byHome.computeIfAbsent(home, key -> new ArrayList<>()).add(new Place(item, batch, index));
    }

    void send() {
        if (byHome.isEmpty()) {
            return;
        }
        var sent = Map.copyOf(byHome);
        byHome.clear();
        sent.forEach((home, places) -> send(
                        home, places.stream().map(Place::item).toList())
                .onSuccess(outcomes -> {
                    for (int i = 0; i < places.size(); i++) {
                        Place place = places.get(i);
                        place.batch().done(place.index(), outcomes.get(i));
                    }
                })
                .onFailure(failure -> {
                    var why = PublishException.of(failure, home);
                    places.forEach(place -> place.batch().failed(1, why.reason(), why.text()));
                }));
    }

    /** Sends items on; the answer has what became of each, in their order. */
    Future<List<ItemOutcome>> send(String home, List<PublishItem> items) {
        return send(home, items, 0);
    }

    private Future<List<ItemOutcome>> send(String home, List<PublishItem> items, int retries) {
        return vertx.eventBus()
                .<AppendReceipt>request(Addresses.home(home, router), new HomeMessage.Append(items, 1), OPTIONS)
                .map(Message::body)
                .map(AppendReceipt::outcomes)
                .recover(failure -> {
                    var why = PublishException.of(failure, home);
                    return why.reason().nothingAccepted() && retries < RETRIES
                            ? vertx.timer(FIRST_RETRY_MILLIS << retries, TimeUnit.MILLISECONDS)
                                    .compose(waited -> sendAnew(items, retries + 1))
                            : Future.failedFuture(why);
                });
    }

    /** Homes may have moved, and not all of them to the same node. */
    private Future<List<ItemOutcome>> sendAnew(List<PublishItem> items, int retries) {
        var indexes = new LinkedHashMap<String, List<Integer>>();
        for (int i = 0; i < items.size(); i++) {
            indexes.computeIfAbsent(homes.homeOf(items.get(i).channel()), key -> new ArrayList<>())
                    .add(i);
        }
        var outcomes = new ItemOutcome[items.size()];
        var sent = new ArrayList<Future<?>>();
        indexes.forEach((home, those) ->
                sent.add(send(home, those.stream().map(items::get).toList(), retries)
                        .onSuccess(got -> {
                            for (int i = 0; i < got.size(); i++) {
                                outcomes[those.get(i)] = got.get(i);
                            }
                        })));
        return Future.join(sent)
                .map(done -> List.of(outcomes))
                .recover(failure -> Future.failedFuture(
                        sent.stream().anyMatch(Future::succeeded)
                                ? new PublishException(
                                        PublishException.Reason.FAILED, String.valueOf(failure.getMessage()))
                                : failure));
    }
}
