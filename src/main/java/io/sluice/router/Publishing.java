package io.sluice.router;

import io.sluice.bus.NodeMessage;
import io.sluice.bus.PublishException;
import io.sluice.channel.ChannelHomes;
import io.sluice.channel.DedupWindow;
import io.sluice.channel.LogBounds;
import io.sluice.channel.LogState;
import io.sluice.channel.Position;
import io.sluice.grip.PublishItem;
import io.sluice.stats.DropReason;
import io.sluice.stats.Stats;
import io.sluice.trace.NodeTraces;
import io.sluice.trace.Stage;
import io.sluice.wire.ItemCodec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a home publishes on its channels: admits items, numbers what has its turn, and sends it to the nodes with subscribers. On a channel with a
 * log, what is published at one time is one change of the log, and nothing goes out before that is done.
 */
final class Publishing {
    private static final Logger LOG = LoggerFactory.getLogger(Publishing.class);
    private static final Logger PUBLISH_LOG = LoggerFactory.getLogger("io.sluice.publish");
    private static final int MAX_ITEMS = 1000;
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_STALE = 5;

    private final ChannelHomes homes;
    private final Admission admission;
    private final NodeTraces traces;
    private final Logged logs;
    private final Interests interests;
    private final HomeChannels channels;
    private final Outgoing outgoing;
    private final Misrouted misrouted;
    /** Channels with items that wait for their predecessor. */
    private final Set<HomeChannel> waiting = new LinkedHashSet<>();

    Publishing(
            ChannelHomes homes,
            DedupWindow dedup,
            Stats stats,
            NodeTraces traces,
            Logged logs,
            Interests interests,
            HomeChannels channels,
            Outgoing outgoing,
            Misrouted misrouted) {
        this.homes = homes;
        this.traces = traces;
        this.admission = new Admission(dedup, stats, traces);
        this.logs = logs;
        this.interests = interests;
        this.channels = channels;
        this.outgoing = outgoing;
        this.misrouted = misrouted;
    }

    /** Publishes now, or once the channel is ready; {@link Interests#work} is due after it. */
    void publish(HomeChannel channel, PublishItem item, AppendBatch batch, int index) {
        if (channel.bounds == null && interests.ready(channel)) {
            var given = new Given();
            offer(channel, item, batch, index, given);
            settle(channel, given);
            channels.used(channel);
        } else {
            interests.queue(channel, new Publish(item, batch, index));
        }
    }

    /** Takes on what the log of a channel says, when this node has become its home or has found itself in the wrong. */
    void restore(HomeChannel channel, @Nullable LogState state) {
        boolean known = !channel.fresh;
        channel.loaded = true;
        if (state == null) {
            channel.fresh = true;
            if (known) {
                channel.position(channels.newLife());
                channel.sequencer.restore(null, List.of());
                waiting.remove(channel);
            }
            return;
        }
        channel.fresh = false;
        channel.commit = state.commit();
        channel.position(state.position());
        List<PublishItem> parked = Logged.items(channel.name, state.parked());
        channel.sequencer.restore(state.lastId(), parked);
        state.ids().forEach(id -> admission.seen(channel, id));
        for (PublishItem item : parked) {
            if (item.id() != null) {
                admission.seen(channel, item.id());
            }
        }
        noteWaiting(channel);
        if (state.position().sequence() > 0) {
            // The home before may have gone between the log and the nodes.
            channel.queue.addFirst(
                    same -> channel.nodes().forEach(node -> outgoing.head(node, channel.name, channel.position())));
        }
    }

    /**
     * Whether the log stands where this home believes. If not, another home has changed it, or it came out of a division: it is read anew, and the channel's nodes learn where it
     * stands.
     *
     * @param log as it was read just now; 0 in epoch 0 when there is none
     */
    boolean inStep(HomeChannel channel, Position log) {
        if (channel.fresh ? log.epoch() == 0 : log.equals(channel.position())) {
            return true;
        }
        LOG.info("log-moved-on channel={} expected={} found={}", channel.name, channel.position(), log);
        doubt(channel);
        return false;
    }

    /** Nobody is there any more for whom to keep items waiting. */
    void drain(HomeChannel channel) {
        if (channel.sequencer.waiting() > 0) {
            var given = new Given();
            given.items.addAll(channel.sequencer.drain());
            given.waitingChanged = true;
            settle(channel, given);
        }
    }

    /** Gives out what has waited long enough. */
    void tick() {
        boolean isolated = homes.isolated();
        for (HomeChannel channel : List.copyOf(waiting)) {
            if (channel.bounds == null || !isolated) {
                interests.enqueue(channel, same -> overdue(channel));
            }
        }
    }

    /** The node leaves: what waits for a predecessor is given out as it is; where there is a log, it waits there. */
    void close() {
        for (HomeChannel channel : List.copyOf(waiting)) {
            if (channel.bounds == null) {
                drain(channel);
            }
        }
        waiting.clear();
    }

    /** The channel has another home: what waits here goes there, unless it waits in the log. */
    void handOver(HomeChannel channel, String home) {
        waiting.remove(channel);
        List<PublishItem> items = channel.bounds == null ? channel.sequencer.drain() : List.of();
        if (!items.isEmpty()) {
            misrouted
                    .send(home, items)
                    .onFailure(failure -> items.forEach(item -> admission.drop(DropReason.NODE_UNREACHABLE, item)));
        }
    }

    private void overdue(HomeChannel channel) {
        var given = new Given();
        given.items.addAll(channel.sequencer.overdue());
        given.waitingChanged = !given.items.isEmpty();
        settle(channel, given);
    }

    private void offer(HomeChannel channel, PublishItem item, AppendBatch batch, int index, Given given) {
        admission.offer(channel, item, batch, index, given);
        noteWaiting(channel);
    }

    private void noteWaiting(HomeChannel channel) {
        if (channel.sequencer.waiting() > 0) {
            waiting.add(channel);
        } else {
            waiting.remove(channel);
        }
    }

    private void settle(HomeChannel channel, Given given) {
        noteWaiting(channel);
        Position before = channel.position();
        if (channel.bounds == null || given.changesNothing()) {
            forward(channel, given.items);
            given.done(before);
        } else {
            append(channel, channel.bounds, given, List.of());
        }
    }

    /** @param tasks that gave it out, to be done again if the log is not as expected */
    private void append(HomeChannel channel, LogBounds bounds, Given given, List<Publish> tasks) {
        Position before = channel.position();
        interests.await(channel, logs.append(channel, bounds, given), result -> {
            switch (result.result()) {
                case DONE -> {
                    channel.stale = 0;
                    forward(channel, given.items);
                    given.done(before);
                }
                case STALE -> {
                    admission.takeBack(channel, given);
                    doubt(channel);
                    again(channel, given, tasks);
                }
                case UNCERTAIN -> {
                    admission.takeBack(channel, given);
                    doubt(channel);
                    notLogged(given, "the log did not answer");
                    given.failed(PublishException.Reason.STORE_FAILED, "the log did not answer");
                }
                case ISOLATED -> {
                    admission.takeBack(channel, given);
                    doubt(channel);
                    notLogged(given, "the smaller part of a divided cluster");
                    given.failed(PublishException.Reason.ISOLATED, isolated(channel));
                }
            }
        });
    }

    /** What waited here is in the log alone now: it is read with the next tick, if nobody asks for the channel before. */
    private void doubt(HomeChannel channel) {
        channel.doubt();
        if (!channel.gone) {
            waiting.add(channel);
        }
    }

    static String isolated(HomeChannel channel) {
        return "channel " + channel.name + " has a log, and this part of the divided cluster is the smaller one";
    }

    private void again(HomeChannel channel, Given given, List<Publish> tasks) {
        channel.stale++;
        if (channel.gone) {
            tasks.forEach(task -> task.moved(homes.homeOf(channel.name)));
            misrouted.send();
        } else if (channel.stale > MAX_STALE) {
            notLogged(given, "the log is changed by another home");
            given.failed(PublishException.Reason.STORE_FAILED, "the log is changed by another home");
        } else {
            for (int i = tasks.size() - 1; i >= 0; i--) {
                channel.queue.addFirst(tasks.get(i));
            }
        }
    }

    private void notLogged(Given given, String reason) {
        given.items.forEach(item -> traces.atHome(Stage.NOT_LOGGED, item.channel(), item.id(), reason));
    }

    /** Numbers the items and sends them. */
    private void forward(HomeChannel channel, List<PublishItem> items) {
        Set<String> interest = channel.nodes();
        for (PublishItem item : items) {
            var numbered = new NodeMessage.Numbered(item, channel.next());
            traces.forwarded(channel.name, item.id(), numbered.position(), interest);
            if (interest.isEmpty()) {
                PUBLISH_LOG.info("publish channel={} receivers=0", channel.name);
            }
            for (String node : interest) {
                outgoing.add(node, numbered);
            }
        }
    }

    /** Publishes an item once the interest is known, and with a log, others of its channel with it. */
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
            var given = new Given();
            offer(channel, item, batch, index, given);
            if (channel.bounds == null) {
                settle(channel, given);
                return;
            }
            var tasks = new ArrayList<Publish>();
            tasks.add(this);
            int bytes = ItemCodec.sizeHint(item);
            while (tasks.size() < MAX_ITEMS && bytes < MAX_BYTES && channel.queue.peek() instanceof Publish next) {
                channel.queue.remove();
                tasks.add(next);
                bytes += ItemCodec.sizeHint(next.item);
                offer(channel, next.item, next.batch, next.index, given);
            }
            if (given.changesNothing()) {
                given.done(channel.position());
            } else {
                append(channel, channel.bounds, given, tasks);
            }
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
