package io.sluice.fanout;

import io.sluice.config.OverflowPolicy;
import io.sluice.grip.Priority;
import io.sluice.grip.PublishItem;
import io.sluice.stats.DropReason;
import io.sluice.trace.ItemTrace;
import io.sluice.wire.EncodedItem;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one client whose socket takes no more: items of its channels, by reference to their shared bytes, and what its session writes of
 * its own. Goes out in the order of its coming, but that items of high priority overtake other channels' items, never their own channel's, and
 * never anything of the session's own. Made when the socket is full, and let go when it has taken all. Event loop only.
 *
 * @param <O> what the session writes of its own
 */
public final class Outbox<O> {
    /** The socket. */
    public interface Port<O> {
        boolean writable();

        /** Bytes that it has been given and not sent. */
        long pendingBytes();

        void write(EncodedItem item);

        void write(O own);
    }

    /** Told of items that do not go out. */
    public interface Loss {
        void lost(DropReason reason, String channel, int items);

        /** One of them, where its trace is kept. */
        default void traced(ItemTrace item, DropReason reason) {}
    }

    /** What becomes of an item that comes to a full outbox. */
    public enum Verdict {
        /** It may wait. */
        ROOM,
        /** It is dropped. */
        DROP,
        /** The connection is to end. */
        DISCONNECT,
        /** It is left in the log. */
        CATCH_UP,
    }

    private final Port<O> port;
    private final Loss loss;
    private final int maxMessages;
    private final long maxBytes;
    private final LongSupplier nanos;
    private final Map<String, OutboxLane<O>> lanes = new HashMap<>(4);
    /** Items that may be dropped for those of higher priority. */
    private final OutboxEntries<O> low = new OutboxEntries<>();

    private final OutboxEntries<O> normal = new OutboxEntries<>();
    private @Nullable OutboxEntry<O> head;
    private @Nullable OutboxEntry<O> tail;
    /** The last that nothing overtakes. */
    private @Nullable OutboxEntry<O> barrier;

    private int barriers;
    private int messages;
    private long bytes;

    /**
     * @param maxMessages waiting here
     * @param maxBytes waiting here and in the socket's buffer together; one item of each channel may go beyond it
     */
    public Outbox(Port<O> port, Loss loss, int maxMessages, long maxBytes, LongSupplier nanos) {
        this.port = port;
        this.loss = loss;
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
        this.nanos = nanos;
    }

    /** What waits here; not what is in the socket's buffer. */
    public int messages() {
        return messages;
    }

    /** Of what waits here. */
    public long bytes() {
        return bytes;
    }

    public boolean isEmpty() {
        return head == null;
    }

    /** Whether an item that comes needs a verdict. */
    public boolean full() {
        return messages >= maxMessages || bytes + port.pendingBytes() > maxBytes;
    }

    /** How full it is, of 100. */
    public int percent() {
        return (int) Math.max(100 * (bytes + port.pendingBytes()) / maxBytes, 100L * messages / maxMessages);
    }

    /** How long the one that came first has been waiting, in nanoseconds; 0 when none is. A walk over all. */
    public long oldestNanos() {
        long now = nanos.getAsLong();
        long age = 0;
        for (OutboxEntry<O> entry = head; entry != null; entry = entry.next) {
            age = Math.max(age, now - entry.nanos);
        }
        return age;
    }

    /** Makes room for an item, if it can: of lower priorities first, then as the channel's policy has it. */
    public Verdict admit(PublishItem item, OverflowPolicy policy) {
        OutboxLane<O> lane = lanes.get(item.channel());
        if (policy == OverflowPolicy.CONFLATE && lane != null && lane.latest.containsKey(item.conflateKey())) {
            // It takes the place of another one.
            return Verdict.ROOM;
        }
        Priority priority = item.priority();
        boolean replaces = policy == OverflowPolicy.DROP_OLDEST || policy == OverflowPolicy.CONFLATE;
        while (full()) {
            OutboxEntry<O> lesser = lesser(priority, policy == OverflowPolicy.DROP_NEWEST);
            if (lesser != null) {
                drop(lesser, DropReason.OUTBOX_LOW_PRIORITY);
                continue;
            }
            OutboxEntry<O> older = replaces && lane != null ? lane.entries.firstToGive(priority) : null;
            if (older != null) {
                drop(older, DropReason.OUTBOX_OLDEST);
                continue;
            }
            // Of such a channel the newest may always wait.
            return replaces && (lane == null || lane.entries.isEmpty()) ? Verdict.ROOM : refused(policy);
        }
        return Verdict.ROOM;
    }

    private static Verdict refused(OverflowPolicy policy) {
        return switch (policy) {
            case DISCONNECT -> Verdict.DISCONNECT;
            case CATCH_UP -> Verdict.CATCH_UP;
            case DROP_NEWEST, DROP_OLDEST, CONFLATE -> Verdict.DROP;
        };
    }

    private @Nullable OutboxEntry<O> lesser(Priority priority, boolean newest) {
        OutboxEntry<O> found = null;
        if (priority != Priority.LOW) {
            found = newest ? low.last() : low.first();
        }
        if (found == null && priority == Priority.HIGH) {
            found = newest ? normal.last() : normal.first();
        }
        return found;
    }

    private void drop(OutboxEntry<O> entry, DropReason reason) {
        OutboxLane<O> lane = entry.lane;
        remove(entry);
        if (entry.trace != null) {
            loss.traced(entry.trace, reason);
        }
        loss.lost(reason, lane == null ? "" : lane.channel, 1);
    }

    /**
     * An item waits. With the policy conflate it takes the place of one that waits with the same key.
     *
     * @param kept whether it is not to be dropped for another one: items behind it build on it
     * @param shared its shared bytes, of which a reference is taken; null where there are {@code own}
     * @param size in bytes
     * @param trace where is counted what becomes of it; null for nowhere
     */
    public void item(
            PublishItem item,
            OverflowPolicy policy,
            boolean kept,
            @Nullable EncodedItem shared,
            @Nullable O own,
            int size,
            @Nullable ItemTrace trace) {
        OutboxLane<O> lane = lanes.computeIfAbsent(item.channel(), name -> new OutboxLane<>(name, policy));
        String key = item.conflateKey();
        OutboxEntry<O> older = policy == OverflowPolicy.CONFLATE && !kept ? lane.latest.get(key) : null;
        OutboxEntry<O> entry = new OutboxEntry<>(
                lane,
                older == null ? barriers : older.barriers,
                nanos.getAsLong(),
                key,
                item.priority(),
                policy.sheds() && !kept,
                shared,
                own,
                size,
                trace);
        link(entry, older == null ? place(entry) : older);
        if (policy == OverflowPolicy.CONFLATE && !kept) {
            lane.latest.put(key, entry);
        }
        lane.entries.add(entry);
        if (entry.sheds() && item.priority() != Priority.HIGH) {
            (item.priority() == Priority.LOW ? low : normal).add(entry);
        }
        if (older != null) {
            drop(older, DropReason.OUTBOX_CONFLATED);
        }
    }

    /** Something of the session's own waits; nothing overtakes it, and it is never dropped. */
    public void own(O own, int size) {
        var entry = new OutboxEntry<O>(
                null, ++barriers, nanos.getAsLong(), "", Priority.NORMAL, false, null, own, size, null);
        link(entry, tail);
        barrier = entry;
    }

    /** The entry that it comes behind; null for the head. */
    private @Nullable OutboxEntry<O> place(OutboxEntry<O> entry) {
        OutboxLane<O> lane = entry.lane;
        if (lane == null || !entry.overtakes() || (lane.policy == OverflowPolicy.CONFLATE && !lane.entries.isEmpty())) {
            return tail;
        }
        OutboxEntry<O> last = lane.entries.last();
        OutboxEntry<O> before = last != null && last.barriers == barriers ? last : barrier;
        for (OutboxEntry<O> next = before == null ? head : before.next;
                next != null && next.overtakes();
                next = next.next) {
            before = next;
        }
        return before;
    }

    private void link(OutboxEntry<O> entry, @Nullable OutboxEntry<O> before) {
        OutboxEntry<O> after = before == null ? head : before.next;
        entry.previous = before;
        entry.next = after;
        if (before == null) {
            head = entry;
        } else {
            before.next = entry;
        }
        if (after == null) {
            tail = entry;
        } else {
            after.previous = entry;
        }
        messages++;
        bytes += entry.bytes;
    }

    private void remove(OutboxEntry<O> entry) {
        if (entry.previous == null) {
            head = entry.next;
        } else {
            entry.previous.next = entry.next;
        }
        if (entry.next == null) {
            tail = entry.previous;
        } else {
            entry.next.previous = entry.previous;
        }
        messages--;
        bytes -= entry.bytes;
        entry.leave();
        if (entry == barrier) {
            barrier = null;
        }
        OutboxLane<O> lane = entry.lane;
        if (lane == null) {
            return;
        }
        lane.entries.gone();
        lane.latest.remove(entry.key, entry);
        if (entry.sheds() && entry.priority() != Priority.HIGH) {
            (entry.priority() == Priority.LOW ? low : normal).gone();
        }
        if (lane.entries.isEmpty()) {
            lanes.remove(lane.channel);
        }
    }

    /**
     * Gives the socket what it takes.
     *
     * @param all whether to give it everything, though it is full
     * @return how many items it was given
     */
    public int drain(boolean all) {
        int items = 0;
        while (true) {
            OutboxEntry<O> next = head;
            if (next == null || !(all || port.writable())) {
                return items;
            }
            next.write(port);
            if (next.trace != null) {
                next.trace.writtenLate();
            }
            items += next.lane == null ? 0 : 1;
            remove(next);
        }
    }

    /** Lets all go that waits, as lost for that reason. */
    public void clear(DropReason reason) {
        for (OutboxEntry<O> next = head; next != null; next = head) {
            if (next.lane == null) {
                remove(next);
            } else {
                drop(next, reason);
            }
        }
    }
}
