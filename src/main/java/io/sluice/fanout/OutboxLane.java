package io.sluice.fanout;

import io.sluice.config.OverflowPolicy;
import java.util.HashMap;
import java.util.Map;

/** What waits of one channel in an {@link Outbox}. */
final class OutboxLane<O> {
    final String channel;
    final OverflowPolicy policy;
    final OutboxEntries<O> entries = new OutboxEntries<>();
    /** By what they are the latest of; with the policy conflate. */
    final Map<String, OutboxEntry<O>> latest = new HashMap<>(2);

    OutboxLane(String channel, OverflowPolicy policy) {
        this.channel = channel;
        this.policy = policy;
    }
}
