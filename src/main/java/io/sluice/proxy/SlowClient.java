package io.sluice.proxy;

import io.sluice.config.OverflowPolicy;
import io.sluice.fanout.Outbox;
import io.sluice.grip.PublishItem;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import io.sluice.trace.ItemTrace;
import io.sluice.wire.EncodedItem;
import org.jspecify.annotations.Nullable;

/**
 * A client that takes less than there is for it, from the moment that its socket is full until it has taken all: its outbox, and for how long this
 * has been so. Event loop only.
 *
 * @param <O> what its session writes of its own
 */
final class SlowClient<O> {
    private final Pressure pressure;
    private final OutboxOwner owner;
    private final Outbox.Port<O> port;
    private final Outbox<O> outbox;
    private final Runnable over;
    private final long sinceMillis;
    private long progressMillis;
    private long lastPending;
    private long countedMessages;
    private long countedBytes;
    private boolean warned;
    private boolean left;

    /** @param over called when nothing waits any more, and the socket takes more */
    SlowClient(Pressure pressure, OutboxOwner owner, Outbox.Port<O> port, Runnable over) {
        this.pressure = pressure;
        this.owner = owner;
        this.port = port;
        this.over = over;
        this.outbox = new Outbox<>(
                port,
                loss(owner),
                pressure.settings().outbox().messages(),
                pressure.settings().http().outboxBytes(),
                System::nanoTime);
        this.sinceMillis = pressure.nowMillis();
        this.progressMillis = sinceMillis;
        this.lastPending = port.pendingBytes();
        pressure.stats().move(Gauge.OUTBOXES, 1);
        pressure.add(this);
    }

    private static Outbox.Loss loss(OutboxOwner owner) {
        return new Outbox.Loss() {
            @Override
            public void lost(DropReason reason, String channel, int items) {
                owner.drops().dropped(reason, channel, items);
            }

            @Override
            public void traced(ItemTrace item, DropReason reason) {
                item.lostLate(reason, owner.client().id(), owner.client().clientId());
            }
        };
    }

    boolean full() {
        return outbox.full();
    }

    /** Whether an item of the channel that comes to the full outbox may wait. */
    Outbox.Verdict admit(PublishItem item) {
        Outbox.Verdict verdict = outbox.admit(item, pressure.policyOf(item.channel()));
        counted();
        return verdict;
    }

    /** An item waits; see {@link Outbox#item}. */
    void item(
            PublishItem item,
            boolean kept,
            @Nullable EncodedItem shared,
            @Nullable O own,
            int size,
            @Nullable ItemTrace trace) {
        OverflowPolicy policy = pressure.policyOf(item.channel());
        outbox.item(item, policy, kept, shared, own, size, trace);
        counted();
        warn(item.channel());
    }

    /** Something of the session's own waits. */
    void own(O own, int size) {
        outbox.own(own, size);
        counted();
    }

    /** The socket may take something. */
    void drain() {
        given(outbox.drain(false));
        if (outbox.isEmpty() && port.writable()) {
            leave();
            over.run();
        }
    }

    /** The socket is given all that waits; the connection is about to end. */
    void drainAll() {
        given(outbox.drain(true));
        leave();
    }

    /** All that waits is lost. */
    void clear(DropReason reason) {
        outbox.clear(reason);
        counted();
        leave();
        // The connection ends: what its end has lost is told with the rest.
        owner.drops().close();
    }

    private void given(int items) {
        pressure.stats().add(Counter.DELIVERIES, items);
        if (items > 0) {
            progressMillis = pressure.nowMillis();
        }
        counted();
    }

    private void leave() {
        if (!left) {
            left = true;
            pressure.stats().move(Gauge.OUTBOXES, -1);
            pressure.remove(this);
        }
    }

    /** Once a second: whether anything has been taken; and should nobody have said that the socket takes more, it is looked at. */
    void look() {
        if (left) {
            return;
        }
        long pending = port.pendingBytes();
        if (pending < lastPending) {
            progressMillis = pressure.nowMillis();
        }
        lastPending = pending;
        if (port.writable()) {
            drain();
            return;
        }
        int stallSeconds = pressure.settings().outbox().stallSeconds();
        if (stallSeconds > 0 && stalledMillis() >= stallSeconds * 1000L) {
            owner.disconnect(Disconnect.STALLED);
        }
    }

    private void counted() {
        Stats stats = pressure.stats();
        stats.move(Gauge.OUTBOX_MESSAGES, outbox.messages() - countedMessages);
        stats.move(Gauge.OUTBOX_BYTES, outbox.bytes() - countedBytes);
        countedMessages = outbox.messages();
        countedBytes = outbox.bytes();
    }

    private void warn(String channel) {
        if (!warned && outbox.percent() >= pressure.settings().outbox().warnPercent()) {
            warned = true;
            pressure.stats().count(Counter.OUTBOX_WARNINGS);
            owner.drops().high(channel, outbox.percent());
        }
    }

    OutboxOwner owner() {
        return owner;
    }

    int messages() {
        return outbox.messages();
    }

    /** Here and in the socket's buffer. */
    long bytes() {
        return outbox.bytes() + port.pendingBytes();
    }

    long oldestMillis() {
        return outbox.oldestNanos() / 1_000_000;
    }

    long slowMillis() {
        return pressure.nowMillis() - sinceMillis;
    }

    long stalledMillis() {
        return pressure.nowMillis() - progressMillis;
    }
}
