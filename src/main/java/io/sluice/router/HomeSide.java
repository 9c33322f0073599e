package io.sluice.router;

import io.sluice.bus.AppendReceipt;
import io.sluice.bus.HomeMessage;
import io.sluice.bus.NodeMessage;
import io.sluice.bus.PublishException;
import io.sluice.channel.ChannelHomes;
import io.sluice.channel.DedupWindow;
import io.sluice.channel.InterestStore;
import io.sluice.channel.ItemOutcome;
import io.sluice.channel.Position;
import io.sluice.channel.Sequencer.Turn;
import io.sluice.config.Settings;
import io.sluice.grip.PublishItem;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Stats;
import io.vertx.core.eventbus.Message;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The home of channels: drops duplicates, puts items in order, numbers them, and sends them to the nodes with subscribers.
 * Belongs to the context of its verticle.
 *
 * <p>Not guaranteed: order between the items of two homes while a channel moves from one to the other.
 */
final class HomeSide {
    private static final Logger LOG = LoggerFactory.getLogger(HomeSide.class);
    private static final Logger PUBLISH_LOG = LoggerFactory.getLogger("io.sluice.publish");

    private final ChannelHomes homes;
    private final Interests interests;
    private final Stats stats;
    private final Outgoing outgoing;
    private final Misrouted misrouted;
    private final DedupWindow dedup;
    private final HomeChannels channels;
    /** Channels with items that wait for their predecessor. */
    private final Set<HomeChannel> waiting = new LinkedHashSet<>();

    HomeSide(
            ChannelHomes homes,
            InterestStore store,
            Settings.Channels settings,
            Stats stats,
            Outgoing outgoing,
            Misrouted misrouted,
            LongSupplier nowMillis) {
        this.homes = homes;
        this.stats = stats;
        this.outgoing = outgoing;
        this.misrouted = misrouted;
        this.dedup = new DedupWindow(settings.idCacheTtlSeconds() * 1000L, settings.idCacheSize(), nowMillis);
        this.channels = new HomeChannels(settings, nowMillis, System::currentTimeMillis);
        this.interests = new Interests(homes, store, channels::used);
    }

    /** Replies with the receipt once it is known what became of every item. */
    void append(Message<?> request, HomeMessage.Append append) {
        List<PublishItem> items = append.items();
        if (items.isEmpty()) {
            request.reply(new AppendReceipt(List.of()));
            return;
        }
        var batch = new AppendBatch(request, items.size());
        if (append.hops() > 0 && items.stream().anyMatch(item -> !mine(item.channel()))) {
            batch.failed(items.size(), PublishException.Reason.NOT_HOME, homes.self() + " is not the home");
            return;
        }
        for (int i = 0; i < items.size(); i++) {
            PublishItem item = items.get(i);
            if (!mine(item.channel())) {
                misrouted.add(homes.homeOf(item.channel()), item, batch, i);
                continue;
            }
            HomeChannel channel = channels.open(item.channel());
            if (interests.ready(channel)) {
                publish(channel, item, batch, i);
                channels.used(channel);
            } else {
                interests.enqueue(channel, new Publish(item, batch, i));
            }
        }
        misrouted.send();
    }

    void subscribe(HomeMessage.Subscribe subscribe) {
        if (!mine(subscribe.channel())) {
            return; // The node learns of the new home as this one did, and asks there.
        }
        HomeChannel channel = channels.open(subscribe.channel());
        interests.join(channel, subscribe.node(), subscribe.token(), first -> {
            var at = new NodeMessage.SubscribedAt(
                    channel.name, subscribe.token(), channel.position(), first, channel.sequencer.lastId());
            outgoing.sendAfterItems(subscribe.node(), at);
        });
    }

    void unsubscribe(HomeMessage.Unsubscribe unsubscribe) {
        if (!mine(unsubscribe.channel())) {
            return; // When the new home sends an item, the node tells it.
        }
        HomeChannel channel = channels.open(unsubscribe.channel());
        interests.leave(channel, unsubscribe.node(), unsubscribe.token(), () -> {
            if (!channel.subscribed()) {
                // Nobody is there for whom to wait.
                channel.sequencer.drain().forEach(item -> give(channel, item));
            }
        });
    }

    void forget(HomeMessage.Forget forget) {
        HomeChannel channel = channels.get(forget.channel());
        if (channel != null) {
            channel.sequencer.forgetLastId(forget.lastId());
        }
    }

    /** The recover command: no last id is to be trusted. */
    void forgetAll() {
        channels.all().forEach(channel -> channel.sequencer.forgetLastId());
    }

    /** Gives out what has waited long enough, and forgets what nobody uses. */
    void tick() {
        for (HomeChannel channel : List.copyOf(waiting)) {
            interests.enqueue(channel, same -> channel.sequencer.overdue().forEach(item -> give(channel, item)));
            if (channel.sequencer.waiting() == 0) {
                waiting.remove(channel);
            }
        }
        channels.expire();
    }

    /** The node leaves: what waits for a predecessor is given out as it is. */
    void close() {
        for (HomeChannel channel : waiting) {
            channel.sequencer.drain().forEach(item -> give(channel, item));
        }
        waiting.clear();
        outgoing.flush();
    }

    /** Homes have moved, or members came or went. */
    void homesChanged() {
        boolean others = interests.changed();
        for (HomeChannel channel : channels.list()) {
            if (!mine(channel.name)) {
                handOver(channel);
            } else if (others) {
                interests.refresh(channel);
            }
        }
    }

    private boolean mine(String channel) {
        return homes.homeOf(channel).equals(homes.self());
    }

    private void publish(HomeChannel channel, PublishItem item, AppendBatch batch, int index) {
        if (item.id() != null && !dedup.firstSight(channel.name, item.id())) {
            stats.count(Counter.ITEMS_DUPLICATE);
            LOG.debug("duplicate channel={} id={}", channel.name, item.id());
            batch.done(index, new ItemOutcome(true, false, channel.position()));
            return;
        }
        Turn turn = channel.sequencer.offer(item, channel.subscribed());
        if (turn instanceof Turn.Deliver deliver) {
            stats.count(Counter.ITEMS_ACCEPTED);
            var position = new Position(channel.epoch, channel.position().sequence() + 1);
            deliver.items().forEach(next -> give(channel, next));
            batch.done(index, new ItemOutcome(false, false, position));
        } else if (turn instanceof Turn.Wait) {
            stats.count(Counter.ITEMS_ACCEPTED);
            waiting.add(channel);
            LOG.debug("out-of-order channel={} id={} prev-id={}", channel.name, item.id(), item.prevId());
            batch.done(index, new ItemOutcome(false, true, channel.position()));
        } else if (turn instanceof Turn.Refuse refuse) {
            // It may be published again: it was not seen.
            dedup.forget(channel.name, item.id());
            drop(refuse.reason(), item);
            batch.done(index, new ItemOutcome(false, false, channel.position(), refuse.reason()));
        }
    }

    private void drop(DropReason reason, PublishItem item) {
        stats.drop(reason);
        LOG.warn(
                "item-dropped channel={} id={} prev-id={} reason={}", item.channel(), item.id(), item.prevId(), reason);
    }

    /** Numbers the item and forwards it. */
    private void give(HomeChannel channel, PublishItem item) {
        var numbered = new NodeMessage.Numbered(item, channel.next());
        Set<String> interest = channel.nodes();
        if (interest.isEmpty()) {
            PUBLISH_LOG.info("publish channel={} receivers=0", channel.name);
            return;
        }
        for (String node : interest) {
            outgoing.add(node, numbered);
        }
    }

    /** The channel has another home: what waits here goes there. */
    private void handOver(HomeChannel channel) {
        channel.gone = true;
        channels.remove(channel);
        waiting.remove(channel);
        String home = homes.homeOf(channel.name);
        List<PublishItem> items = channel.sequencer.drain();
        if (!items.isEmpty()) {
            misrouted
                    .send(home, items)
                    .onFailure(failure -> items.forEach(item -> drop(DropReason.NODE_UNREACHABLE, item)));
        }
        channel.queue.forEach(task -> task.moved(home));
        misrouted.send();
    }

    /** Publishes an item once the interest is known. */
    private final class Publish implements HomeChannel.Task {
        private final PublishItem item;
        private final AppendBatch batch;
        private final int index;

        Publish(PublishItem item, AppendBatch batch, int index) {
            this.item = item;
            this.batch = batch;
            this.index = index;
        }

        @Override
        public void run(HomeChannel channel) {
            publish(channel, item, batch, index);
        }

        @Override
        public void failed(String reason) {
            batch.failed(1, PublishException.Reason.STORE_FAILED, reason);
        }

        @Override
        public void moved(String home) {
            misrouted.add(home, item, batch, index);
        }
    }
}
