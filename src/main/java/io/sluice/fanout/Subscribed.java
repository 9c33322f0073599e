package io.sluice.fanout;

import org.jspecify.annotations.Nullable;

/**
 * The state of a channel at the moment a subscription took effect.
 *
 * @param confirmed false when the home did not answer in time
 * @param first whether the channel had no subscription in the cluster before: an item published between the origin's
 *     reading and this subscription may have gone unseen
 * @param lastId id of the channel's last item; null when the home knows none
 * @param logged whether the channel has a log: {@link LoopFanout#replay} tells what came after an id
 */
public record Subscribed(
        boolean confirmed, boolean first, @Nullable String lastId, boolean logged) {
    public Subscribed(boolean confirmed, boolean first, @Nullable String lastId) {
        this(confirmed, first, lastId, false);
    }
}
