package io.sluice.router;

import io.sluice.bus.HomeMessage;
import io.sluice.bus.LocalRouters;
import io.sluice.bus.NodeMessage;
import io.sluice.bus.PublishException;
import io.sluice.channel.ChannelHomes;
import io.sluice.channel.DedupWindow;
import io.sluice.channel.InterestStore;
import io.sluice.channel.LogStore;
import io.sluice.channel.LogTail;
import io.sluice.channel.Position;
import io.sluice.channel.TailBound;
import io.sluice.config.Settings;
import io.sluice.grip.PublishItem;
import io.sluice.stats.Counter;
import io.sluice.stats.Stats;
import io.sluice.trace.NodeTraces;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The home of channels: who subscribes to them, and what is published on them. Belongs to the context of its verticle.
 *
 * <p>Not guaranteed: order between the items of two homes while a channel without log moves from one to the other.
 */
final class HomeSide {
    private static final Logger LOG = LoggerFactory.getLogger(HomeSide.class);

    private final ChannelHomes homes;
    private final Interests interests;
    private final Logged logs;
    private final Outgoing outgoing;
    private final Misrouted misrouted;
    private final HomeChannels channels;
    private final Stats stats;
    private final Publishing publishing;

    HomeSide(
            Vertx vertx,
            ChannelHomes homes,
            InterestStore store,
            LogStore logStore,
            Settings.Channels settings,
            Stats stats,
            NodeTraces traces,
            Outgoing outgoing,
            Misrouted misrouted,
            LongSupplier nowMillis) {
        this.homes = homes;
        this.outgoing = outgoing;
        this.misrouted = misrouted;
        this.stats = stats;
        this.channels = new HomeChannels(settings, stats, nowMillis, System::currentTimeMillis);
        this.logs = new Logged(vertx, homes, logStore, System::currentTimeMillis);
        this.interests = new Interests(homes, store, channels::used, this::load);
        var dedup = new DedupWindow(settings.idCacheTtlSeconds() * 1000L, settings.idCacheSize(), nowMillis);
        this.publishing = new Publishing(homes, dedup, stats, traces, logs, interests, channels, outgoing, misrouted);
    }

    /** Answers once it is known what became of every item. */
    void append(LocalRouters.Answer answer, HomeMessage.Append append) {
        List<PublishItem> items = append.items();
        if (items.isEmpty()) {
            answer.done(List.of());
            return;
        }
        var batch = new AppendBatch(answer, items.size());
        if (append.hops() > 0 && items.stream().anyMatch(item -> !mine(item.channel()))) {
            batch.failed(items.size(), PublishException.Reason.NOT_HOME, homes.self() + " is not the home");
            return;
        }
        Set<HomeChannel> touched = new LinkedHashSet<>();
        for (int i = 0; i < items.size(); i++) {
            PublishItem item = items.get(i);
            if (!mine(item.channel())) {
                misrouted.add(homes.homeOf(item.channel()), item, batch, i);
                continue;
            }
            HomeChannel channel = channels.open(item.channel());
            if (channel.bounds != null && homes.isolated()) {
                batch.failed(1, PublishException.Reason.ISOLATED, Publishing.isolated(channel));
                continue;
            }
            publishing.publish(channel, item, batch, i);
            if (!channel.queue.isEmpty()) {
                touched.add(channel);
            }
        }
        touched.forEach(interests::work);
        misrouted.send();
    }

    void subscribe(HomeMessage.Subscribe subscribe) {
        if (!mine(subscribe.channel())) {
            return; // The node learns of the new home as this one did, and asks there.
        }
        HomeChannel channel = channels.open(subscribe.channel());
        if (!channel.loaded && homes.isolated()) {
            return; // What the log has here may be nowhere else. The node asks again.
        }
        interests.join(channel, subscribe.node(), subscribe.token(), first -> answer(channel, subscribe, first));
    }

    void unsubscribe(HomeMessage.Unsubscribe unsubscribe) {
        if (!mine(unsubscribe.channel())) {
            return; // When the new home sends an item, the node tells it.
        }
        HomeChannel channel = channels.open(unsubscribe.channel());
        interests.leave(channel, unsubscribe.node(), unsubscribe.token(), () -> {
            if (!channel.subscribed()) {
                publishing.drain(channel);
            }
        });
    }

    /** Replies with what came after the id; fails where this is not the home, or the log does not answer. */
    void replay(Message<?> request, HomeMessage.Replay replay) {
        read(request, replay.channel(), channel -> logs.after(channel, replay.id()));
    }

    /** As {@link #replay}, with what came after the position. */
    void tail(Message<?> request, HomeMessage.Tail tail) {
        read(request, tail.channel(), channel -> logs.tail(channel, tail.after(), tail.bound()));
    }

    private void read(Message<?> request, String name, Function<HomeChannel, Future<LogTail>> log) {
        if (mine(name)) {
            read(request, channels.open(name), log, false);
        } else {
            request.fail(PublishException.Reason.NOT_HOME.code(), homes.self() + " is not the home");
        }
    }

    /** @param again whether the log has been read anew already */
    private void read(
            Message<?> request, HomeChannel channel, Function<HomeChannel, Future<LogTail>> log, boolean again) {
        interests.enqueue(
                channel,
                same -> interests.await(channel, log.apply(channel), result -> {
                    if (result.succeeded()
                            && publishing.inStep(channel, result.result().position())) {
                        request.reply(Logged.replayed(channel.name, result.result()));
                    } else if (result.succeeded() && !again && !channel.gone) {
                        read(request, channel, log, true);
                    } else {
                        String why = result.succeeded() ? "other homes change the log" : String.valueOf(result.cause());
                        request.fail(PublishException.Reason.STORE_FAILED.code(), why);
                    }
                }));
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
        publishing.tick();
        channels.expire();
    }

    /** The node leaves. */
    void close() {
        publishing.close();
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
        misrouted.send();
    }

    private boolean mine(String channel) {
        return homes.homeOf(channel).equals(homes.self());
    }

    private Future<?> load(HomeChannel channel) {
        return logs.read(channel, state -> publishing.restore(channel, state));
    }

    /** With what the node has missed, as far as the log has it. */
    private void answer(HomeChannel channel, HomeMessage.Subscribe subscribe, boolean first) {
        Position since = subscribe.since();
        if (channel.bounds == null || since == null) {
            send(channel, subscribe, first, List.of());
            return;
        }
        interests.await(channel, logs.tail(channel, since, TailBound.ALL), result -> {
            if (result.failed()) {
                // The node asks again.
                LOG.warn("log-tail-failed channel={} reason={}", channel.name, String.valueOf(result.cause()));
            } else if (publishing.inStep(channel, result.result().position())) {
                send(channel, subscribe, first, Logged.numbered(channel.name, result.result()));
            }
        });
    }

    private void send(
            HomeChannel channel, HomeMessage.Subscribe subscribe, boolean first, List<NodeMessage.Numbered> tail) {
        String lastId = channel.sequencer.lastId();
        outgoing.add(
                subscribe.node(),
                new NodeMessage.SubscribedAt(
                        channel.name,
                        subscribe.token(),
                        channel.position(),
                        first,
                        lastId,
                        channel.bounds != null,
                        tail));
    }

    private void handOver(HomeChannel channel) {
        channel.gone = true;
        channels.remove(channel);
        stats.count(Counter.CHANNELS_MOVED);
        String home = homes.homeOf(channel.name);
        publishing.handOver(channel, home);
        channel.queue.forEach(task -> task.moved(home));
        channel.queue.clear();
    }
}
