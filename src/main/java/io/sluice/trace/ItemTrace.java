package io.sluice.trace;

import io.sluice.channel.Position;
import io.sluice.stats.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An item that has arrived on this node, and what became of it at its connections. Any thread. */
public final class ItemTrace implements Trace {
    private static final DropReason[] REASONS = DropReason.values();

    private final long atMillis;
    private final String channel;
    private final String id;
    private final Position position;
    private final String reason;

    // guarded by this
    private int loops;
    private long matched;
    private long written;
    private long queued;
    private long covered;
    /** Few: a list with places for each filter would be larger. */
    private @Nullable Map<String, Long> filtered;

    private @Nullable Map<String, Long> dropped;
    private List<Tally.Named> named = List.of();

    ItemTrace(long atMillis, String channel, String id, Position position, String reason) {
        this.atMillis = atMillis;
        this.channel = channel;
        this.id = id;
        this.position = position;
        this.reason = reason;
    }

    @Override
    public String channel() {
        return channel;
    }

    @Override
    public String id() {
        return id;
    }

    synchronized void begun() {
        loops++;
    }

    synchronized void add(LoopTrace loop) {
        matched += loop.matched;
        written += loop.written;
        queued += loop.queued;
        covered += loop.covered;
        for (int i = 0; i < loop.filters; i++) {
            filtered = plus(filtered, loop.filterNames[i], loop.filterCounts[i]);
        }
        if (loop.anyDropped) {
            for (DropReason why : REASONS) {
                if (loop.dropped[why.ordinal()] > 0) {
                    dropped = plus(dropped, why.name().toLowerCase(Locale.ROOT), loop.dropped[why.ordinal()]);
                }
            }
        }
    }

    /** A connection that it waited for has got it. */
    public synchronized void writtenLate() {
        written++;
    }

    /** A connection that it waited for does not get it. */
    public synchronized void lostLate(DropReason why, String connection, @Nullable String client) {
        dropped = plus(dropped, why.name().toLowerCase(Locale.ROOT), 1);
        name(new Tally.Named(connection, client == null ? "" : client, why.name()));
    }

    /** Whether there is room for another name. */
    synchronized boolean name(Tally.Named connection) {
        if (named.isEmpty()) {
            named = new ArrayList<>(2);
        }
        return named.size() < LoopTrace.NAMED && named.add(connection);
    }

    private static Map<String, Long> plus(@Nullable Map<String, Long> counts, String name, long by) {
        Map<String, Long> map = counts == null ? new TreeMap<>() : counts;
        map.merge(name, by, Long::sum);
        return map;
    }

    @Override
    public TraceLine line() {
        return new TraceLine(atMillis, Stage.ARRIVED, channel, id, position, 1, List.of(), reason, tally());
    }

    private synchronized Tally tally() {
        return new Tally(
                loops,
                matched,
                written,
                queued,
                covered,
                filtered == null ? Map.of() : new TreeMap<>(filtered),
                dropped == null ? Map.of() : new TreeMap<>(dropped),
                List.copyOf(named));
    }
}
