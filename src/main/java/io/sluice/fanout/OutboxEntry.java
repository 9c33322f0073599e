package io.sluice.fanout;

import io.sluice.grip.Priority;
import io.sluice.trace.ItemTrace;
import io.sluice.wire.EncodedItem;
import org.jspecify.annotations.Nullable;

/** What waits in an {@link Outbox}: shared bytes, or some of the session's own. */
final class OutboxEntry<O> {
    /** Of the item; null when it is none. */
    final @Nullable OutboxLane<O> lane;

    /** How many entries that nothing overtakes came before it. */
    final int barriers;

    final long nanos;
    final String key;
    private final Priority priority;
    private final boolean sheds;
    private final @Nullable EncodedItem shared;
    private final @Nullable O own;
    final int bytes;
    /** Where is counted what becomes of the item; null for nowhere. */
    final @Nullable ItemTrace trace;

    private boolean gone;

    @Nullable
    OutboxEntry<O> previous;

    @Nullable
    OutboxEntry<O> next;

    /** Takes a reference of the shared bytes. */
    OutboxEntry(
            @Nullable OutboxLane<O> lane,
            int barriers,
            long nanos,
            String key,
            Priority priority,
            boolean sheds,
            @Nullable EncodedItem shared,
            @Nullable O own,
            int bytes,
            @Nullable ItemTrace trace) {
        this.trace = trace;
        this.lane = lane;
        this.barriers = barriers;
        this.nanos = nanos;
        this.key = key;
        this.priority = priority;
        this.sheds = sheds;
        this.shared = shared;
        this.own = own;
        this.bytes = bytes;
        if (shared != null) {
            shared.retain();
        }
    }

    Priority priority() {
        return priority;
    }

    /** Whether it may be dropped for another one. */
    boolean sheds() {
        return sheds;
    }

    boolean gone() {
        return gone;
    }

    /** Whether it goes before what came earlier of other channels. */
    boolean overtakes() {
        return lane != null && priority == Priority.HIGH;
    }

    void write(Outbox.Port<O> port) {
        if (shared != null) {
            port.write(shared);
        } else if (own != null) {
            port.write(own);
        }
    }

    /** Gives the reference back. Once. */
    void leave() {
        gone = true;
        if (shared != null) {
            shared.release();
        }
    }
}
