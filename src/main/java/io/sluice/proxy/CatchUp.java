package io.sluice.proxy;

import io.sluice.channel.Position;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A channel that has left a slow client behind: from where its log is to be read, once the client has taken what waits for it, and how far it has been
 * read. Event loop only.
 */
final class CatchUp {
    /** Of the items that come while the log is asked, so many are kept: they may be newer than its answer. */
    private static final int KEPT = 100;

    /** All up to here has been dealt with, or is about to be; null when that is true of all there is. */
    private @Nullable Position since;
    /** Up to here the log has been read. */
    private @Nullable Position read;
    /** From where the log is being read; null when it is not. */
    private @Nullable Position asked;
    /** Items left in the log, but for those that came since it was asked. */
    private long left;

    private final ArrayDeque<WaitingItem> kept = new ArrayDeque<>(0);
    /** Where those stand that came behind the kept ones. */
    private final ArrayDeque<Position> unkept = new ArrayDeque<>(0);

    private long counted;
    /** The newest item that was counted as left. */
    private @Nullable Position seen;
    /** When the log failed to answer first, since it has answered last; -1 when it has not failed. */
    private long failedMillis = -1;

    /** Whether the log is to be read. */
    boolean due() {
        return since != null && asked == null;
    }

    /** Whether items are left in the log. */
    boolean behind() {
        return since != null;
    }

    /** How many items are left in the log, of those that have been seen here. */
    long left() {
        return left + kept.size() + unkept.size();
    }

    /** By how much {@link #left} has changed since this was asked last. */
    long takeChange() {
        long change = left() - counted;
        counted += change;
        return change;
    }

    /** Whether the item is not to be dealt with now: it is left in the log, or has been read from there. */
    boolean takes(WaitingItem item) {
        if (!item.fromLog() && within(item.position(), read)) {
            return true;
        }
        if (since == null || within(item.position(), since)) {
            return false;
        }
        see(item.position());
        if (asked == null || item.fromLog()) {
            left++;
        } else if (kept.size() < KEPT && unkept.isEmpty()) {
            kept.add(item);
        } else {
            unkept.add(item.position());
        }
        return true;
    }

    /** The client has no room for an item that had its turn: it is the first that is left. */
    void fallBehind(Position item) {
        since = new Position(item.epoch(), item.sequence() - 1);
        see(item);
        left++;
    }

    private void see(Position item) {
        if (!within(item, seen)) {
            seen = item;
        }
    }

    /** Whether an item that stands there is counted as left, if the session gets it at all. */
    boolean counts(Position item) {
        return within(item, seen);
    }

    /** The log is being read. */
    Position ask() {
        Position from = since;
        if (from == null) {
            throw new IllegalStateException("nothing to read");
        }
        asked = from;
        return from;
    }

    /**
     * The log has been read up to there.
     *
     * @param more whether it has some behind that
     * @param counted how many of what was read were counted as left
     * @return what came meanwhile and is newer; null when it has to be read again from elsewhere
     */
    @Nullable
    List<WaitingItem> answered(Position upTo, boolean more, long counted) {
        boolean other = asked == null || !asked.equals(since);
        failedMillis = -1;
        stopAsking(other || more);
        if (other) {
            return null;
        }
        read = upTo;
        if (more) {
            left = Math.max(0, left - counted);
            since = upTo;
            return List.of();
        }
        var newer = newer(upTo);
        unkept.removeIf(position -> within(position, upTo));
        left = unkept.size();
        unkept.clear();
        since = left == 0
                ? null
                : newer.isEmpty() ? upTo : newer.get(newer.size() - 1).position();
        return newer;
    }

    /**
     * The log has not answered. All that is left stays so.
     *
     * @return for how long it has given no answer
     */
    long failed(long nowMillis) {
        stopAsking(true);
        failedMillis = failedMillis < 0 ? nowMillis : failedMillis;
        return nowMillis - failedMillis;
    }

    /** @param leave whether to leave in the log what came meanwhile */
    private void stopAsking(boolean leave) {
        asked = null;
        if (leave) {
            left += kept.size() + unkept.size();
            kept.clear();
            unkept.clear();
        }
    }

    /**
     * The log does not have what is left.
     *
     * @return what came since it was asked, and goes on
     */
    List<WaitingItem> gap() {
        var newer = newer(null);
        asked = null;
        since = null;
        read = null;
        left = 0;
        unkept.clear();
        return newer;
    }

    /** How many items a gap loses. */
    long gapItems() {
        return left + unkept.size();
    }

    private List<WaitingItem> newer(@Nullable Position upTo) {
        var newer = new ArrayList<WaitingItem>(kept.size());
        for (WaitingItem item : kept) {
            if (!within(item.position(), upTo)) {
                newer.add(item);
            }
        }
        kept.clear();
        return newer;
    }

    private static boolean within(Position position, @Nullable Position bound) {
        return bound != null && position.epoch() == bound.epoch() && position.sequence() <= bound.sequence();
    }
}
