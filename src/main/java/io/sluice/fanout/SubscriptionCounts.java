package io.sluice.fanout;

import io.sluice.bus.ChannelList;
import io.sluice.bus.SubscriptionTally;
import io.sluice.channel.Mode;
import io.sluice.grip.PublishItem;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** How many subscriptions each channel has on this node, by mode. Any thread. */
public final class SubscriptionCounts {
    private record Key(String channel, Mode mode) {}

    /** Learns which channels have subscriptions. Called on event loops, within a lock: must only note it. */
    public interface Watcher {
        /** The channel's first subscription of that mode is there. */
        void first(String channel, Mode mode);

        /** The last of that mode is gone. */
        void last(String channel, Mode mode);
    }

    private final ConcurrentHashMap<Key, Integer> counts = new ConcurrentHashMap<>();

    private volatile @Nullable Watcher watcher;

    void add(String channel, Mode mode, int by) {
        counts.compute(new Key(channel, mode), (key, count) -> {
            int sum = (count == null ? 0 : count) + by;
            Watcher told = watcher;
            if (told != null && count == null && sum > 0) {
                told.first(channel, mode);
            } else if (told != null && count != null && sum == 0) {
                told.last(channel, mode);
            }
            return sum == 0 ? null : sum;
        });
    }

    /** Has one watcher told from now on; before there are any subscriptions. */
    public void watch(Watcher given) {
        watcher = given;
    }

    /** Nobody is told any more. */
    public void unwatch() {
        watcher = null;
    }

    public int count(String channel, Mode mode) {
        return counts.getOrDefault(new Key(channel, mode), 0);
    }

    /** Subscriptions of all kinds to one channel. */
    public SubscriptionTally tally(String channel) {
        return new SubscriptionTally(
                count(channel, Mode.STREAM), count(channel, Mode.RESPONSE), count(channel, Mode.SOCKET));
    }

    /**
     * Channels with subscriptions, in the order of their names. Looks at all of them: not for an event loop.
     *
     * @param prefix that the names begin with
     * @param after names up to this one are left out; empty for none
     * @param limit of the answer, from 1
     */
    public ChannelList channels(String prefix, String after, int limit) {
        var first = new TreeSet<String>();
        boolean more = false;
        for (Key key : counts.keySet()) {
            String name = key.channel();
            if (name.startsWith(prefix) && name.compareTo(after) > 0 && first.add(name) && first.size() > limit) {
                first.pollLast();
                more = true;
            }
        }
        return new ChannelList(
                first.stream()
                        .map(name -> new ChannelList.Line(name, tally(name)))
                        .filter(line -> line.subscriptions().total() > 0)
                        .toList(),
                more);
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
