package io.sluice.fanout;

import io.sluice.channel.Mode;
import io.sluice.grip.PublishItem;
import java.util.concurrent.ConcurrentHashMap;

/** How many subscriptions each channel has on this node, by mode. Any thread. */
public final class SubscriptionCounts {
    private record Key(String channel, Mode mode) {}

    private final ConcurrentHashMap<Key, Integer> counts = new ConcurrentHashMap<>();

    void add(String channel, Mode mode, int by) {
        counts.compute(new Key(channel, mode), (key, count) -> {
            int sum = (count == null ? 0 : count) + by;
            return sum == 0 ? null : sum;
        });
    }

    public int count(String channel, Mode mode) {
        return counts.getOrDefault(new Key(channel, mode), 0);
    }

    /** Subscriptions that the item has a format for. */
    public int matching(PublishItem item) {
        int sum = 0;
        if (item.response() != null) {
            sum += count(item.channel(), Mode.RESPONSE);
        }
        if (item.stream() != null) {
            sum += count(item.channel(), Mode.STREAM);
        }
        if (item.message() != null) {
            sum += count(item.channel(), Mode.SOCKET);
        }
        return sum;
    }
}
