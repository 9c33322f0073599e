package io.sluice.trace;

import io.sluice.channel.Position;
import io.sluice.stats.DropReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The traces of one node: of the last items that it was the home for, and of the last that arrived at its connections. Any thread.
 *
 * <p>Not guaranteed: that an item is still known. The rings hold as many as they were made for, whatever happens.
 */
public final class NodeTraces {
    /** Of names that clients or publishers choose, and that are kept here. */
    private static final int MAX_NAME = 256;

    private final @Nullable TraceRing homes;
    private final @Nullable TraceRing arrivals;
    private final int size;

    /** @param items that each of the two rings keeps; 0 keeps none, and costs nothing */
    public NodeTraces(int items) {
        size = items;
        homes = items == 0 ? null : new TraceRing(items);
        arrivals = items == 0 ? null : new TraceRing(items);
    }

    /** Items that each ring keeps; 0 for none. */
    public int size() {
        return size;
    }

    /**
     * The home has numbered the item and gives it to these nodes.
     *
     * @param nodes a set that is never changed
     */
    public void forwarded(String channel, @Nullable String id, Position position, Set<String> nodes) {
        if (homes != null) {
            homes.add(note(Stage.FORWARDED, channel, id, position, 1, nodes, ""));
        }
    }

    /** Something else happened at the home. */
    public void atHome(Stage stage, String channel, @Nullable String id, String reason) {
        if (homes != null) {
            homes.add(note(stage, channel, id, null, 1, Set.of(), reason));
        }
    }

    /** The home did not take the item. */
    public void refused(String channel, @Nullable String id, DropReason reason) {
        atHome(Stage.REFUSED, channel, id, reason.name().toLowerCase(Locale.ROOT));
    }

    /** The link to the node had no room. */
    public void deferred(String channel, @Nullable String id, Position position, String node) {
        if (homes != null) {
            homes.add(note(Stage.DEFERRED, channel, id, position, 1, Set.of(node), ""));
        }
    }

    /**
     * The item has arrived, and goes to its connections.
     *
     * @param reason empty for the usual way
     * @return where to count what becomes of it; null when nothing is kept
     */
    public @Nullable ItemTrace arrived(String channel, @Nullable String id, Position position, String reason) {
        if (arrivals == null) {
            return null;
        }
        var trace = new ItemTrace(System.currentTimeMillis(), cut(channel), cut(id), position, reason);
        arrivals.add(trace);
        return trace;
    }

    /** The item came to this node, and goes no further. */
    public void endedHere(Stage stage, String channel, @Nullable String id, Position position) {
        if (arrivals != null) {
            arrivals.add(note(stage, channel, id, position, 1, Set.of(), ""));
        }
    }

    /** So many items up to that position did not come. */
    public void missed(String channel, Position upTo, long items) {
        if (arrivals != null) {
            arrivals.add(note(Stage.MISSED, channel, null, upTo, items, Set.of(), ""));
        }
    }

    /**
     * What is known of an item, in the order of time. Looks at everything: not for an event loop.
     *
     * @param id empty for the newest items of the channel
     * @param limit of each ring's lines about the item, and again of what the node missed
     */
    public List<TraceLine> of(String channel, String id, int limit) {
        String name = cut(channel);
        String key = cut(id);
        var found = new ArrayList<TraceLine>();
        for (TraceRing ring : new @Nullable TraceRing[] {homes, arrivals}) {
            if (ring != null) {
                add(found, ring.newest(trace -> trace.channel().equals(name) && isOf(trace, key), limit));
                if (!key.isEmpty()) {
                    // A bound of their own: of what the node missed there may be more than of any item.
                    add(found, ring.newest(trace -> trace.channel().equals(name) && isMissed(trace), limit));
                }
            }
        }
        found.sort(Comparator.comparingLong(TraceLine::atMillis).thenComparing(TraceLine::stage));
        return found;
    }

    private static void add(List<TraceLine> found, List<Trace> newest) {
        for (int i = newest.size() - 1; i >= 0; i--) {
            found.add(newest.get(i).line());
        }
    }

    /** Of items that were missed no id is known. */
    private static boolean isOf(Trace trace, String id) {
        return id.isEmpty() || trace.id().equals(id);
    }

    private static boolean isMissed(Trace trace) {
        return trace instanceof Note note && note.stage() == Stage.MISSED;
    }

    /**
     * Channels that this node is the home of, with their latest items.
     *
     * @param millis that the items are counted over: less than asked for, when there were so many that older ones are forgotten
     * @param items by channel
     */
    public record Activity(long millis, Map<String, Integer> items) {}

    /** The last items, of so much time. Looks at everything: not for an event loop. */
    public Activity activity(long lastMillis) {
        var counts = new HashMap<String, Integer>();
        if (homes == null) {
            return new Activity(lastMillis, counts);
        }
        long now = System.currentTimeMillis();
        long since = now - lastMillis;
        List<Trace> newest = homes.newest(trace -> trace instanceof Note note && note.atMillis() >= since, size);
        for (Trace trace : newest) {
            if (trace instanceof Note note && note.stage() == Stage.FORWARDED) {
                counts.merge(note.channel(), 1, Integer::sum);
            }
        }
        boolean all = newest.size() < size;
        long covered = all || !(newest.get(size - 1) instanceof Note oldest) ? lastMillis : now - oldest.atMillis();
        return new Activity(Math.max(1, covered), counts);
    }

    private static Note note(
            Stage stage,
            String channel,
            @Nullable String id,
            @Nullable Position position,
            long items,
            Set<String> nodes,
            String reason) {
        return new Note(System.currentTimeMillis(), stage, cut(channel), cut(id), position, items, nodes, cut(reason));
    }

    private static String cut(@Nullable String name) {
        return name == null ? "" : name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME);
    }
}
