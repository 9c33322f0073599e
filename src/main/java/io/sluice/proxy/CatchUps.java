package io.sluice.proxy;

import io.sluice.bus.NodeMessage;
import io.sluice.bus.Replayed;
import io.sluice.channel.Position;
import io.sluice.channel.TailBound;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The channels of one session that have left its slow client behind: reads their logs, as much at once as the client's outbox holds, whenever the client
 * has taken what waited. Event loop only.
 */
final class CatchUps {
    /** Read at once. */
    static final int ITEMS = 500;

    /** A log that gives no answer is asked again after that, and given up when it has given none for so long. */
    static final long RETRY_MILLIS = 2_000;

    static final long GIVE_UP_MILLIS = 60_000;

    private static final Logger LOG = LoggerFactory.getLogger(CatchUps.class);

    private final SessionParts parts;
    private final SessionClient client;
    private final SessionChannels channels;
    private final ItemFlow flow;
    private final ItemOwner owner;
    private boolean closed;

    CatchUps(SessionParts parts, SessionClient client, SessionChannels channels, ItemFlow flow, ItemOwner owner) {
        this.parts = parts;
        this.client = client;
        this.channels = channels;
        this.flow = flow;
        this.owner = owner;
    }

    /** The client has no room for the item: from it on the channel is read from its log, once there is. */
    void leaveBehind(Subscription subscription, WaitingItem first) {
        CatchUp catchUp = subscription.catchUp();
        if (catchUp == null) {
            catchUp = new CatchUp();
            subscription.catchUp(catchUp);
            settled();
        }
        catchUp.fallBehind(first.position());
        parts.trace().queued();
        counted(catchUp);
        parts.stats().count(Counter.OUTBOX_CATCH_UPS);
        LOG.debug(
                "left-behind connection={} channel={} sequence={}",
                client.id(),
                subscription.fullName(),
                first.position().sequence());
    }

    /** Whether the item is left to the channel's log, or has been read from there. */
    boolean takes(Subscription subscription, WaitingItem waiting) {
        CatchUp catchUp = subscription.catchUp();
        if (catchUp == null) {
            return false;
        }
        if (catchUp.takes(waiting)) {
            counted(catchUp);
            return true;
        }
        if (!catchUp.behind() && !waiting.fromLog()) {
            subscription.catchUp(null);
            settled();
        }
        return false;
    }

    /** The client has taken all that waited: goes on with the channels that have left it behind. */
    void goOn() {
        for (Subscription subscription : List.copyOf(channels.all())) {
            CatchUp catchUp = subscription.catchUp();
            if (catchUp != null && catchUp.due()) {
                read(subscription, catchUp);
            }
        }
    }

    private void read(Subscription subscription, CatchUp catchUp) {
        Position from = catchUp.ask();
        String channel = subscription.fullName();
        if (parts.settings().channels().logOf(channel) == null) {
            gap(subscription, catchUp, "the channel has no log");
            return;
        }
        var bound = new TailBound(ITEMS, parts.settings().http().outboxBytes());
        parts.logReads()
                .submit(() -> stays(subscription, catchUp), () -> parts.fanout().tail(channel, from, bound), result -> {
                    if (!stays(subscription, catchUp)) {
                        return;
                    }
                    if (result.failed()) {
                        failed(subscription, catchUp, String.valueOf(result.cause()));
                    } else if (result.result().covered()) {
                        answered(subscription, catchUp, result.result());
                    } else {
                        gap(subscription, catchUp, "the log does not go back that far");
                    }
                });
    }

    private boolean stays(Subscription subscription, CatchUp catchUp) {
        return !closed && channels.get(subscription.fullName()) == subscription && subscription.catchUp() == catchUp;
    }

    private void answered(Subscription subscription, CatchUp catchUp, Replayed log) {
        List<NodeMessage.Numbered> items = log.items();
        long left = items.stream()
                .filter(item -> owner.format(item.item()) != null && catchUp.counts(item.position()))
                .count();
        Position upTo = items.isEmpty() ? log.at() : items.get(items.size() - 1).position();
        List<WaitingItem> newer = catchUp.answered(upTo, log.more(), left);
        if (newer != null) {
            flow.addFirst(newer);
            flow.replay(items);
            counted(catchUp);
            flow.drain();
        } else {
            counted(catchUp);
        }
        goOn(subscription, catchUp);
    }

    private void goOn(Subscription subscription, CatchUp catchUp) {
        if (stays(subscription, catchUp) && catchUp.due() && owner.takesMore()) {
            read(subscription, catchUp);
        }
    }

    /** What is left stays left: its home may be on the move. */
    private void failed(Subscription subscription, CatchUp catchUp, String reason) {
        long silentMillis = catchUp.failed(parts.nowMillis().getAsLong());
        counted(catchUp);
        if (silentMillis >= GIVE_UP_MILLIS) {
            gap(subscription, catchUp, reason);
            return;
        }
        LOG.warn(
                "catch-up-failed connection={} channel={} silent-millis={} reason=\"{}\"",
                client.id(),
                subscription.fullName(),
                silentMillis,
                reason);
        long millis = RETRY_MILLIS + parts.random().nextLong(RETRY_MILLIS);
        parts.timers().schedule(millis, () -> goOn(subscription, catchUp));
    }

    private void gap(Subscription subscription, CatchUp catchUp, String reason) {
        long lost = catchUp.gapItems();
        List<WaitingItem> newer = catchUp.gap();
        counted(catchUp);
        subscription.catchUp(null);
        settled();
        flow.drops().dropped(DropReason.OUTBOX_GAP, subscription.fullName(), (int) lost);
        LOG.warn(
                "catch-up-gap connection={} channel={} items={} reason=\"{}\"",
                client.id(),
                subscription.fullName(),
                lost,
                reason);
        flow.addFirst(newer);
        if (subscription.reliable()) {
            flow.discardKnowingly();
            owner.behind(subscription, true);
        } else {
            owner.gap(subscription, lost);
        }
        flow.drain();
    }

    /** The session leaves the channel. */
    void left(Subscription subscription) {
        CatchUp catchUp = subscription.catchUp();
        if (catchUp != null) {
            long lost = catchUp.left();
            catchUp.gap();
            counted(catchUp);
            subscription.catchUp(null);
            if (lost > 0) {
                flow.drops().dropped(DropReason.CONNECTION_CLOSED, subscription.fullName(), (int) lost);
            }
        }
    }

    void close() {
        closed = true;
    }

    private void counted(CatchUp catchUp) {
        parts.stats().move(Gauge.OUTBOX_BEHIND, catchUp.takeChange());
    }

    /** A channel has fallen behind, or caught up. */
    private void settled() {
        channels.changed();
        owner.channelsChanged();
    }
}
