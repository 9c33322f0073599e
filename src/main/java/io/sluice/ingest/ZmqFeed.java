package io.sluice.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.grip.GripException;
import io.sluice.grip.PublishItem;
import io.sluice.grip.PublishItems;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Stats;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQ;

/**
 * Items from one PULL or SUB socket. One batch of them is on its way at a time, so that their order is kept; the next one is gathered meanwhile, and
 * when that is full too the socket is left alone, until its publishers have to wait. Belongs to the thread of the sockets, but for {@link #answered}.
 */
final class ZmqFeed {
    /** Brings items to their homes. */
    interface Outlet {
        /** Calls back once, on any thread: with null, or with why it is not known whether the items have arrived. */
        void publish(List<PublishItem> items, Answer answer);
    }

    /** What {@link Outlet} calls. */
    interface Answer {
        void of(@Nullable Throwable failure);
    }

    private static final Logger LOG = LoggerFactory.getLogger(ZmqFeed.class);
    static final int MAX_ITEMS = 1000;
    private static final int MAX_BYTES = 4 << 20;

    private final ZMQ.Socket socket;
    private final @Nullable WantedChannels topics;
    private final int maxMessageBytes;
    private final Outlet outlet;
    private final Runnable wake;
    private final Stats stats;
    private final Complaints complaints;
    private List<PublishItem> gathered = new ArrayList<>();
    private long gatheredBytes;
    private boolean dry;
    private volatile boolean underWay;

    /** @param topics of a SUB socket, whose messages begin with the channel; null for PULL */
    ZmqFeed(
            ZMQ.Socket socket,
            @Nullable WantedChannels topics,
            int maxMessageBytes,
            Outlet outlet,
            Runnable wake,
            Stats stats) {
        this.socket = socket;
        this.topics = topics;
        this.maxMessageBytes = maxMessageBytes;
        this.outlet = outlet;
        this.wake = wake;
        this.stats = stats;
        complaints = new Complaints(LOG, "zmq-message-refused socket=" + (topics == null ? "pull" : "sub"));
    }

    ZMQ.Socket socket() {
        return socket;
    }

    boolean hasRoom() {
        return gathered.size() < MAX_ITEMS && gatheredBytes < MAX_BYTES;
    }

    /** Whether nothing is left of what was read. */
    boolean done() {
        return gathered.isEmpty() && !underWay;
    }

    /** Reads what there is room for, and sends it on its way if nothing else is. */
    void run() {
        read();
        send();
    }

    /** As {@link #run}; but once nothing is at hand, or there is no time for it, nothing more is read. */
    void finish(boolean mayRead) {
        dry = dry || !mayRead || read();
        send();
    }

    /** Counts what was read and not sent on its way. */
    void abandon() {
        if (!gathered.isEmpty()) {
            unconfirmed(gathered, gathered.size(), "the node has ended");
            gathered = new ArrayList<>();
            gatheredBytes = 0;
        }
    }

    /** Whether nothing more was there to be read, rather than no room for it. */
    private boolean read() {
        while (hasRoom()) {
            byte[] first = socket.recv(ZMQ.DONTWAIT);
            if (first == null) {
                return true;
            }
            take(first);
        }
        return false;
    }

    private void send() {
        if (underWay || gathered.isEmpty()) {
            return;
        }
        List<PublishItem> batch = gathered;
        gathered = new ArrayList<>();
        gatheredBytes = 0;
        underWay = true;
        outlet.publish(batch, failure -> answered(batch, failure));
    }

    private void answered(List<PublishItem> batch, @Nullable Throwable failure) {
        if (failure != null) {
            unconfirmed(batch, batch.size(), String.valueOf(failure.getMessage()));
        }
        underWay = false;
        wake.run();
    }

    private void unconfirmed(List<PublishItem> items, int count, String reason) {
        stats.drop(DropReason.PUBLISH_UNCONFIRMED, count);
        LOG.warn(
                "zmq-items-unconfirmed items={} first-channel={} reason=\"{}\"",
                count,
                items.get(0).channel(),
                reason);
    }

    private void take(byte[] first) {
        byte[] message = first;
        int parts = 1;
        while (socket.hasReceiveMore()) {
            message = socket.recv();
            parts++;
        }
        int expected = topics == null ? 1 : 2;
        if (parts != expected) {
            refuse("must have " + expected + (expected == 1 ? " part, has " : " parts, has ") + parts);
        } else if (message == null || message.length > maxMessageBytes) {
            refuse("must have at most " + maxMessageBytes + " bytes, has " + (message == null ? 0 : message.length));
        } else {
            read(topics == null ? null : new String(first, UTF_8), message);
        }
    }

    private void read(@Nullable String topic, byte[] message) {
        if (topic != null && topics != null && !topics.contains(topic)) {
            stats.count(Counter.ITEMS_UNASKED);
            return;
        }
        try {
            gathered.add(PublishItems.parseMessage(message, topic));
            gatheredBytes += message.length;
        } catch (GripException bad) {
            refuse(bad.text());
        } catch (RuntimeException defect) {
            // One message must not end all that follow it.
            LOG.debug("zmq-message-unreadable", defect);
            refuse("can't be read: " + defect);
        }
    }

    private void refuse(String reason) {
        stats.count(Counter.PUBLISHES);
        stats.count(Counter.PUBLISHES_REFUSED);
        complaints.say(reason);
    }
}
