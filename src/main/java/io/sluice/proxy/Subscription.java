package io.sluice.proxy;

import io.sluice.grip.ChannelSpec;
import io.sluice.grip.MessageFilters;
import io.sluice.grip.PublishItem;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A channel of a session: how far it has come, and what of it can't be placed yet. Event loop only.
 *
 * <p>A reliable channel (one with a position) delivers an item only if it follows the position. An item that doesn't is in
 * doubt: either something before it is missing, or the origin's answer was ahead of the publisher and covers it. What comes
 * next can tell; if it doesn't soon, the origin is asked.
 */
final class Subscription {
    /** How an item stands to the position. */
    enum Fit {
        /** It comes next, or the channel has no position to keep to. */
        FOLLOWS,
        /** The client has its content already. */
        COVERED,
        /** It is kept until that is known. */
        IN_DOUBT,
    }

    private final String fullName;
    private final String name;
    private MessageFilters filters;
    private @Nullable String position;
    private boolean settled;
    private boolean sent;
    private boolean suspect;
    /** An id of the channel that the position was not found to follow or to be. */
    private @Nullable String conflict;

    private @Nullable String stale;
    private final ArrayDeque<WaitingItem> doubtful = new ArrayDeque<>(0);

    /** @param fullName with the route's prefix */
    Subscription(String fullName, ChannelSpec spec) {
        this.fullName = fullName;
        this.name = spec.name();
        this.filters = MessageFilters.of(spec.filters());
        this.position = spec.prevId();
    }

    /** Takes on the channel's part in a new instruction. */
    void instruct(ChannelSpec spec) {
        filters = MessageFilters.of(spec.filters());
        position = spec.prevId();
        stale = position == null || position.equals(conflict) ? null : conflict;
        conflict = null;
        settled = false;
        suspect = false;
    }

    String fullName() {
        return fullName;
    }

    /** As the origin and the filters know it. */
    String name() {
        return name;
    }

    MessageFilters filters() {
        return filters;
    }

    @Nullable
    String position() {
        return position;
    }

    boolean reliable() {
        return position != null;
    }

    /** Whether an item has shown since the last instruction that position and items belong together. */
    boolean settled() {
        return settled;
    }

    /**
     * Where the item stands. If it is in doubt it is kept here, at most {@code limit} of them, the newest.
     *
     * @param coveredBefore items with a stamp below came before the origin was asked for the present position
     */
    Fit place(WaitingItem waiting, long coveredBefore, int limit) {
        String at = position;
        if (at == null) {
            return Fit.FOLLOWS;
        }
        PublishItem item = waiting.item();
        if (at.equals(item.prevId())) {
            settled = true;
            if (!suspect) {
                conflict = null;
            }
            return Fit.FOLLOWS;
        }
        if (at.equals(item.id())) {
            settled = true;
            if (conflict == null || conflict.equals(item.prevId())) {
                // The last id was only late: it has led here. Any other item may be an old one that came twice.
                suspect = false;
                conflict = null;
            }
            doubtful.clear();
            return Fit.COVERED;
        }
        if (waiting.stamp() < coveredBefore) {
            return Fit.COVERED;
        }
        if (doubtful.size() >= limit) {
            doubtful.poll();
        }
        doubtful.add(waiting);
        conflict = item.noSeq() ? conflict : item.id();
        return Fit.IN_DOUBT;
    }

    /** The item counts as done, delivered or kept back: the position is now behind it. An item without id ends reliability. */
    void advance(PublishItem item) {
        if (position != null) {
            position = item.id();
        }
    }

    /** Takes an advance back: the item could not be dealt with. */
    void retreat(@Nullable String before) {
        position = before;
    }

    /**
     * The doubtful item that follows the position now; those that were before it in the channel are covered, and forgotten. If
     * there is none they stay in doubt: the item that moved the position may have come late, after its successors.
     */
    @Nullable
    WaitingItem takeResolved() {
        String at = position;
        int before = 0;
        for (WaitingItem waiting : doubtful) {
            if (at == null || at.equals(waiting.item().prevId())) {
                break;
            }
            before++;
        }
        if (before == doubtful.size()) {
            return null;
        }
        for (int i = 0; i < before; i++) {
            doubtful.remove();
        }
        return doubtful.remove();
    }

    /** The channel's last id, when the subscription was made, was this and not the position. */
    void suspect(String lastId) {
        suspect = true;
        conflict = lastId;
    }

    /** The id that puts the position in doubt; null when there is none. */
    @Nullable
    String conflict() {
        return conflict;
    }

    /**
     * The id that the origin was asked again for, if its new position is not that id either: once, after {@link #instruct}.
     */
    @Nullable
    String takeStale() {
        String taken = stale;
        stale = null;
        return taken;
    }

    boolean inDoubt() {
        return suspect || !doubtful.isEmpty();
    }

    /** Gives up the doubtful items: the origin will be asked. */
    int abandonDoubtful() {
        int count = doubtful.size();
        doubtful.clear();
        suspect = false;
        return count;
    }

    void markSent() {
        sent = true;
    }

    /** Whether something was sent since the last call. */
    boolean takeSent() {
        boolean was = sent;
        sent = false;
        return was;
    }
}
