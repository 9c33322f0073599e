package io.sluice.router;

import io.sluice.bus.Addresses;
import io.sluice.bus.HomeMessage;
import io.sluice.bus.NodeMessage;
import io.sluice.channel.ChannelHomes;
import io.sluice.channel.Mode;
import io.sluice.channel.Position;
import io.sluice.fanout.Loops;
import io.sluice.fanout.Subscribed;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import io.sluice.trace.Stage;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's subscriptions at the homes, on behalf of its event loops, and what comes from there. Belongs to the context of its
 * verticle.
 */
final class NodeSide {
    private static final Logger LOG = LoggerFactory.getLogger(NodeSide.class);
    private static final DeliveryOptions LOCAL = new DeliveryOptions().setLocalOnly(true);
    private static final DeliveryOptions REMOTE = new DeliveryOptions();

    /** A home that does not answer is asked again. */
    static final long RESEND_MILLIS = 1000;

    /** Then a loop is told that there is no answer. */
    static final long ANSWER_WAIT_MILLIS = 3000;

    /** Subscriptions being renewed at a time, when homes move or links break: each answer may bring a log. */
    private static final int RENEWALS_AT_ONCE = 500;

    /** Each subscription is renewed about so often: whatever else went wrong, no channel stays silent for longer. */
    static final long ROUND_MILLIS = 15_000;

    private static final int ROUND_PER_TICK = 50;

    private record Linger(NodeChannel channel, long lingers, long untilMillis) {}

    private final Vertx vertx;
    private final Context context;
    private final ChannelHomes homes;
    private final int router;
    private final Loops loops;
    private final Distribution distribution;
    private final Stats stats;
    private final long lingerMillis;
    private final LongSupplier nowMillis;
    private final Map<String, NodeChannel> channels = new HashMap<>();
    /** Those whose home has not answered, longest asked first. */
    private final LinkedHashMap<String, NodeChannel> asked = new LinkedHashMap<>();

    private final ArrayDeque<Linger> lingering = new ArrayDeque<>();
    private final ArrayDeque<NodeChannel> renewals = new ArrayDeque<>();
    /** Channels that this round has still to come to. */
    private final ArrayDeque<NodeChannel> round = new ArrayDeque<>();

    private long roundMillis;
    private long lastToken;
    private long healings;
    private boolean renewing;

    NodeSide(
            Vertx vertx,
            Context context,
            ChannelHomes homes,
            int router,
            Loops loops,
            Stats stats,
            int lingerSeconds,
            LongSupplier nowMillis) {
        this.vertx = vertx;
        this.context = context;
        this.homes = homes;
        this.router = router;
        this.loops = loops;
        this.distribution = new Distribution(loops);
        this.healings = homes.healings();
        this.stats = stats;
        this.lingerMillis = lingerSeconds * 1000L;
        this.nowMillis = nowMillis;
        // A node that comes back under its name has newer tokens than before.
        this.lastToken = System.currentTimeMillis() << 20;
    }

    void loopSubscribe(NodeMessage.LoopSubscribe subscribe) {
        NodeChannel channel = channels.get(subscribe.channel());
        boolean fresh = channel == null;
        if (channel == null) {
            channel = new NodeChannel(subscribe.channel(), homes.homeOf(subscribe.channel()));
            channel.firstAskedMillis = nowMillis.getAsLong();
            channels.put(channel.name, channel);
            stats.move(Gauge.CHANNELS, 1);
        }
        channel.loops.set(subscribe.loop());
        if (channel.placed || channel.late) {
            tell(channel, subscribe.loop(), new Subscribed(channel.placed, false, channel.lastId, channel.logged));
            return;
        }
        channel.waiting.set(subscribe.loop());
        if (fresh) {
            aim(channel);
            ask(channel);
        }
    }

    void loopUnsubscribe(NodeMessage.LoopUnsubscribe unsubscribe) {
        NodeChannel channel = channels.get(unsubscribe.channel());
        if (channel == null) {
            return;
        }
        channel.loops.clear(unsubscribe.loop());
        channel.waiting.clear(unsubscribe.loop());
        if (!channel.loops.isEmpty()) {
            return;
        }
        channel.lingers++;
        if (unsubscribe.mode() == Mode.RESPONSE && lingerMillis > 0) {
            lingering.add(new Linger(channel, channel.lingers, nowMillis.getAsLong() + lingerMillis));
        } else {
            end(channel);
        }
    }

    void loopForget(NodeMessage.LoopForget forget) {
        NodeChannel channel = channels.get(forget.channel());
        if (channel != null && forget.lastId().equals(channel.lastId)) {
            channel.lastId = null;
        }
        if (channel != null) {
            forLoops(channel, loop -> loop.fanout().forgotten(channel.name, forget.lastId()));
        }
        toHome(homes.homeOf(forget.channel()), new HomeMessage.Forget(forget.channel(), forget.lastId()));
    }

    void subscribedAt(NodeMessage.SubscribedAt at) {
        NodeChannel channel = channels.get(at.channel());
        if (channel == null || channel.token != at.token()) {
            return;
        }
        channel.logged = at.logged();
        at.tail().forEach(numbered -> caughtUp(channel, numbered));
        distribution.flush();
        long seen = channel.seen(at.position());
        boolean anew = at.logged() && !channel.sameLife(at.position());
        boolean missed = channel.placed && (anew || at.position().sequence() > seen);
        channel.confirmed = true;
        channel.placed = true;
        asked.remove(channel.name);
        channel.seenUpTo(at.position());
        channel.lastId = at.lastId();
        var state = new Subscribed(true, at.first(), at.lastId(), at.logged());
        // Loops that were told that there is no answer have their subscribers ask their origins now.
        (channel.late ? channel.loops : channel.waiting).stream().forEach(loop -> tell(channel, loop, state));
        channel.waiting.clear();
        channel.late = false;
        if (missed) {
            missed(channel, at.position(), seen);
        }
        renewSoon();
    }

    /** Hands the item on if it is news to the channel, and to the node. */
    void take(NodeMessage.Numbered numbered) {
        String name = numbered.item().channel();
        NodeChannel channel = channels.get(name);
        if (channel == null) {
            // The home believes that this node is subscribed: in a life before, or the end of it got lost.
            LOG.debug("not-subscribed channel={}", name);
            loops.traces().endedHere(Stage.NOT_SUBSCRIBED, name, numbered.item().id(), numbered.position());
            toHome(homes.homeOf(name), new HomeMessage.Unsubscribe(homes.self(), name, ++lastToken));
            return;
        }
        Position position = numbered.position();
        long seen = channel.seen(position);
        if (position.sequence() <= seen) {
            LOG.debug("seen-before channel={} position={}", name, position);
            loops.traces().endedHere(Stage.SEEN_BEFORE, name, numbered.item().id(), position);
            return;
        }
        if (channel.placed && channel.logged && (position.sequence() > seen + 1 || !channel.sameLife(position))) {
            // It comes again, behind those that are missing.
            repair(channel);
            return;
        }
        if (channel.placed && position.sequence() > seen + 1) {
            missed(channel, new Position(position.epoch(), position.sequence() - 1), seen);
        }
        accept(channel, numbered, "");
    }

    /** The channel stands there: whether that is where this node has it shows what it missed last. */
    void head(NodeMessage.Head head) {
        NodeChannel channel = channels.get(head.channel());
        if (channel == null || !channel.confirmed) {
            return;
        }
        long seen = channel.seen(head.position());
        if (channel.logged) {
            if (!channel.sameLife(head.position()) || head.position().sequence() > seen) {
                repair(channel);
            }
        } else if (head.position().sequence() > seen) {
            missed(channel, head.position(), seen);
            channel.seenUpTo(head.position());
        }
    }

    /** To be called after a packet: what it had for the loops goes to them. */
    void flush() {
        distribution.flush();
    }

    /** Something of what that home has sent is missing: asks it where all its channels stand. */
    void resync(String home) {
        int count = 0;
        for (NodeChannel channel : channels.values()) {
            if (channel.home.equals(home) && channel.confirmed) {
                aim(channel);
                renewals.add(channel);
                count++;
            }
        }
        if (count > 0) {
            stats.count(Counter.LINKS_BROKEN);
            LOG.info("link-broken home={} channels={}", home, count);
        }
        renew();
    }

    void refresh(String name) {
        NodeChannel channel = channels.get(name);
        if (channel != null) {
            forLoops(channel, loop -> loop.fanout().refresh(name));
        }
    }

    void forgetAll() {
        channels.values().forEach(channel -> channel.lastId = null);
    }

    void homesChanged() {
        Set<String> members = homes.members();
        boolean healed = homes.healings() != healings;
        healings = homes.healings();
        for (NodeChannel channel : channels.values()) {
            if (!healed && homes.homeOf(channel.name).equals(channel.home)) {
                continue;
            }
            if (channel.placed && !channel.logged && (healed || !members.contains(channel.home))) {
                // What the old home had accepted and not yet sent is lost with it; and so is what the other part of the
                // cluster had.
                update(channel);
            }
            aim(channel);
            renewals.add(channel);
        }
        renew();
    }

    /** Asks again where there was no answer, now and then where there was one, and ends what has lingered long enough. */
    void tick() {
        long now = nowMillis.getAsLong();
        while (!asked.isEmpty()) {
            NodeChannel channel = asked.values().iterator().next();
            if (channel.askedMillis + RESEND_MILLIS > now) {
                break;
            }
            if (!channel.placed && !channel.late && channel.firstAskedMillis + ANSWER_WAIT_MILLIS <= now) {
                channel.late = true;
                LOG.warn("home-silent channel={} home={}", channel.name, channel.home);
                channel.waiting.stream().forEach(loop -> tell(channel, loop, new Subscribed(false, false, null)));
                channel.waiting.clear();
            }
            ask(channel);
        }
        goRound();
        while (!lingering.isEmpty() && lingering.peek().untilMillis() <= now) {
            Linger linger = lingering.remove();
            NodeChannel channel = linger.channel();
            if (channel.lingers == linger.lingers() && channel.loops.isEmpty()) {
                end(channel);
            }
        }
    }

    private void goRound() {
        long now = nowMillis.getAsLong();
        if (round.isEmpty()
                && now - roundMillis >= ROUND_MILLIS
                && homes.members().size() > 1) {
            roundMillis = now;
            round.addAll(channels.values());
        }
        for (int i = 0; i < ROUND_PER_TICK && !round.isEmpty(); i++) {
            NodeChannel channel = round.remove();
            if (channels.get(channel.name) == channel
                    && channel.confirmed
                    && now - channel.askedMillis >= ROUND_MILLIS) {
                aim(channel);
                renewals.add(channel);
            }
        }
        renew();
    }

    /** The node leaves: homes elsewhere are to send nothing more. */
    void close() {
        for (NodeChannel channel : List.copyOf(channels.values())) {
            if (!channel.home.equals(homes.self())) {
                end(channel);
            }
        }
        stats.move(Gauge.CHANNELS, -channels.size());
        channels.clear();
        asked.clear();
    }

    private void renew() {
        while (!renewals.isEmpty() && asked.size() < RENEWALS_AT_ONCE) {
            NodeChannel channel = renewals.remove();
            if (channels.get(channel.name) == channel && !channel.confirmed) {
                ask(channel);
            }
        }
    }

    private void renewSoon() {
        if (!renewals.isEmpty() && !renewing) {
            renewing = true;
            context.runOnContext(turn -> {
                renewing = false;
                renew();
            });
        }
    }

    private void caughtUp(NodeChannel channel, NodeMessage.Numbered numbered) {
        Position position = numbered.position();
        long seen = channel.seen(position);
        if (position.sequence() > seen) {
            if (position.sequence() > seen + 1) {
                missed(channel, new Position(position.epoch(), position.sequence() - 1), seen);
            }
            accept(channel, numbered, "from-log");
        }
    }

    private void accept(NodeChannel channel, NodeMessage.Numbered numbered, String way) {
        channel.seenUpTo(numbered.position());
        if (!numbered.item().noSeq()) {
            channel.lastId = numbered.item().id();
        }
        distribution.add(channel, numbered, way);
    }

    /** Asks the home for what is missing, unless that is under way. */
    private void repair(NodeChannel channel) {
        if (channel.confirmed) {
            stats.count(Counter.CHANNELS_REPAIRED);
            LOG.debug("channel-repair channel={} position={}", channel.name, channel.position());
            aim(channel);
            renewals.add(channel);
            renewSoon();
        }
    }

    /** From now on the answer of the home that the channel has now is the one that counts. */
    private void aim(NodeChannel channel) {
        channel.home = homes.homeOf(channel.name);
        channel.token = ++lastToken;
        channel.confirmed = false;
    }

    private void ask(NodeChannel channel) {
        channel.askedMillis = nowMillis.getAsLong();
        asked.remove(channel.name);
        asked.put(channel.name, channel);
        Position since = channel.placed && channel.logged ? channel.position() : null;
        toHome(channel.home, new HomeMessage.Subscribe(homes.self(), channel.name, channel.token, since));
    }

    private void end(NodeChannel channel) {
        if (channels.remove(channel.name) != null) {
            stats.move(Gauge.CHANNELS, -1);
        }
        asked.remove(channel.name);
        toHome(channel.home, new HomeMessage.Unsubscribe(homes.self(), channel.name, channel.token));
    }

    private void missed(NodeChannel channel, Position upTo, long seen) {
        // Of a new life of the channel nobody knows how much of the old one is missing.
        long items = Math.max(1, upTo.sequence() - seen);
        stats.count(Counter.GAPS);
        loops.traces().missed(channel.name, upTo, items);
        stats.drop(DropReason.MISSED_BY_NODE, items);
        LOG.warn("items-missed channel={} items={} home={}", channel.name, items, channel.home);
        if (channel.logged) {
            forLoops(channel, loop -> loop.fanout().gap(channel.name));
        } else {
            update(channel);
        }
    }

    private void update(NodeChannel channel) {
        forLoops(channel, loop -> loop.fanout().update(channel.name));
    }

    private void tell(NodeChannel channel, int index, Subscribed state) {
        Loops.Loop loop = loops.get(index);
        if (loop != null) {
            loop.fanout().subscribed(channel.name, state);
        }
    }

    private void forLoops(NodeChannel channel, Consumer<Loops.Loop> action) {
        channel.loops.stream().mapToObj(loops::get).forEach(loop -> {
            if (loop != null) {
                action.accept(loop);
            }
        });
    }

    private void toHome(String home, HomeMessage message) {
        vertx.eventBus().send(Addresses.home(home, router), message, home.equals(homes.self()) ? LOCAL : REMOTE);
    }
}
