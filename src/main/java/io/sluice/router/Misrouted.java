package io.sluice.router;

import io.sluice.bus.Addresses;
import io.sluice.bus.AppendReceipt;
import io.sluice.bus.HomeMessage;
import io.sluice.bus.PublishException;
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

/** Items that came to a node that is not their home: sent on once. Belongs to the context of its verticle. */
final class Misrouted {
    /** Less than a publisher waits, so that it learns the reason. */
    private static final DeliveryOptions OPTIONS = new DeliveryOptions().setSendTimeout(4000);

    private record Place(PublishItem item, AppendBatch batch, int index) {}

    private final Vertx vertx;
    private final int router;
    private final Map<String, List<Place>> byHome = new LinkedHashMap<>();

    Misrouted(Vertx vertx, int router) {
        this.vertx = vertx;
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

    /** Sends items on, whose publishers have their answer. */
    Future<List<ItemOutcome>> send(String home, List<PublishItem> items) {
        return vertx.eventBus()
                .<AppendReceipt>request(Addresses.home(home, router), new HomeMessage.Append(items, 1), OPTIONS)
                .map(Message::body)
                .map(AppendReceipt::outcomes);
    }
}
