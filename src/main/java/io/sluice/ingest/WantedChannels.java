package io.sluice.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.channel.Mode;
import io.sluice.fanout.SubscriptionCounts;
import io.sluice.grip.PublishItems;
import io.sluice.stats.Counter;
import io.sluice.stats.Stats;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The channels that this node's clients are subscribed to, as a SUB socket asks for them (GRIP, ZeroMQ). A channel whose last long-poll has gone is
 * kept for a while. Belongs to one thread, but for what it is told by the event loops.
 */
final class WantedChannels implements SubscriptionCounts.Watcher {
    /** Where subscriptions go. */
    interface Subscriptions {
        void subscribe(byte[] topic);

        void unsubscribe(byte[] topic);
    }

    private record Change(String channel, Mode mode, int by) {}

    private record Linger(Wanted wanted, long since, long untilMillis) {}

    private static final class Wanted {
        final String channel;
        /** Modes with subscriptions. */
        int modes;
        /** Grows with each time that the last one goes, so that an old linger ends nothing new. */
        long gone;

        Wanted(String channel) {
            this.channel = channel;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(WantedChannels.class);
    /** Of a topic, in bytes: JeroMQ keeps topics in a tree that it walks by recursion, a call for each byte. */
    static final int MAX_TOPIC_BYTES = PublishItems.MAX_NAME_BYTES;

    private final Queue<Change> changes = new ConcurrentLinkedQueue<>();
    private final Map<String, Wanted> wanted = new HashMap<>();
    private final ArrayDeque<Linger> lingering = new ArrayDeque<>();
    private final long lingerMillis;
    private final Runnable changed;
    private final Stats stats;
    private final Complaints complaints = new Complaints(LOG, "zmq-channel-not-wanted");

    /** @param changed called on any thread when there is something to {@link #apply} */
    WantedChannels(int lingerSeconds, Runnable changed, Stats stats) {
        this.stats = stats;
        lingerMillis = lingerSeconds * 1000L;
        this.changed = changed;
    }

    @Override
    public void first(String channel, Mode mode) {
        changes.add(new Change(channel, mode, 1));
        changed.run();
    }

    @Override
    public void last(String channel, Mode mode) {
        changes.add(new Change(channel, mode, -1));
        changed.run();
    }

    boolean contains(String channel) {
        return wanted.containsKey(channel);
    }

    /** Passes on what has changed, and ends what has lingered long enough. */
    void apply(Subscriptions subscriptions, long nowMillis) {
        Change change;
        while ((change = changes.poll()) != null) {
            Wanted channel = wanted.get(change.channel());
            if (channel == null) {
                channel = new Wanted(change.channel());
                wanted.put(channel.channel, channel);
                subscribe(channel.channel, subscriptions);
            }
            channel.modes += change.by();
            if (channel.modes == 0) {
                channel.gone++;
                if (change.mode() == Mode.RESPONSE && lingerMillis > 0) {
                    lingering.add(new Linger(channel, channel.gone, nowMillis + lingerMillis));
                } else {
                    end(channel, subscriptions);
                }
            }
        }
        while (!lingering.isEmpty() && lingering.peek().untilMillis() <= nowMillis) {
            Linger linger = lingering.remove();
            Wanted channel = linger.wanted();
            if (channel.gone == linger.since() && channel.modes == 0) {
                end(channel, subscriptions);
            }
        }
    }

    private void subscribe(String channel, Subscriptions subscriptions) {
        byte[] topic = channel.getBytes(UTF_8);
        if (topic.length <= MAX_TOPIC_BYTES) {
            subscriptions.subscribe(topic);
        } else {
            stats.count(Counter.CHANNELS_TOO_LONG);
            complaints.say("name of " + topic.length + " bytes, more than " + MAX_TOPIC_BYTES);
        }
    }

    /** Milliseconds until something has lingered long enough; -1 when nothing does. */
    long nextMillis(long nowMillis) {
        Linger next = lingering.peek();
        return next == null ? -1 : Math.max(1, next.untilMillis() - nowMillis);
    }

    private void end(Wanted channel, Subscriptions subscriptions) {
        byte[] topic = channel.channel.getBytes(UTF_8);
        if (wanted.remove(channel.channel, channel) && topic.length <= MAX_TOPIC_BYTES) {
            subscriptions.unsubscribe(topic);
        }
    }
}
