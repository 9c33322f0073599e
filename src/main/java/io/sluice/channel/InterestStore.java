package io.sluice.channel;

import io.vertx.core.Future;
import java.util.Set;

/**
 * Which nodes have subscribers to a channel. Survives its home. Called by the home alone; both changes are idempotent.
 */
public interface InterestStore {
    /** Adds the node; the answer is all nodes interested, it among them. */
    Future<Set<String>> add(String channel, String node);

    /** Removes the node; the answer is those left. */
    Future<Set<String>> remove(String channel, String node);

    Future<Set<String>> get(String channel);
}
