package io.sluice.fanout;

import io.sluice.trace.LoopTrace;
import io.sluice.wire.EncodedItem;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Items on their way to the subscribers of a loop. Can stop between two subscribers and go on later. */
final class ItemBatch {
    /** Told of a subscriber that threw. */
    interface Failure {
        void failed(LoopChannel channel, SubscriberTable.Entry entry, Throwable cause);
    }

    /** Outlets flushed together when nothing more is to come for them: few, so that they are still in the processor's cache. */
    private static final int FLUSH_LAST = 64;

    /** Outlets that may wait for more items. */
    private static final int FLUSH_ANY = 4_096;

    private final List<EncodedItem> items;
    private int position;
    private @Nullable LoopChannel channel;
    private SubscriberTable.@Nullable Entry next;
    private long end;

    ItemBatch(List<EncodedItem> items) {
        this.items = items;
    }

    /** Delivers until done or out of budget; whether it is done. Each item is released once delivered to all. */
    boolean deliver(
            Map<String, LoopChannel> channels,
            TickBudget budget,
            DirtyOutlets dirty,
            LoopTrace trace,
            Failure failure) {
        while (position < items.size()) {
            EncodedItem item = items.get(position);
            trace.turnTo(item.trace());
            LoopChannel current = channel;
            if (current == null) {
                current = channels.get(item.item().channel());
                begin(current, item);
                trace.begin();
            }
            boolean done = current == null || walk(current, item, budget, dirty, trace, failure);
            trace.turnTo(null);
            if (!done) {
                return false;
            }
            channel = null;
            position++;
            item.release();
        }
        return true;
    }

    private void begin(@Nullable LoopChannel found, EncodedItem item) {
        channel = found;
        if (found != null) {
            if (!item.item().noSeq()) {
                found.lastId(item.item().id());
            }
            end = found.subscribers().end();
            next = found.subscribers().first(end);
        }
    }

    private boolean walk(
            LoopChannel current,
            EncodedItem item,
            TickBudget budget,
            DirtyOutlets dirty,
            LoopTrace trace,
            Failure failure) {
        int flushFrom = position == items.size() - 1 ? FLUSH_LAST : FLUSH_ANY;
        SubscriberTable.Entry entry = next;
        int matched = 0;
        while (entry != null) {
            if (budget.spent()) {
                next = entry;
                trace.matched(matched);
                return false;
            }
            if (!SubscriberTable.gone(entry) && LoopChannel.takes(entry.mode(), item.item())) {
                matched++;
                try {
                    entry.subscriber().deliver(current.name(), item);
                } catch (Throwable e) {
                    failure.failed(current, entry, e);
                }
                if (dirty.size() >= flushFrom) {
                    dirty.flush();
                }
            }
            entry = SubscriberTable.next(entry, end);
        }
        trace.matched(matched);
        return true;
    }

    /** Gives up what has not been delivered; the number of items. */
    int release() {
        int left = items.size() - position;
        while (position < items.size()) {
            items.get(position++).release();
        }
        return left;
    }
}
