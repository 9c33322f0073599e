package io.sluice.ingest;

import io.sluice.bus.ConnectionCommands;
import io.sluice.config.Settings;
import io.sluice.fanout.SubscriptionCounts;
import io.sluice.grip.PublishItem;
import io.sluice.stats.Stats;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * The ZeroMQ sockets: PULL and SUB for items, REP for commands (GRIP, ZeroMQ). All of them belong to one thread of their own; what they bring is
 * handed to the context of the verticle.
 */
final class ZmqIntake {
    private static final Logger LOG = LoggerFactory.getLogger(ZmqIntake.class);
    /** Of a stop: for reading what is there already, and in all. */
    private static final long STOP_READING_MILLIS = 1000;

    private static final long STOP_MILLIS = 5000;
    private static final long AFTER_ERROR_MILLIS = 100;
    private final Settings.Zmq settings;
    private final Context context;
    private final PublishIntake intake;
    private final ZmqCommands commands;
    private final SubscriptionCounts counts;
    private final int lingerSeconds;
    private final Stats stats;
    private final ZmqWake wake;
    private final List<ZmqFeed> feeds = new ArrayList<>();
    private final Promise<Void> started = Promise.promise();
    private final Promise<Void> stopped = Promise.promise();
    private ZMQ.@Nullable Socket sub;
    private @Nullable WantedChannels wanted;
    private @Nullable ZmqReplies replies;
    private @Nullable ZmqSockets sockets;
    private volatile boolean ended;
    private volatile boolean stopping;

    ZmqIntake(
            Settings settings,
            Context context,
            PublishIntake intake,
            ConnectionCommands connections,
            SubscriptionCounts counts,
            Stats stats)
            throws IOException {
        this.settings = settings.zmq();
        this.context = context;
        this.intake = intake;
        this.counts = counts;
        this.stats = stats;
        lingerSeconds = settings.channels().subscriptionLingerSeconds();
        commands = new ZmqCommands(context, this.settings, intake, connections);
        wake = new ZmqWake();
    }

    /** On the context, where its answer comes too; fails with the spec that can't be had. */
    Future<Void> start() {
        var thread = new Thread(this::live, "sluice-zmq");
        thread.setDaemon(true);
        thread.start();
        return started.future();
    }

    /** Whether the sockets are gone though nobody has stopped them: a defect. Any thread. */
    boolean ended() {
        return ended;
    }

    /** Reads what is there already, brings it to its homes, and closes. */
    Future<Void> stop() {
        stopping = true;
        wake.run();
        return stopped.future();
    }

    private void live() {
        try (wake;
                var zmq = new ZContext()) {
            zmq.setLinger(0);
            open(zmq);
            tell(started, null);
            try (ZMQ.Poller poller = zmq.createPoller(4)) {
                while (!stopping) {
                    turn(poller);
                }
                finish(poller);
            }
        } catch (Throwable e) { // errors too: a thread that ends unheard takes all publishing over ZeroMQ with it
            end(e);
        } finally {
            feeds.forEach(ZmqFeed::abandon);
            tell(stopped, null);
        }
    }

    private void end(Throwable failure) {
        counts.unwatch();
        if (!started.future().isComplete()) {
            tell(started, failure);
            return;
        }
        ended = true;
        LOG.error("zmq-ended: nothing is published over ZeroMQ any more", failure);
    }

    private void tell(Promise<Void> promise, @Nullable Throwable failure) {
        context.runOnContext(turn -> {
            if (failure == null) {
                promise.tryComplete();
            } else {
                promise.tryFail(failure);
            }
        });
    }

    private void open(ZContext zmq) throws IOException {
        var sockets = new ZmqSockets(zmq, settings.maxMessageBytes());
        this.sockets = sockets;
        if (!settings.pull().isEmpty()) {
            ZMQ.Socket socket = sockets.create(SocketType.PULL, settings.pull());
            feeds.add(new ZmqFeed(socket, null, settings.maxMessageBytes(), this::publish, wake, stats));
            sockets.bind(socket, "zmq.pull", settings.pull());
        }
        if (!settings.sub().isEmpty()) {
            ZMQ.Socket socket = sockets.create(SocketType.SUB, settings.sub());
            var channels = new WantedChannels(lingerSeconds, wake, stats);
            sub = socket;
            wanted = channels;
            counts.watch(channels);
            feeds.add(new ZmqFeed(socket, channels, settings.maxMessageBytes(), this::publish, wake, stats));
            if (settings.subConnect()) {
                sockets.connect(socket, settings.sub(), now());
            } else {
                sockets.bind(socket, "zmq.sub", settings.sub());
            }
        }
        if (!settings.command().isEmpty()) {
            ZMQ.Socket socket = sockets.create(SocketType.ROUTER, settings.command());
            replies = new ZmqReplies(socket, context, commands, settings.maxMessageBytes(), wake, stats);
            sockets.bind(socket, "zmq.command", settings.command());
        }
    }

    private void turn(ZMQ.Poller poller) throws IOException {
        try {
            await(poller, nextMillis());
            // First, so that an item for a channel that has just been asked for is not taken for one that nobody wants.
            if (sub != null && wanted != null) {
                wanted.apply(subscriptions(sub), now());
            }
            for (ZmqFeed feed : feeds) {
                feed.run();
            }
            if (replies != null) {
                replies.run();
            }
            if (sockets != null) {
                sockets.retry(now());
            }
        } catch (ZMQException e) {
            LOG.error("zmq-failed", e);
            sleep();
        }
    }

    private long nextMillis() {
        long linger = wanted == null ? -1 : wanted.nextMillis(now());
        long retry = sockets == null ? -1 : sockets.nextMillis(now());
        return linger < 0 || retry < 0 ? Math.max(linger, retry) : Math.min(linger, retry);
    }

    private static WantedChannels.Subscriptions subscriptions(ZMQ.Socket socket) {
        return new WantedChannels.Subscriptions() {
            @Override
            public void subscribe(byte[] topic) {
                socket.subscribe(topic);
            }

            @Override
            public void unsubscribe(byte[] topic) {
                socket.unsubscribe(topic);
            }
        };
    }

    /** Waits for a message that there is room for, or for a call of {@link #wake}. */
    private void await(ZMQ.Poller poller, long timeoutMillis) throws IOException {
        var open = new ArrayList<ZMQ.Socket>();
        for (ZmqFeed feed : feeds) {
            if (feed.hasRoom()) {
                open.add(feed.socket());
            }
        }
        if (replies != null && replies.hasRoom()) {
            open.add(replies.socket());
        }
        poller.register(wake.source(), ZMQ.Poller.POLLIN);
        open.forEach(socket -> poller.register(socket, ZMQ.Poller.POLLIN));
        poller.poll(timeoutMillis);
        open.forEach(poller::unregister);
        poller.unregister(wake.source());
        wake.clear();
    }

    /** What has been received is brought to its homes, for so long. New commands are not read. */
    private void finish(ZMQ.Poller poller) throws IOException {
        long begun = now();
        long end = begun + STOP_MILLIS;
        boolean more = true;
        while (more && now() < end) {
            for (ZmqFeed feed : feeds) {
                feed.finish(now() < begun + STOP_READING_MILLIS);
            }
            if (replies != null) {
                replies.reply();
            }
            more = !feeds.stream().allMatch(ZmqFeed::done) || (replies != null && !replies.done());
            if (more) {
                poller.register(wake.source(), ZMQ.Poller.POLLIN);
                poller.poll(Math.max(1, end - now()));
                poller.unregister(wake.source());
                wake.clear();
            }
        }
        if (more) {
            LOG.warn("zmq-stop-late seconds={}", STOP_MILLIS / 1000);
        }
    }

    private void publish(List<PublishItem> items, ZmqFeed.Answer answer) {
        context.runOnContext(turn -> intake.publishItems(items).onComplete(result -> answer.of(result.cause())));
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }

    private static void sleep() {
        try {
            Thread.sleep(AFTER_ERROR_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
