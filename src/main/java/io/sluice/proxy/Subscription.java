package io.sluice.proxy;

import io.sluice.channel.Position;
import io.sluice.grip.ChannelSpec;
import io.sluice.grip.MessageFilters;
import io.sluice.grip.PublishItem;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
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

    /** An origin that is further behind than that is asked again. */
    private static final int MAX_TRAIL = 200;

    private final String fullName;
    private final String name;
    private MessageFilters filters;
    private @Nullable String position;
    /** Where the item of {@link #position} stands in the channel's log; null where that is not known. */
    private @Nullable Position place;

    private boolean uncovered;
    private boolean settled;
    private boolean sent;
    /** Last id of the channel as the subscription was made, until it is known that the position is not before it. */
    private @Nullable String suspect;
    /** A doubtful item was forgotten, and none that is kept stands for it. */
    private boolean unclear;
    /** An id of the channel that the position was not found to follow or to be. */
    private @Nullable String conflict;

    private @Nullable String stale;
    /** Where the position has been since the origin was asked something; null when nobody keeps track. */
    private @Nullable ArrayDeque<String> trail;

    /** Null while the channel has not left its slow client behind. */
    private @Nullable CatchUp catchUp;

    private @Nullable ArrayDeque<WaitingItem> doubtful;
    /** Doubtful items that gave way to newer ones, and are not counted yet. */
    private int abandoned;
    /** Doubtful items that turned out to be covered, and are not counted yet. */
    private int coveredDoubts;

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
        place = spec.prevId() != null && spec.prevId().equals(position) ? place : null;
        position = spec.prevId();
        stale = position == null || position.equals(conflict) ? null : conflict;
        conflict = null;
        uncovered = false;
        settled = false;
        suspect = null;
        unclear = false;
    }

    /**
     * As {@link #instruct}, but the answer was given while items went on to go out: an origin that was behind them does not take the
     * client back.
     */
    void instructMeanwhile(ChannelSpec spec) {
        ArrayDeque<String> passed = trail;
        boolean behind = position != null && spec.prevId() != null && passed != null && passed.contains(spec.prevId());
        if (behind) {
            filters = MessageFilters.of(spec.filters());
        } else {
            instruct(spec);
        }
    }

    /** The origin is asked something now, and may answer with a position while items go on to go out. */
    void beginTrail() {
        trail = new ArrayDeque<>(2);
        if (position != null) {
            trail.add(position);
        }
    }

    void endTrail() {
        trail = null;
    }

    /**
     * The origin was asked for what is missing, and answered without a position: its answer counts as covering all that was known by
     * then.
     */
    void assumeCovered() {
        if (position != null && conflict != null) {
            position = conflict;
            place = null;
        }
        conflict = null;
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

    /** Where the position's item stands in the channel's log; null where that is not known. */
    @Nullable
    Position placed() {
        return place;
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
        Position known = place;
        if (known != null && known.epoch() == waiting.position().epoch()) {
            // The channel's log tells where an item stands whose publisher does not say.
            long ahead = waiting.position().sequence() - known.sequence();
            if (ahead <= 0 || (ahead == 1 && item.prevId() == null)) {
                settled = true;
                return ahead == 1 ? Fit.FOLLOWS : Fit.COVERED;
            }
        }
        if (at.equals(item.prevId())) {
            settled = true;
            return Fit.FOLLOWS;
        }
        if (at.equals(item.id())) {
            settled = true;
            cover(item);
            return Fit.COVERED;
        }
        if (waiting.stamp() < coveredBefore) {
            return Fit.COVERED;
        }
        ArrayDeque<WaitingItem> kept = doubtful;
        if (kept == null) {
            kept = new ArrayDeque<>(1);
            doubtful = kept;
        }
        kept.add(waiting);
        if (kept.size() > Math.max(1, limit)) {
            forget(kept.remove().item(), kept.element().item());
            abandoned++;
        }
        conflict = item.noSeq() ? conflict : item.id();
        return Fit.IN_DOUBT;
    }

    /** An item whose successor is in doubt too needs no place of its own: they are covered together. */
    private void forget(PublishItem oldest, PublishItem next) {
        unclear |= oldest.id() == null || !oldest.id().equals(next.prevId());
    }

    /**
     * The position is at the item: what led to it is not in doubt any more. All else is, whenever it came: items may come
     * late, and twice.
     */
    private void cover(PublishItem item) {
        if (!inDoubt()) {
            return;
        }
        var covered = new HashSet<@Nullable String>(Arrays.asList(item.id(), item.prevId()));
        for (Iterator<WaitingItem> newestFirst = newestDoubts(); newestFirst.hasNext(); ) {
            PublishItem before = newestFirst.next().item();
            if (before.id() != null && covered.contains(before.id())) {
                covered.add(before.prevId());
                newestFirst.remove();
                coveredDoubts++;
            }
        }
        if (covered.contains(suspect)) {
            suspect = null;
        }
        if (!inDoubt()) {
            conflict = null;
        }
    }

    private Iterator<WaitingItem> newestDoubts() {
        return doubtful == null ? Collections.emptyIterator() : doubtful.descendingIterator();
    }

    /** The item counts as done, delivered or kept back: the position is now behind it. An item without id ends reliability. */
    void advance(WaitingItem waiting) {
        PublishItem item = waiting.item();
        if (position != null) {
            position = item.id();
            place = place == null ? null : waiting.position();
            if (trail != null && position != null) {
                trail.add(position);
                if (trail.size() > MAX_TRAIL) {
                    trail.remove();
                }
            }
            cover(item);
        }
    }

    /** Takes an advance back: the item could not be dealt with. */
    void retreat(@Nullable String before, @Nullable Position placeBefore) {
        position = before;
        place = placeBefore;
    }

    /** The doubtful item that follows the position now. */
    @Nullable
    WaitingItem takeResolved() {
        String at = position;
        ArrayDeque<WaitingItem> kept = doubtful;
        if (kept != null) {
            for (WaitingItem waiting : kept) {
                if (at == null || at.equals(waiting.item().prevId())) {
                    kept.remove(waiting);
                    return waiting;
                }
            }
        }
        return null;
    }

    /** The channel's log has the position's item at that place. */
    void placedAt(Position inLog) {
        place = inLog;
    }

    /** @param known whether the log has answered, and does not have the position */
    void notInLog(boolean known) {
        uncovered = known;
    }

    /** Whether the channel's log does not go back to the position that the client came with. */
    boolean uncovered() {
        return uncovered;
    }

    /** The channel's last id, when the subscription was made, was this and not the position. */
    void suspect(String lastId) {
        suspect = lastId;
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
        return suspect != null || unclear || (doubtful != null && !doubtful.isEmpty());
    }

    /** Gives up the doubtful items: the origin will be asked. */
    int abandonDoubtful() {
        int count = abandoned + (doubtful == null ? 0 : doubtful.size());
        abandoned = 0;
        doubtful = null;
        suspect = null;
        unclear = false;
        return count;
    }

    /** How many doubtful items the position has covered since the last call. */
    int takeCovered() {
        int taken = coveredDoubts;
        coveredDoubts = 0;
        return taken;
    }

    /** How the client catches up with the channel; null while it need not. */
    @Nullable
    CatchUp catchUp() {
        return catchUp;
    }

    void catchUp(@Nullable CatchUp next) {
        catchUp = next;
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
