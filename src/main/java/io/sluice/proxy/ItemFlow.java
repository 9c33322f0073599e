package io.sluice.proxy;

import io.sluice.bus.NodeMessage;
import io.sluice.channel.Position;
import io.sluice.grip.Action;
import io.sluice.grip.FilterContext;
import io.sluice.grip.FilterOutcome;
import io.sluice.grip.Format;
import io.sluice.grip.PublishItem;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.trace.ItemTrace;
import io.sluice.wire.EncodedItem;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session's items, strictly one after the other: wait while the session is busy, check the position, filter, act (GRIP,
 * next loop, "on publish"). Event loop only.
 */
final class ItemFlow {
    private static final Logger LOG = LoggerFactory.getLogger(ItemFlow.class);

    private final SessionParts parts;
    private final SessionClient client;
    private final SessionChannels channels;
    private final ItemOwner owner;
    private final CatchUps catchUps;
    /** Null as long as nothing was lost. */
    private @Nullable DropLog drops;
    /** Null as long as nothing had to wait. */
    private @Nullable ArrayDeque<WaitingItem> queue;

    private OriginQuestioner.@Nullable Question question;
    /** The item that the question is about. */
    private @Nullable Step asked;

    private long coveredBefore;
    private long needStamp;

    ItemFlow(SessionParts parts, SessionClient client, SessionChannels channels, ItemOwner owner) {
        this.parts = parts;
        this.client = client;
        this.channels = channels;
        this.owner = owner;
        this.catchUps = new CatchUps(parts, client, channels, this, owner);
    }

    /** A delivered item: dealt with now if nothing is before it, else later. */
    void offer(PublishItem item, EncodedItem encoded) {
        Subscription subscription = channels.get(item.channel());
        if (subscription == null) {
            return;
        }
        var waiting = new WaitingItem(item, encoded.position(), parts.fetches().clock(), false, encoded.trace());
        if (waiting() == 0 && ready()) {
            handle(waiting, encoded);
            drain();
        } else if (waiting() < parts.settings().channels().sessionQueueItems()) {
            queue().add(waiting);
            parts.trace().queued();
        } else {
            lose(DropReason.SESSION_QUEUE_FULL, subscription);
        }
    }

    /** Before all that wait. */
    void addFirst(List<WaitingItem> items) {
        for (int i = items.size() - 1; i >= 0; i--) {
            queue().addFirst(items.get(i));
        }
    }

    /** Items from a channel's log, before all that wait: they came before those. */
    void replay(List<NodeMessage.Numbered> items) {
        for (int i = items.size() - 1; i >= 0; i--) {
            NodeMessage.Numbered numbered = items.get(i);
            queue().addFirst(new WaitingItem(
                    numbered.item(), numbered.position(), parts.fetches().clock(), true, null));
        }
    }

    /** An item is lost to this connection; what can be recovered will be. */
    void lose(DropReason reason, Subscription subscription) {
        parts.trace().dropped(reason, client.id(), client.clientId());
        if (subscription.reliable()) {
            // Not lost: the origin is asked for it.
            parts.stats().drop(reason);
            LOG.debug(
                    "item-to-recover connection={} channel={} reason={}", client.id(), subscription.fullName(), reason);
            discardKnowingly();
            owner.behind(subscription, true);
        } else {
            drops().dropped(reason, subscription.fullName());
        }
    }

    /** What the connection loses. */
    DropLog drops() {
        DropLog made = drops;
        if (made == null) {
            made = new DropLog(parts.pressure(), client);
            drops = made;
        }
        return made;
    }

    private ArrayDeque<WaitingItem> queue() {
        ArrayDeque<WaitingItem> made = queue;
        if (made == null) {
            made = new ArrayDeque<>(1);
            queue = made;
        }
        return made;
    }

    private int waiting() {
        return queue == null ? 0 : queue.size();
    }

    /** An item of a reliable channel goes: the next fetch must be later than now. */
    void discardKnowingly() {
        needStamp = parts.fetches().clock() + 1;
    }

    /** Goes on with what waits, as long as the session is ready. */
    void drain() {
        while (ready()) {
            WaitingItem waiting = queue == null ? null : queue.poll();
            if (waiting == null) {
                return;
            }
            ItemTrace before = parts.trace().turnTo(waiting.trace());
            handle(waiting, null);
            parts.trace().turnTo(before);
        }
    }

    /** The session's positions are as of the fetch with that stamp. */
    void coveredBefore(long stamp) {
        coveredBefore = stamp;
    }

    /** The least stamp of a fetch that covers all that was given up. */
    long needStamp() {
        return needStamp;
    }

    /** Whether no item waits, and none is being dealt with. */
    boolean idle() {
        return question == null && waiting() == 0;
    }

    /** Whether the origin is being asked about an item. */
    boolean asking() {
        return question != null;
    }

    /**
     * Gives up what the origin's answer will cover, because it is about to be asked: what is in doubt, and what waits for
     * channels with a position.
     */
    void abandonCovered() {
        for (Subscription subscription : channels.all()) {
            int count = subscription.abandonDoubtful();
            if (count > 0) {
                parts.stats().drop(DropReason.OUT_OF_POSITION, count);
                LOG.debug(
                        "out-of-position connection={} channel={} position={} items={}",
                        client.id(),
                        subscription.fullName(),
                        subscription.position(),
                        count);
            }
        }
        ArrayDeque<WaitingItem> all = queue;
        if (all == null) {
            return;
        }
        int waited = all.size();
        all.removeIf(waiting -> {
            Subscription subscription = channels.get(waiting.item().channel());
            boolean covered = subscription != null && subscription.reliable();
            if (covered) {
                tracedLoss(waiting.trace(), DropReason.OUT_OF_POSITION);
            }
            return covered;
        });
        int removed = waited - all.size();
        if (removed > 0) {
            parts.stats().drop(DropReason.OUT_OF_POSITION, removed);
            LOG.debug("out-of-position connection={} items-waiting={}", client.id(), removed);
            discardKnowingly();
        }
    }

    /** The channels that have left the client behind. */
    CatchUps catchUps() {
        return catchUps;
    }

    /** The session leaves the channel. */
    void left(Subscription subscription) {
        countCovered(subscription);
        int doubtful = subscription.abandonDoubtful();
        if (doubtful > 0) {
            gone(subscription.fullName(), doubtful);
        }
        catchUps.left(subscription);
    }

    /** The session is over. */
    void close(boolean clientGone) {
        if (question != null) {
            question.cancel();
            question = null;
        }
        Step step = asked;
        asked = null;
        if (step != null) {
            gone(step.waiting);
        }
        ArrayDeque<WaitingItem> left = queue;
        queue = null;
        if (left != null && !left.isEmpty()) {
            parts.stats().drop(DropReason.CONNECTION_CLOSED, left.size());
            left.forEach(waiting -> tracedLoss(waiting.trace(), DropReason.CONNECTION_CLOSED));
            LOG.debug(
                    "connection-closed connection={} items-waiting={} client-gone={}",
                    client.id(),
                    left.size(),
                    clientGone);
        }
        channels.all().forEach(this::left);
        catchUps.close();
        if (drops != null) {
            drops.close();
        }
    }

    /** The item's connection is over, or has left its channel. */
    private void gone(WaitingItem waiting) {
        tracedLoss(waiting.trace(), DropReason.CONNECTION_CLOSED);
        gone(waiting.item().channel(), 1);
    }

    private void gone(String channel, int items) {
        parts.stats().drop(DropReason.CONNECTION_CLOSED, items);
        LOG.debug("channel-left connection={} channel={} items={}", client.id(), channel, items);
    }

    private void tracedLoss(@Nullable ItemTrace trace, DropReason reason) {
        ItemTrace before = parts.trace().turnTo(trace);
        parts.trace().dropped(reason, client.id(), client.clientId());
        parts.trace().turnTo(before);
    }

    private boolean ready() {
        return question == null && owner.ready();
    }

    private void handle(WaitingItem waiting, @Nullable EncodedItem encoded) {
        PublishItem item = waiting.item();
        Subscription subscription = channels.get(item.channel());
        Format format = owner.format(item);
        if (format == null) {
            return;
        }
        if (subscription == null) {
            gone(waiting);
            return;
        }
        if (catchUps.takes(subscription, waiting)) {
            parts.trace().queued();
            return;
        }
        int limit = parts.settings().channels().sessionQueueItems();
        switch (subscription.place(waiting, coveredBefore, limit)) {
            case COVERED -> {
                parts.trace().covered();
                parts.stats().count(Counter.COVERED);
                countCovered(subscription);
                owner.caughtUp();
            }
            case IN_DOUBT -> {
                parts.trace().queued();
                needStamp = Math.max(needStamp, waiting.stamp() + 1);
                owner.behind(subscription, subscription.settled());
            }
            case FOLLOWS -> filter(subscription, waiting, format, encoded);
        }
    }

    private void filter(Subscription subscription, WaitingItem waiting, Format format, @Nullable EncodedItem encoded) {
        if (mismatch(subscription, format)) {
            return;
        }
        PublishItem item = waiting.item();
        byte[] content = owner.content(format);
        if (!subscription.filters().isEmpty()) {
            var step = new Step(
                    subscription, waiting, format, content, encoded, subscription.position(), subscription.placed());
            subscription.advance(waiting);
            settle(step, subscription.filters().apply(context(subscription, item), content));
        } else if (format.action() != Action.SEND || owner.room(subscription, waiting)) {
            subscription.advance(waiting);
            owner.act(subscription, item, format, content, encoded);
            done(subscription);
        }
    }

    /** Content filters must be those of the subscription (GRIP, content-filters). */
    private boolean mismatch(Subscription subscription, Format format) {
        List<String> asked = format.contentFilters();
        if (asked == null || format.action() != Action.SEND) {
            return false;
        }
        List<String> own = subscription.filters().contentFilters();
        if (asked.equals(own)) {
            return false;
        }
        String text = "content filter mismatch: subscription=" + String.join(",", own) + " message="
                + String.join(",", asked);
        parts.stats().drop(DropReason.CONTENT_FILTER_MISMATCH);
        parts.trace().dropped(DropReason.CONTENT_FILTER_MISMATCH, client.id(), client.clientId());
        LOG.debug("{} connection={} channel={}", text, client.id(), subscription.fullName());
        if (client.debug()) {
            owner.reject(text);
        }
        return true;
    }

    private FilterContext context(Subscription subscription, PublishItem item) {
        return new FilterContext(owner.meta(), item.meta(), channels.positionsAt(subscription, item.id()));
    }

    /** An item on its way through the filters; {@code before} is the position without it, and {@code placeBefore} its place. */
    private record Step(
            Subscription subscription,
            WaitingItem waiting,
            Format format,
            @SuppressWarnings("ArrayRecordComponent") byte[] content,
            @Nullable EncodedItem encoded,
            @Nullable String before,
            @Nullable Position placeBefore) {}

    private void settle(Step step, FilterOutcome outcome) {
        Subscription subscription = step.subscription;
        if (outcome instanceof FilterOutcome.Send send) {
            boolean unchanged = send.content() == step.content;
            if (step.format.action() != Action.SEND || room(step)) {
                PublishItem item = step.waiting.item();
                owner.act(subscription, item, step.format, send.content(), unchanged ? step.encoded : null);
                done(subscription);
            }
        } else if (outcome instanceof FilterOutcome.Drop drop) {
            parts.stats().count(Counter.FILTERED);
            parts.trace().filtered(drop.filter(), client.id(), client.clientId());
            done(subscription);
        } else if (outcome instanceof FilterOutcome.Fail fail) {
            failed(step, fail);
        } else if (outcome instanceof FilterOutcome.Ask ask) {
            ask(step, ask);
        }
    }

    /** Room is asked for once the filters have let the item pass; without it the position is as if the item had not come. */
    private boolean room(Step step) {
        Subscription subscription = step.subscription;
        if (!Objects.equals(subscription.position(), step.waiting.item().id())) {
            // The origin has given the channel another position since.
            return owner.room(subscription, step.waiting);
        }
        subscription.retreat(step.before, step.placeBefore);
        boolean room = owner.room(subscription, step.waiting);
        if (room) {
            subscription.advance(step.waiting);
        }
        return room;
    }

    private void ask(Step step, FilterOutcome.Ask ask) {
        // The shared bytes belong to the caller, for the time of the call.
        var later = new Step(
                step.subscription, step.waiting, step.format, step.content, null, step.before, step.placeBefore);
        asked = later;
        OriginQuestioner.Question put = OriginQuestioner.ask(parts, client, owner.base(), ask.question(), answer -> {
            question = null;
            asked = null;
            answered(later, ask.resume().apply(answer));
            drain();
            owner.caughtUp();
        });
        if (!put.over()) {
            question = put;
        }
    }

    private void answered(Step step, FilterOutcome outcome) {
        if (channels.get(step.waiting.item().channel()) != step.subscription) {
            gone(step.waiting);
            return;
        }
        ItemTrace before = parts.trace().turnTo(step.waiting.trace());
        settle(step, outcome);
        parts.trace().turnTo(before);
    }

    private void failed(Step step, FilterOutcome.Fail fail) {
        step.subscription.retreat(step.before, step.placeBefore);
        parts.stats().drop(DropReason.FILTER_FAILED);
        parts.trace().dropped(DropReason.FILTER_FAILED, client.id(), client.clientId());
        LOG.warn(
                "filter-failed connection={} route={} uri={} channel={} filter={} reason={}",
                client.id(),
                client.route().id(),
                client.uri(),
                step.subscription.fullName(),
                fail.filter(),
                fail.message());
        if (client.debug()) {
            owner.reject("filter error: " + fail.filter() + ": " + fail.message());
        }
    }

    /** The position has moved: what was in doubt may follow it. */
    private void done(Subscription subscription) {
        countCovered(subscription);
        WaitingItem next = subscription.takeResolved();
        if (next != null) {
            queue().addFirst(next);
        }
        owner.caughtUp();
    }

    private void countCovered(Subscription subscription) {
        int covered = subscription.takeCovered();
        if (covered > 0) {
            parts.stats().add(Counter.COVERED, covered);
        }
    }
}
