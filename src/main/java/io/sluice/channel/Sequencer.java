package io.sluice.channel;

import io.sluice.grip.PublishItem;
import io.sluice.stats.DropReason;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings one channel's items into the order of their prev-id chain (GRIP, sequencer). An item that does not follow the last
 * id waits, for a bounded time, for the one it follows.
 *
 * <p>Each item is given out once, refused by the answer, or still waiting.
 */
public final class Sequencer {
    /** What is to be done with an item offered. */
    public sealed interface Turn {
        /** Deliver these now, in order: the item offered, then those that had waited for it. */
        record Deliver(List<PublishItem> items) implements Turn {}

        /** It waits for its predecessor. */
        record Wait() implements Turn {}

        /** It is lost. */
        record Refuse(DropReason reason) implements Turn {}
    }

    private record Waiting(PublishItem item, long untilMillis) {}

    private static final Turn WAIT = new Turn.Wait();

    private final int capacity;
    private final long waitMillis;
    private final LongSupplier nowMillis;
    private @Nullable String lastId;
    /** By prev-id, in the order of arrival, which is that of expiry; null while nothing waits, as with nearly all channels. */
    private @Nullable LinkedHashMap<String, Waiting> waiting;

    /**
     * @param capacity items waiting at most
     * @param waitMillis how long an item waits for its predecessor
     * @param nowMillis a clock that never goes back
     */
    public Sequencer(int capacity, long waitMillis, LongSupplier nowMillis) {
        this.capacity = capacity;
        this.waitMillis = waitMillis;
        this.nowMillis = nowMillis;
    }

    /** Id of the last item given out; null when that had none, or none is known. */
    public @Nullable String lastId() {
        return lastId;
    }

    public void forgetLastId() {
        lastId = null;
    }

    /** Forgets the last id if it is this one: a subscriber's origin knows better. */
    public void forgetLastId(String id) {
        if (id.equals(lastId)) {
            lastId = null;
        }
    }

    /**
     * Offers the next item published.
     *
     * @param subscribed whether somebody is there to receive; without, nothing waits: an item out of order only makes the
     *     last id uncertain, so that it is forgotten
     */
    public Turn offer(PublishItem item, boolean subscribed) {
        if (item.noSeq()) {
            return new Turn.Deliver(List.of(item));
        }
        String prevId = item.prevId();
        boolean outOfOrder = lastId != null && prevId != null && !lastId.equals(prevId);
        if (!outOfOrder) {
            var items = new ArrayList<PublishItem>(1);
            give(item, items);
            return new Turn.Deliver(items);
        }
        if (!subscribed) {
            lastId = null;
            return new Turn.Deliver(List.of(item));
        }
        return hold(item, Objects.requireNonNull(prevId));
    }

    /** Items whose wait is over, each with those that had waited for it, in order. */
    public List<PublishItem> overdue() {
        if (waiting == null || firstUntil(waiting) > nowMillis.getAsLong()) {
            return List.of();
        }
        long now = nowMillis.getAsLong();
        var items = new ArrayList<PublishItem>();
        while (waiting != null && firstUntil(waiting) <= now) {
            give(removeFirst(waiting), items);
        }
        return items;
    }

    /** Everything that waits, in the order of arrival, each with those that had waited for it. */
    public List<PublishItem> drain() {
        if (waiting == null) {
            return List.of();
        }
        var items = new ArrayList<PublishItem>(waiting.size());
        while (waiting != null) {
            give(removeFirst(waiting), items);
        }
        return items;
    }

    /** Goes on where another home has ended: with its last id, and what waited there. Items wait anew for the whole time. */
    public void restore(@Nullable String id, List<PublishItem> items) {
        lastId = id;
        waiting = null;
        for (PublishItem item : items) {
            String prevId = item.prevId();
            if (prevId != null) {
                hold(item, prevId);
            }
        }
    }

    /** What waits, in the order of arrival. */
    public List<PublishItem> waitingItems() {
        return waiting == null
                ? List.of()
                : waiting.values().stream().map(Waiting::item).toList();
    }

    /** How many items wait. */
    public int waiting() {
        return waiting == null ? 0 : waiting.size();
    }

    private Turn hold(PublishItem item, String prevId) {
        if (waiting == null) {
            waiting = new LinkedHashMap<>();
        }
        if (waiting.containsKey(prevId)) {
            return new Turn.Refuse(DropReason.SEQUENCER_CONFLICT);
        }
        if (waiting.size() >= capacity) {
            dropEmpty();
            return new Turn.Refuse(DropReason.SEQUENCER_FULL);
        }
        waiting.put(prevId, new Waiting(item, nowMillis.getAsLong() + waitMillis));
        return WAIT;
    }

    /** Gives out the item and the chain behind it. */
    private void give(PublishItem item, List<PublishItem> items) {
        PublishItem next = item;
        while (next != null) {
            items.add(next);
            lastId = next.id();
            Waiting follower = waiting == null || lastId == null ? null : waiting.remove(lastId);
            next = follower == null ? null : follower.item();
        }
        dropEmpty();
    }

    private void dropEmpty() {
        if (waiting != null && waiting.isEmpty()) {
            waiting = null;
        }
    }

    private static long firstUntil(Map<String, Waiting> waiting) {
        return waiting.values().iterator().next().untilMillis();
    }

    private static PublishItem removeFirst(Map<String, Waiting> waiting) {
        Iterator<Waiting> first = waiting.values().iterator();
        PublishItem item = first.next().item();
        first.remove();
        return item;
    }
}
