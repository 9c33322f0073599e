package io.sluice.proxy;

import io.sluice.grip.ChannelSpec;
import io.sluice.grip.GripLast;
import io.sluice.grip.Headers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The channels of one session, by full name, in the order of the last hold. Event loop only. */
final class SessionChannels {
    /**
     * What a new instruction changes.
     *
     * @param added to subscribe
     * @param removed to unsubscribe
     * @param ignored names over the limit
     */
    record Change(List<Subscription> added, List<Subscription> removed, List<String> ignored) {}

    private final String prefix;
    private final List<String> implicit;
    private final int max;
    private Map<String, Subscription> byFullName = new LinkedHashMap<>(4);
    private final Map<String, String> filterPositions = new LinkedHashMap<>(4);
    private boolean plain = true;

    /**
     * @param prefix of the route, before each name
     * @param implicit full names that the target adds; not counted in the maximum
     */
    SessionChannels(String prefix, List<String> implicit, int max) {
        this.prefix = prefix;
        this.implicit = implicit;
        this.max = max;
    }

    /** Takes on the channels of a hold. Those it knows keep what they are, with new position and filters. */
    Change replace(List<ChannelSpec> specs) {
        var wanted = new LinkedHashMap<String, ChannelSpec>();
        var ignored = new ArrayList<String>(0);
        for (ChannelSpec spec : specs) {
            String fullName = prefix + spec.name();
            if (wanted.size() < max || wanted.containsKey(fullName)) {
                wanted.put(fullName, spec);
            } else {
                ignored.add(spec.name());
            }
        }
        for (String fullName : implicit) {
            wanted.putIfAbsent(fullName, new ChannelSpec(unprefixed(fullName), null, List.of()));
        }
        var next = new LinkedHashMap<String, Subscription>(4);
        var added = new ArrayList<Subscription>();
        wanted.forEach((fullName, spec) -> {
            Subscription known = byFullName.remove(fullName);
            if (known == null) {
                known = new Subscription(fullName, spec);
                added.add(known);
            } else {
                known.instruct(spec);
            }
            next.put(fullName, known);
        });
        var removed = List.copyOf(byFullName.values());
        byFullName = next;
        changed();
        return new Change(added, removed, ignored);
    }

    /** Adds one channel to those there are; null when there are too many. Not for one that it knows. */
    @Nullable
    Subscription add(ChannelSpec spec) {
        if (byFullName.size() - implicitKnown() >= max) {
            return null;
        }
        var added = new Subscription(prefix + spec.name(), spec);
        byFullName.put(added.fullName(), added);
        changed();
        return added;
    }

    /** The subscription of that name, without the route's prefix. */
    @Nullable
    Subscription named(String name) {
        return byFullName.get(prefix + name);
    }

    /** Removes a channel; null when there is no such one, or the target adds it anyhow. */
    @Nullable
    Subscription remove(String name) {
        String fullName = prefix + name;
        if (implicit.contains(fullName)) {
            return null;
        }
        Subscription removed = byFullName.remove(fullName);
        changed();
        return removed;
    }

    private int implicitKnown() {
        int known = 0;
        for (String fullName : implicit) {
            known += byFullName.containsKey(fullName) ? 1 : 0;
        }
        return known;
    }

    /** A subscription is another one, or has other filters, or a position, or is behind. */
    void changed() {
        filterPositions.clear();
        plain = true;
        for (Subscription subscription : byFullName.values()) {
            plain &= !subscription.reliable() && subscription.filters().isEmpty() && subscription.catchUp() == null;
        }
    }

    @Nullable
    Subscription get(String fullName) {
        return byFullName.get(fullName);
    }

    Collection<Subscription> all() {
        return byFullName.values();
    }

    /** Whether no channel has a position or filters, so that items can go out as they are. */
    boolean plain() {
        return plain;
    }

    boolean anyReliable() {
        for (Subscription subscription : byFullName.values()) {
            if (subscription.reliable()) {
                return true;
            }
        }
        return false;
    }

    boolean anyInDoubt() {
        for (Subscription subscription : byFullName.values()) {
            if (subscription.inDoubt()) {
                return true;
            }
        }
        return false;
    }

    /** Whether each channel had a send since the last call. */
    boolean takeAllSent() {
        boolean allSent = !byFullName.isEmpty();
        for (Subscription subscription : byFullName.values()) {
            allSent &= subscription.takeSent();
        }
        return allSent;
    }

    /**
     * Positions by unprefixed name, as filters see them for an item: its own channel stands at the item. Empty text for a
     * channel without position. The same map each time, good until the next call.
     */
    Map<String, String> positionsAt(Subscription own, @Nullable String id) {
        for (Subscription subscription : byFullName.values()) {
            String position = subscription == own ? id : subscription.position();
            filterPositions.put(subscription.name(), position == null ? "" : position);
        }
        return filterPositions;
    }

    /** All of them, by full name. */
    Set<String> names() {
        return Set.copyOf(byFullName.keySet());
    }

    /** {@code Grip-Last} lines for the channels with a position. */
    Headers lastIds() {
        if (!anyReliable()) {
            return Headers.EMPTY;
        }
        var positions = new LinkedHashMap<String, String>();
        for (Subscription subscription : byFullName.values()) {
            String position = subscription.position();
            if (position != null) {
                positions.put(subscription.name(), position);
            }
        }
        return GripLast.render(positions);
    }

    private String unprefixed(String fullName) {
        return fullName.startsWith(prefix) ? fullName.substring(prefix.length()) : fullName;
    }
}
