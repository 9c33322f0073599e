package io.sluice.proxy;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who waits for the origin: each share (the channels of a session) has its turn before any has another one, and within a share each group of
 * those who would ask the same. So a channel with thousands of different requests holds up no other. Event loop only.
 */
final class FairTurns {
    private final LinkedHashMap<Object, Map<Object, Set<UpdateLimiter.Ticket>>> shares = new LinkedHashMap<>();
    private final int most;

    /** @param most who go together in one turn */
    FairTurns(int most) {
        this.most = most;
    }

    void add(Object share, Object key, UpdateLimiter.Ticket ticket) {
        shares.computeIfAbsent(share, first -> new LinkedHashMap<>())
                .computeIfAbsent(key, first -> new LinkedHashSet<>())
                .add(ticket);
    }

    boolean isEmpty() {
        return shares.isEmpty();
    }

    /** It waits no more; of a group that has its turn just now it may be no part any more. */
    void remove(Object share, Object key, UpdateLimiter.Ticket ticket) {
        Map<Object, Set<UpdateLimiter.Ticket>> groups = shares.get(share);
        Set<UpdateLimiter.Ticket> group = groups == null ? null : groups.get(key);
        if (groups == null || group == null || !group.remove(ticket) || !group.isEmpty()) {
            return;
        }
        groups.remove(key);
        if (groups.isEmpty()) {
            shares.remove(share);
        }
    }

    /** Runs the next group's first ones; the group's rest goes to the end of its share, and the share to the end. Whether any still wanted it. */
    boolean next() {
        Object share = shares.keySet().iterator().next();
        Map<Object, Set<UpdateLimiter.Ticket>> groups = shares.remove(share);
        if (groups == null) {
            return false;
        }
        Object key = groups.keySet().iterator().next();
        Set<UpdateLimiter.Ticket> group = groups.remove(key);
        int ran = 0;
        while (group != null && !group.isEmpty() && ran < most) {
            Iterator<UpdateLimiter.Ticket> first = group.iterator();
            UpdateLimiter.Ticket due = first.next();
            first.remove();
            ran += due.run() ? 1 : 0;
        }
        if (group != null && !group.isEmpty()) {
            groups.put(key, group);
        }
        if (!groups.isEmpty()) {
            // Whoever came while they ran stands behind those who wait still.
            shares.merge(share, groups, FairTurns::behind);
        }
        return ran > 0;
    }

    private static Map<Object, Set<UpdateLimiter.Ticket>> behind(
            Map<Object, Set<UpdateLimiter.Ticket>> newer, Map<Object, Set<UpdateLimiter.Ticket>> rest) {
        newer.forEach((key, tickets) -> rest.merge(key, tickets, (before, after) -> {
            before.addAll(after);
            return before;
        }));
        return rest;
    }
}
