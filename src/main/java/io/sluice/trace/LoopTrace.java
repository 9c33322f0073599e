package io.sluice.trace;

import io.sluice.stats.DropReason;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Counts what becomes of the item that an event loop is busy with, in plain fields, and adds the sums to the item's trace when the loop turns
 * to another. On the loop's thread alone. Without a trace it counts for nothing.
 */
public final class LoopTrace {
    /** Connections named of one item. */
    static final int NAMED = 8;

    private static final int FILTERS = 8;

    private @Nullable ItemTrace current;
    private int named;

    int matched;
    int written;
    int queued;
    int covered;
    int filters;
    final String[] filterNames = new String[FILTERS];
    final int[] filterCounts = new int[FILTERS];
    boolean anyDropped;
    final int[] dropped = new int[DropReason.values().length];

    /** The loop turns to that item; null to none. Returns the one before, to turn back to. */
    public @Nullable ItemTrace turnTo(@Nullable ItemTrace item) {
        ItemTrace before = current;
        if (before != null) {
            before.add(this);
        }
        clear();
        current = item;
        return before;
    }

    /** The item now turned to begins on this loop. */
    public void begin() {
        if (current != null) {
            current.begun();
        }
    }

    /** The item now turned to; null where it has no trace. */
    public @Nullable ItemTrace current() {
        return current;
    }

    /** Subscriptions that the item was offered to. */
    public void matched(int subscriptions) {
        matched += subscriptions;
    }

    /** A connection got it. */
    public void written() {
        written++;
    }

    /** It waits in a session. */
    public void queued() {
        queued++;
    }

    /** A connection had it already. */
    public void covered() {
        covered++;
    }

    /** @param filter its name, always the same object */
    public void filtered(String filter, String connection, @Nullable String client) {
        int i = 0;
        while (i < filters && !filterNames[i].equals(filter)) {
            i++;
        }
        if (i == FILTERS) {
            return;
        }
        if (i == filters) {
            filterNames[i] = filter;
            filterCounts[i] = 0;
            filters++;
        }
        filterCounts[i]++;
        name(connection, client, filter);
    }

    /** The connection's loss is counted elsewhere too. */
    public void dropped(DropReason reason, String connection, @Nullable String client) {
        anyDropped = true;
        dropped[reason.ordinal()]++;
        name(connection, client, reason.name());
    }

    private void name(String connection, @Nullable String client, String why) {
        ItemTrace item = current;
        if (item != null && named < NAMED) {
            named = item.name(new Tally.Named(connection, client == null ? "" : client, why)) ? named + 1 : NAMED;
        }
    }

    private void clear() {
        matched = 0;
        written = 0;
        queued = 0;
        covered = 0;
        filters = 0;
        named = 0;
        if (anyDropped) {
            anyDropped = false;
            Arrays.fill(dropped, 0);
        }
    }
}
