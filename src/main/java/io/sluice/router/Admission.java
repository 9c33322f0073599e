package io.sluice.router;

import io.sluice.channel.DedupWindow;
import io.sluice.channel.ItemOutcome;
import io.sluice.channel.Position;
import io.sluice.channel.Sequencer.Turn;
import io.sluice.grip.PublishItem;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Stats;
import io.sluice.trace.NodeTraces;
import io.sluice.trace.Stage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a home does with an item before it is numbered: duplicates go, and each item waits for its turn. */
final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    private final DedupWindow dedup;
    private final Stats stats;
    private final NodeTraces traces;

    Admission(DedupWindow dedup, Stats stats, NodeTraces traces) {
        this.traces = traces;
        this.dedup = dedup;
        this.stats = stats;
    }

    /** Adds to {@code given} what now has its turn, and what became of the item. */
    void offer(HomeChannel channel, PublishItem item, AppendBatch batch, int index, Given given) {
        if (item.id() != null && !dedup.firstSight(channel.name, item.id())) {
            stats.count(Counter.ITEMS_DUPLICATE);
            LOG.debug("duplicate channel={} id={}", channel.name, item.id());
            traces.atHome(Stage.DUPLICATE, channel.name, item.id(), "");
            int behind = given.items.size();
            given.reply(batch, index, before -> new ItemOutcome(true, false, behind(before, behind)));
            return;
        }
        Turn turn = channel.sequencer.offer(item, channel.subscribed());
        if (turn instanceof Turn.Deliver deliver) {
            stats.count(Counter.ITEMS_ACCEPTED);
            given.sawFirst(item.id());
            given.waitingChanged |= deliver.items().size() > 1;
            int place = given.items.size() + 1;
            given.items.addAll(deliver.items());
            given.reply(batch, index, before -> new ItemOutcome(false, false, behind(before, place)));
        } else if (turn instanceof Turn.Wait) {
            stats.count(Counter.ITEMS_ACCEPTED);
            given.sawFirst(item.id());
            given.waitingChanged = true;
            LOG.debug("out-of-order channel={} id={} prev-id={}", channel.name, item.id(), item.prevId());
            traces.atHome(Stage.WAITING, channel.name, item.id(), String.valueOf(item.prevId()));
            int behind = given.items.size();
            given.reply(batch, index, before -> new ItemOutcome(false, true, behind(before, behind)));
        } else if (turn instanceof Turn.Refuse refuse) {
            // It may be published again: it was not seen.
            dedup.forget(channel.name, item.id());
            drop(refuse.reason(), item);
            int behind = given.items.size();
            given.reply(batch, index, before -> new ItemOutcome(false, false, behind(before, behind), refuse.reason()));
        }
    }

    /** What was given out did not come about: its publishers may try again. */
    void takeBack(HomeChannel channel, Given given) {
        given.newIds.forEach(id -> dedup.forget(channel.name, id));
    }

    /** The channel has seen the id, at another home. */
    void seen(HomeChannel channel, String id) {
        dedup.firstSight(channel.name, id);
    }

    void drop(DropReason reason, PublishItem item) {
        stats.drop(reason);
        traces.refused(item.channel(), item.id(), reason);
        LOG.warn(
                "item-dropped channel={} id={} prev-id={} reason={}", item.channel(), item.id(), item.prevId(), reason);
    }

    private static Position behind(Position before, int items) {
        return new Position(before.epoch(), before.sequence() + items);
    }
}
