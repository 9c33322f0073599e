package io.sluice.router;

import io.sluice.bus.Addresses;
import io.sluice.bus.Control;
import io.sluice.bus.HomeMessage;
import io.sluice.bus.LocalRouters;
import io.sluice.bus.NodeMessage;
import io.sluice.bus.PublishException;
import io.sluice.channel.ChannelHomes;
import io.sluice.channel.InterestStore;
import io.sluice.channel.LogStore;
import io.sluice.config.Settings;
import io.sluice.fanout.Loops;
import io.sluice.stats.Stats;
import io.sluice.wire.WireException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One router instance of a node: the home side and the node side of the channels that {@link Addresses#router} gives it.
 * Deploy one for each number below {@link Addresses#ROUTERS}, after {@code BusCodecs.register}; once deployed, all of the cluster
 * can reach it. Loops may register before or after; subscriptions come from those that have.
 */
public final class ChannelRouterVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelRouterVerticle.class);
    private static final long TICK_MILLIS = 100;
    private static final int CLOSE_TURNS = 8;

    private final int router;
    private final ChannelHomes homes;
    private final InterestStore interest;
    private final LogStore logs;
    private final Loops loops;
    private final Stats stats;
    private final Settings.Channels settings;
    private final LocalRouters local;
    private @Nullable HomeSide home;
    private @Nullable NodeSide node;

    /** @param router this instance's number, below {@link Addresses#ROUTERS} */
    public ChannelRouterVerticle(
            int router,
            ChannelHomes homes,
            InterestStore interest,
            LogStore logs,
            Loops loops,
            Stats stats,
            Settings.Channels settings) {
        this(router, homes, interest, logs, loops, stats, settings, new LocalRouters());
    }

    /** @param local where this instance can be found without the bus */
    public ChannelRouterVerticle(
            int router,
            ChannelHomes homes,
            InterestStore interest,
            LogStore logs,
            Loops loops,
            Stats stats,
            Settings.Channels settings,
            LocalRouters local) {
        this.local = local;
        this.router = router;
        this.homes = homes;
        this.interest = interest;
        this.logs = logs;
        this.loops = loops;
        this.stats = stats;
        this.settings = settings;
    }

    @Override
    public Future<?> start() {
        long started = System.nanoTime();
        LongSupplier nowMillis = () -> (System.nanoTime() - started) / 1_000_000;
        var outgoing = new Outgoing(vertx, context, homes, router, stats, loops.traces(), nowMillis);
        var home = new HomeSide(
                vertx,
                homes,
                interest,
                logs,
                settings,
                stats,
                loops.traces(),
                outgoing,
                new Misrouted(vertx, homes, router),
                nowMillis);
        this.home = home;
        var node = new NodeSide(
                vertx, context, homes, router, loops, stats, settings.subscriptionLingerSeconds(), nowMillis);
        this.node = node;
        var inbox = new Inbox(vertx, context, homes.self(), router, node);
        outgoing.here(inbox::take);
        local.set(router, (append, answer) -> context.runOnContext(turn -> append(home, append, answer)));
        var reader = new LogReader(vertx, homes, router);
        homes.onChange(changed -> context.runOnContext(turn -> {
            home.homesChanged();
            node.homesChanged();
        }));
        vertx.setPeriodic(TICK_MILLIS, timer -> {
            home.tick();
            outgoing.tick();
            node.tick();
        });
        var consumers = new ArrayList<Future<?>>();
        consumers.add(this.<HomeMessage>consume(Addresses.home(homes.self(), router), m -> toHome(home, outgoing, m)));
        consumers.add(
                this.<NodeMessage>consume(Addresses.node(homes.self(), router), m -> toNode(node, inbox, reader, m)));
        consumers.add(this.<Control>consume(Addresses.BROADCAST, m -> control(home, node, m.body())));
        if (router == 0) {
            // To this node alone: both of its instances hear it.
            var here = new DeliveryOptions().setLocalOnly(true);
            consumers.add(this.<Control>consume(
                    Addresses.control(homes.self()),
                    m -> vertx.eventBus().publish(Addresses.BROADCAST, m.body(), here)));
        }
        return Future.all(consumers);
    }

    /** The node leaves: its channels get other homes while this one still answers, so that a publisher notices nothing. */
    @Override
    public Future<?> stop() {
        var stopped = Promise.<Void>promise();
        homes.leave()
                .onComplete(left -> context.runOnContext(turn -> {
                    local.set(router, null);
                    if (home != null) {
                        home.close();
                    }
                    if (node != null) {
                        node.close();
                    }
                    afterTurns(CLOSE_TURNS, stopped);
                }));
        return stopped.future();
    }

    /** Completes it once what is on its way from this instance to itself has arrived, and what that leads to. */
    private void afterTurns(int turns, Promise<Void> promise) {
        if (turns == 0) {
            promise.complete();
        } else {
            context.runOnContext(turn -> afterTurns(turns - 1, promise));
        }
    }

    /** Over the bus a defect would be found by the time that has passed; here nobody waits for a time. */
    private static void append(HomeSide home, HomeMessage.Append append, LocalRouters.Answer answer) {
        try {
            home.append(answer, append);
        } catch (RuntimeException defect) {
            LOG.error("append-failed items={}", append.items().size(), defect);
            answer.failed(PublishException.Reason.FAILED, defect.toString());
        }
    }

    private <T> Future<?> consume(String address, Consumer<Message<T>> handler) {
        MessageConsumer<T> consumer = vertx.eventBus().consumer(address);
        consumer.handler(message -> {
            try {
                handler.accept(message);
            } catch (WireException e) {
                LOG.warn("bus-message-unreadable address={} reason={}", address, e.getMessage());
                message.fail(PublishException.Reason.FAILED.code(), String.valueOf(e.getMessage()));
            }
        });
        return consumer.completion();
    }

    private static void toHome(HomeSide home, Outgoing outgoing, Message<HomeMessage> message) {
        HomeMessage body = message.body();
        if (body instanceof HomeMessage.Append append) {
            home.append(new BusAnswer(message), append);
        } else if (body instanceof HomeMessage.Subscribe subscribe) {
            home.subscribe(subscribe);
        } else if (body instanceof HomeMessage.Unsubscribe unsubscribe) {
            home.unsubscribe(unsubscribe);
        } else if (body instanceof HomeMessage.Forget forget) {
            home.forget(forget);
        } else if (body instanceof HomeMessage.Ack ack) {
            outgoing.acked(ack);
        } else if (body instanceof HomeMessage.Replay replay) {
            home.replay(message, replay);
        } else if (body instanceof HomeMessage.Tail tail) {
            home.tail(message, tail);
        }
    }

    private static void toNode(NodeSide node, Inbox inbox, LogReader reader, Message<NodeMessage> request) {
        NodeMessage message = request.body();
        if (message instanceof NodeMessage.Packet packet) {
            inbox.take(packet);
        } else if (message instanceof NodeMessage.LoopReplay replay) {
            reader.replay(request, replay);
        } else if (message instanceof NodeMessage.LoopTail tail) {
            reader.tail(request, tail);
        } else if (message instanceof NodeMessage.LoopSubscribe subscribe) {
            node.loopSubscribe(subscribe);
        } else if (message instanceof NodeMessage.LoopUnsubscribe unsubscribe) {
            node.loopUnsubscribe(unsubscribe);
        } else if (message instanceof NodeMessage.LoopForget forget) {
            node.loopForget(forget);
        }
    }

    private void control(HomeSide home, NodeSide node, Control message) {
        if (message instanceof Control.Recover) {
            home.forgetAll();
            node.forgetAll();
            if (router == 0) {
                for (int i = 0; i < loops.size(); i++) {
                    Loops.Loop loop = loops.get(i);
                    if (loop != null) {
                        loop.fanout().updateAll();
                    }
                }
            }
        } else if (message instanceof Control.RefreshChannel refresh && Addresses.router(refresh.channel()) == router) {
            node.refresh(refresh.channel());
        }
    }
}
