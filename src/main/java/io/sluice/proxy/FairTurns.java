package io.sluice.proxy;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who waits for the origin: each share (the channels of a session) has its turn before any has another one, and within a share each group of
 * those who would ask the same. So a channel with thousands of different requests holds up no other. Event loop only.
 */
final class FairTurns {
    private final LinkedHashMap<Object, Map<Object, ArrayDeque<UpdateLimiter.Ticket>>> shares = new LinkedHashMap<>();
    private final int most;

    /** @param most who go together in one turn */
    FairTurns(int most) {
        this.most = most;
    }

    void add(Object share, Object key, UpdateLimiter.Ticket ticket) {
        shares.computeIfAbsent(share, first -> new LinkedHashMap<>())
                .computeIfAbsent(key, first -> new ArrayDeque<>())
                .add(ticket);
    }

    boolean isEmpty() {
        return shares.isEmpty();
    }

    /** Runs the next group's first ones; the group's rest goes to the end of its share, and the share to the end. Whether any still wanted it. */
    boolean next() {
        Object share = shares.keySet().iterator().next();
        Map<Object, ArrayDeque<UpdateLimiter.Ticket>> groups = shares.remove(share);
        if (groups == null) {
            return false;
        }
        Object key = groups.keySet().iterator().next();
        ArrayDeque<UpdateLimiter.Ticket> group = groups.remove(key);
        int ran = 0;
        while (group != null && !group.isEmpty() && ran < most) {
            ran += group.remove().run() ? 1 : 0;
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

    private static Map<Object, ArrayDeque<UpdateLimiter.Ticket>> behind(
            Map<Object, ArrayDeque<UpdateLimiter.Ticket>> newer, Map<Object, ArrayDeque<UpdateLimiter.Ticket>> rest) {
        newer.forEach((key, tickets) -> rest.merge(key, tickets, (before, after) -> {
            before.addAll(after);
            return before;
        }));
        return rest;
    }
}
