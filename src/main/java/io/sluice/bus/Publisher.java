package io.sluice.bus;

import io.sluice.channel.ItemOutcome;
import io.sluice.grip.PublishItem;
import io.vertx.core.Future;
import java.util.List;

/** Brings publish items to the homes of their channels. */
public interface Publisher {
    /**
     * Publishes the items; those of one channel in their order.
     *
     * @return outcomes in the order of the items. Fails with {@link PublishException} when a home could not be reached: some
     *     items may have been accepted, and publishing again with the same ids is safe.
     */
    Future<List<ItemOutcome>> publish(List<PublishItem> items);
}
