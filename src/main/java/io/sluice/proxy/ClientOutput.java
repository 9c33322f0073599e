package io.sluice.proxy;

import io.sluice.fanout.Outbox;
import io.sluice.grip.PublishItem;
import io.sluice.netty.Outlet;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.wire.EncodedItem;
import org.jspecify.annotations.Nullable;

/**
 * A session's way to its client. As long as the socket takes all there is, it is given everything at once; when it does not, the rest waits in an
 * outbox made for the purpose. Event loop only.
 *
 * @param <O> what the session writes of its own
 */
abstract class ClientOutput<O> implements Outbox.Port<O> {
    private final SessionParts parts;
    private final OutboxOwner owner;
    private @Nullable SlowClient<O> slow;
    private boolean flushing;

    ClientOutput(SessionParts parts, OutboxOwner owner) {
        this.parts = parts;
        this.owner = owner;
    }

    /** Null before there is a way. */
    abstract @Nullable Outlet outlet();

    @Override
    public final boolean writable() {
        Outlet out = outlet();
        return out != null && out.writable();
    }

    @Override
    public final long pendingBytes() {
        Outlet out = outlet();
        return out == null ? 0 : out.pendingBytes();
    }

    /** Whether what is written now goes to the socket, with nothing before it. */
    final boolean takes() {
        Outlet out = outlet();
        return slow == null && out != null && (out.writable() || takesMore(out));
    }

    /** It may be just what this tick has written, and the socket may be free. */
    private boolean takesMore(Outlet out) {
        flushing = true;
        try {
            out.flush();
        } finally {
            flushing = false;
        }
        return out.writable();
    }

    /** Whether so much waits for the client that more would be too much. */
    final boolean full() {
        SlowClient<O> now = slow;
        return now == null ? pendingBytes() > parts.settings().http().outboxBytes() : now.full();
    }

    /** Whether an item may wait, for which there is no room. */
    final Outbox.Verdict admit(PublishItem item) {
        return slow().admit(item);
    }

    /**
     * An item goes out, or waits.
     *
     * @param kept whether it must not be dropped once it waits
     * @param shared its shared bytes; null where it has others, which are {@code own}
     */
    final void item(PublishItem item, boolean kept, @Nullable EncodedItem shared, @Nullable O own, int size) {
        if (takes()) {
            if (shared != null) {
                write(shared);
            } else if (own != null) {
                write(own);
            }
            parts.stats().count(Counter.DELIVERIES);
            parts.trace().written();
        } else if (outlet() != null) {
            parts.trace().queued();
            slow().item(
                            item,
                            kept,
                            shared,
                            shared == null ? own : null,
                            size,
                            parts.trace().current());
        }
    }

    /** Something of the session's own goes out, or waits. */
    final void own(O own, int size) {
        if (takes()) {
            write(own);
        } else if (outlet() != null) {
            slow().own(own, size);
        }
    }

    private SlowClient<O> slow() {
        SlowClient<O> now = slow;
        if (now == null) {
            now = new SlowClient<>(parts.pressure(), owner, this, this::freed);
            slow = now;
            owner.drops().slow(now);
        }
        return now;
    }

    /** For the outlet: the socket takes bytes again. */
    final void onWritable() {
        if (flushing) {
            // In the middle of a delivery.
            parts.timers().schedule(1, this::onWritable);
        } else if (slow == null) {
            owner.writable();
        } else {
            slow.drain();
            Outlet out = outlet();
            if (out != null) {
                // Not later: this may be in the middle of the tick's own flush, which comes by each outlet once.
                out.flush();
            }
        }
    }

    private void freed() {
        forget();
        owner.writable();
    }

    private void forget() {
        slow = null;
        owner.drops().slow(null);
    }

    /** The socket is given all that waits, before the connection ends. */
    final void drainAll() {
        SlowClient<O> now = slow;
        if (now != null) {
            now.drainAll();
            forget();
        }
    }

    /** What waits is lost. */
    final void discard(DropReason reason) {
        SlowClient<O> now = slow;
        if (now != null) {
            now.clear(reason);
            forget();
        }
    }
}
