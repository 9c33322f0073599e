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
import zmq.ZError;

/**
 * The ZeroMQ sockets: PULL and SUB for items, REP for commands (GRIP, ZeroMQ). All of them belong to one thread of their own; what they bring is
 * handed to the context of the verticle.
 */
final class ZmqIntake {
    private static final Logger LOG = LoggerFactory.getLogger(ZmqIntake.class);
    /** Messages of one publisher waiting in memory: beyond it its own ZeroMQ holds them, and then it has to wait. */
    private static final int HIGH_WATER_MARK = 1000;
    /** A message that is so many times too large is not even read: its connection is cut. */
    private static final int CUT_FACTOR = 8;

    private static final long STOP_MILLIS = 5000;
    private static final long AFTER_ERROR_MILLIS = 100;
    /** A connect of JeroMQ's stalls now and then; it begins anew after this time. */
    private static final int HANDSHAKE_MILLIS = 2000;

    private static final int KEEP_ALIVE_IDLE_SECONDS = 30;
    private static final int KEEP_ALIVE_INTERVAL_SECONDS = 5;
    private static final int KEEP_ALIVE_COUNT = 6;

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

    /** Reads nothing more, brings what was read to its homes, and closes. */
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
        } catch (IOException | RuntimeException e) {
            if (!started.future().isComplete()) {
                tell(started, e);
            } else {
                LOG.error("zmq-ended", e);
            }
        } finally {
            tell(stopped, null);
        }
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
        if (!settings.pull().isEmpty()) {
            ZMQ.Socket socket = socket(zmq, SocketType.PULL);
            feeds.add(new ZmqFeed(socket, null, settings.maxMessageBytes(), this::publish, wake, stats));
            bind(socket, "zmq.pull", settings.pull());
        }
        if (!settings.sub().isEmpty()) {
            ZMQ.Socket socket = socket(zmq, SocketType.SUB);
            var channels = new WantedChannels(lingerSeconds, wake);
            sub = socket;
            wanted = channels;
            counts.watch(channels);
            feeds.add(new ZmqFeed(socket, channels, settings.maxMessageBytes(), this::publish, wake, stats));
            if (settings.subConnect()) {
                connect(socket, settings.sub());
            } else {
                bind(socket, "zmq.sub", settings.sub());
            }
        }
        if (!settings.command().isEmpty()) {
            ZMQ.Socket socket = socket(zmq, SocketType.ROUTER);
            replies = new ZmqReplies(socket, context, commands, settings.maxMessageBytes(), wake, stats);
            bind(socket, "zmq.command", settings.command());
        }
    }

    private ZMQ.Socket socket(ZContext zmq, SocketType type) {
        ZMQ.Socket socket = zmq.createSocket(type);
        socket.setRcvHWM(HIGH_WATER_MARK);
        socket.setMaxMsgSize((long) settings.maxMessageBytes() * CUT_FACTOR);
        return socket;
    }

    private static void bind(ZMQ.Socket socket, String key, List<String> specs) throws IOException {
        for (String spec : specs) {
            try {
                socket.bind(spec);
            } catch (ZMQException e) {
                throw new IOException(key + ": " + spec + ": " + ZError.toString(e.getErrorCode()), e);
            }
            LOG.info("zmq-listening setting={} spec={}", key, spec);
        }
    }

    private static void connect(ZMQ.Socket socket, List<String> specs) throws IOException {
        socket.setHandshakeIvl(HANDSHAKE_MILLIS);
        socket.setTCPKeepAlive(1);
        socket.setTCPKeepAliveIdle(KEEP_ALIVE_IDLE_SECONDS);
        socket.setTCPKeepAliveCount(KEEP_ALIVE_COUNT);
        socket.setTCPKeepAliveInterval(KEEP_ALIVE_INTERVAL_SECONDS);
        for (String spec : specs) {
            try {
                socket.connect(spec);
            } catch (ZMQException e) {
                throw new IOException("zmq.sub: " + spec + ": " + ZError.toString(e.getErrorCode()), e);
            }
            LOG.info("zmq-connecting setting=zmq.sub spec={}", spec);
        }
    }

    private void turn(ZMQ.Poller poller) throws IOException {
        try {
            await(poller, wanted == null ? -1 : wanted.nextMillis(now()));
            for (ZmqFeed feed : feeds) {
                feed.run();
            }
            if (replies != null) {
                replies.run();
            }
            if (sub != null && wanted != null) {
                wanted.apply(subscriptions(sub), now());
            }
        } catch (ZMQException e) {
            LOG.error("zmq-failed", e);
            sleep();
        }
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

    /** What has been received is brought to its homes, for so long; publishers that go on sending are cut off then. */
    private void finish(ZMQ.Poller poller) throws IOException {
        long end = now() + STOP_MILLIS;
        boolean more = true;
        while (more && now() < end) {
            for (ZmqFeed feed : feeds) {
                feed.run();
            }
            if (replies != null) {
                replies.run();
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
