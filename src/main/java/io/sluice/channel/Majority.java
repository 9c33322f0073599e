package io.sluice.channel;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Whether the nodes that this one sees are the larger part of its cluster. The cluster is whom it saw when all was well: nodes that join belong to it, nodes
 * that leave in order do not any more, and nodes that vanish still do, until the rest has gone on without them for a while. Not thread safe.
 *
 * <p>Of two equal halves the one with the oldest node is the larger. A cluster of two is an exception: when one vanishes the other goes on, since a crash
 * is likelier than a division; after a division both do.
 */
public final class Majority {
    private final int nodes;
    private final long settleMillis;
    private final LongSupplier nowMillis;
    /** Whom the cluster consists of, the oldest first. */
    private final LinkedHashSet<String> known = new LinkedHashSet<>();

    private List<String> seen = List.of();
    private long seenSince;

    /**
     * @param nodes of which the cluster always consists; 0 where that is not known
     * @param settleMillis after which the nodes left, if they are the larger part, are the cluster
     * @param nowMillis a clock that never goes back
     */
    public Majority(int nodes, long settleMillis, LongSupplier nowMillis) {
        this.nodes = nodes;
        this.settleMillis = settleMillis;
        this.nowMillis = nowMillis;
    }

    /**
     * @param members that are seen now, this node among them, oldest first
     * @param leaving those that have said that they leave, members or not
     * @return whether this is the larger part
     */
    public boolean holds(Collection<String> members, Set<String> leaving) {
        long now = nowMillis.getAsLong();
        if (!seen.equals(List.copyOf(members))) {
            seen = List.copyOf(members);
            seenSince = now;
        }
        if (nodes > 0) {
            return 2 * members.size() > nodes;
        }
        known.removeAll(leaving);
        replace(members);
        known.addAll(members);
        known.removeAll(leaving);
        var here = new LinkedHashSet<>(known);
        here.retainAll(members);
        boolean larger = here.size() == known.size()
                || 2 * here.size() > known.size()
                || (2 * here.size() == known.size() && tie(here));
        if (larger && now - seenSince >= settleMillis) {
            known.retainAll(here);
        }
        return larger;
    }

    /** Where the larger part gets new nodes, they stand for those that have vanished: somebody has had them replaced. */
    private void replace(Collection<String> members) {
        var newcomers = new LinkedHashSet<>(members);
        newcomers.removeAll(known);
        var vanished = new LinkedHashSet<>(known);
        vanished.removeAll(members);
        if (2 * (known.size() - vanished.size()) > known.size()) {
            vanished.stream().limit(newcomers.size()).forEach(known::remove);
        }
    }

    private boolean tie(Set<String> here) {
        return known.size() == 2 || here.contains(known.iterator().next());
    }
}
