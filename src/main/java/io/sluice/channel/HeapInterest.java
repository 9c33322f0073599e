package io.sluice.channel;

import io.vertx.core.Future;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Interest of a node that stands alone: in its own memory. Any thread; answers at once. */
public final class HeapInterest implements InterestStore {
    private final Map<String, Set<String>> nodes = new ConcurrentHashMap<>();

    @Override
    public Future<Set<String>> add(String channel, String node) {
        return Future.succeededFuture(nodes.merge(channel, Set.of(node), HeapInterest::union));
    }

    @Override
    public Future<Set<String>> remove(String channel, String node) {
        Set<String> left = nodes.computeIfPresent(channel, (name, before) -> {
            var after = new TreeSet<>(before);
            after.remove(node);
            return after.isEmpty() ? null : Set.copyOf(after);
        });
        return Future.succeededFuture(left == null ? Set.of() : left);
    }

    @Override
    public Future<Set<String>> get(String channel) {
        return Future.succeededFuture(nodes.getOrDefault(channel, Set.of()));
    }

    /** Whether any node wants the channel's items. */
    public boolean wanted(String channel) {
        return nodes.containsKey(channel);
    }

    private static Set<String> union(Set<String> before, Set<String> more) {
        var all = new TreeSet<>(before);
        all.addAll(more);
        return Set.copyOf(all);
    }
}
