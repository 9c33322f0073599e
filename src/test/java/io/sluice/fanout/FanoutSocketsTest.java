package io.sluice.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bus.NodeMessage;
import io.sluice.channel.Mode;
import io.sluice.netty.Items;
import io.sluice.netty.Sink;
import io.sluice.netty.StartupSinks;
import io.sluice.stats.Stats;
import io.sluice.wire.EncodedItem;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One loop, 2000 sockets, some of which stop reading. */
class FanoutSocketsTest {
    private static final int READERS = 1_980;
    private static final int BIG_READERS = 10;
    private static final int STALLED = 10;
    private static final int SMALL_ITEMS = 40;
    private static final int BIG_PER_SMALL = 3;
    private static final int BIG_BYTES = 65_536;

    private final Vertx server = Vertx.builder()
            .with(new VertxOptions().setEventLoopPoolSize(1))
            .withTransport(Transport.EPOLL.available() ? Transport.EPOLL : Transport.NIO)
            .build();
    private final Vertx clients = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Stats stats = new Stats();
    private final Loops loops = new Loops(1);
    private final AtomicInteger dropped = new AtomicInteger();
    private final AtomicInteger delivered = new AtomicInteger();
    private final AtomicInteger subscribed = new AtomicInteger();
    private final StartupSinks sinks = await(StartupSinks.choose(server));

    /** Counts the bytes of one socket, and checks their order where each item is its own number. */
    private static final class Reader {
        private final StringBuilder text = new StringBuilder();
        private final boolean keep;
        private final AtomicLong bytes = new AtomicLong();

        Reader(boolean keep) {
            this.keep = keep;
        }

        void read(NetSocket socket) {
            socket.handler(buffer -> {
                if (keep) {
                    text.append(buffer);
                }
                bytes.addAndGet(buffer.length());
            });
        }
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    @AfterEach
    void close() {
        await(clients.close());
        await(server.close());
    }

    private void hold(EventLoopFanout fanout, HttpServerRequest request) {
        Sink sink = sinks.take(request);
        sink.flush();
        var subscriber = new Subscriber() {
            @Override
            public void deliver(String channel, EncodedItem item) {
                if (sink.writable()) {
                    sink.write(item);
                    fanout.flushLater(sink);
                    delivered.incrementAndGet();
                } else {
                    dropped.incrementAndGet();
                }
            }

            @Override
            public void update() {}
        };
        String channel = request.path().substring(1);
        request.response().closeHandler(nothing -> fanout.unsubscribe(channel, Mode.STREAM, subscriber));
        var unused = fanout.subscribe(channel, Mode.STREAM, subscriber);
        subscribed.incrementAndGet();
    }

    private List<Reader> connect(NetClient client, int port, String channel, int count, boolean stalled) {
        var readers = new ArrayList<Reader>();
        for (int from = 0; from < count; from += 100) {
            var connecting = new ArrayList<Future<?>>();
            for (int i = from; i < Math.min(count, from + 100); i++) {
                var reader = new Reader(channel.equals("small"));
                readers.add(reader);
                connecting.add(client.connect(port, "127.0.0.1").onSuccess(socket -> {
                    if (stalled) {
                        socket.pause();
                        // What a paused connection has read already, Vert.x lets go of only when it is resumed.
                        socket.closeHandler(nothing -> socket.resume());
                    }
                    reader.read(socket);
                    var unused = socket.write("GET /" + channel + " HTTP/1.1\r\nHost: x\r\n\r\n");
                }));
            }
            await(Future.join(connecting));
        }
        return readers;
    }

    @Test
    void stalled_readers_hurt_nobody_else() {
        LocalCodec.register(server.eventBus(), NodeMessage.LoopSubscribe.class);
        LocalCodec.register(server.eventBus(), NodeMessage.LoopUnsubscribe.class);
        Context context = server.getOrCreateContext();
        var fanout = new EventLoopFanout(0, server, context, "n1", loops, stats);
        HttpServer http = await(server.createHttpServer(new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(0)
                        .setStrictThreadMode(true)
                        .setHttp2ClearTextEnabled(false)
                        .setAcceptBacklog(4_096))
                .requestHandler(request -> hold(fanout, request))
                .listen());
        NetClient client = clients.createNetClient(new NetClientOptions().setReceiveBufferSize(16_384));
        List<Reader> small = connect(client, http.actualPort(), "small", READERS, false);
        List<Reader> big = connect(client, http.actualPort(), "big", BIG_READERS, false);
        connect(client, http.actualPort(), "big", STALLED, true);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> subscribed.get() == READERS + BIG_READERS + STALLED);

        var items = new ArrayList<EncodedItem>();
        var expected = new StringBuilder("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        for (int i = 0; i < SMALL_ITEMS; i++) {
            String content = String.format(Locale.ROOT, "item %04d", i);
            expected.append("9\r\n").append(content).append("\r\n");
            items.add(Items.stream("small", String.valueOf(i), content));
            for (int j = 0; j < BIG_PER_SMALL; j++) {
                items.add(Items.stream("big", i + "." + j, new byte[BIG_BYTES]));
            }
        }
        for (int from = 0; from < items.size(); from += 8) {
            fanout.deliver(List.copyOf(items.subList(from, Math.min(items.size(), from + 8))));
        }
        int total = READERS * SMALL_ITEMS + (BIG_READERS + STALLED) * SMALL_ITEMS * BIG_PER_SMALL;
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> delivered.get() + dropped.get() == total
                        && small.stream().allMatch(reader -> reader.bytes.get() >= expected.length()));
        assertThat(small).allMatch(reader -> reader.text.toString().contentEquals(expected));
        assertThat(dropped.get()).isPositive();
        assertThat(big).allMatch(reader -> reader.bytes.get() > 0);
        await(clients.close());
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> loops.counts().count("small", Mode.STREAM) == 0
                        && loops.counts().count("big", Mode.STREAM) == 0);
        assertThat(items).allMatch(item -> item.refCnt() == 0);
        assertThat(items)
                .allMatch(
                        item -> item.streamChunk() != null && item.streamChunk().refCnt() == 0);
    }

    /** Subscribers that keep the loop busy for half a second do not keep its sockets waiting as long. */
    @Test
    void sockets_are_served_during_a_long_fan_out() {
        LocalCodec.register(server.eventBus(), NodeMessage.LoopSubscribe.class);
        Context context = server.getOrCreateContext();
        var fanout = new EventLoopFanout(0, server, context, "n1", loops, stats);
        var pings = new AtomicInteger();
        var pingsAtEnd = new AtomicInteger(-1);
        HttpServer http = await(server.createHttpServer(new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(0)
                        .setTcpNoDelay(true)
                        .setHttp2ClearTextEnabled(false))
                .requestHandler(request -> request.response().end())
                .listen());
        NetSocket socket = await(server.createNetClient(new NetClientOptions().setTcpNoDelay(true))
                .connect(http.actualPort(), "127.0.0.1"));
        String ping = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
        socket.handler(answer -> {
            pings.incrementAndGet();
            var unused = socket.write(ping);
        });
        var unused = socket.write(ping);
        Awaitility.await().until(() -> pings.get() > 10);
        context.runOnContext(nothing -> {
            for (int i = 0; i < 5_000; i++) {
                boolean last = i == 4_999;
                fanout.subscribe("c", Mode.STREAM, new Subscriber() {
                    @Override
                    public void deliver(String channel, EncodedItem item) {
                        long until = System.nanoTime() + 100_000;
                        while (System.nanoTime() < until) {
                            Thread.onSpinWait();
                        }
                        if (last) {
                            pingsAtEnd.set(pings.get());
                        }
                    }

                    @Override
                    public void update() {}
                });
            }
            pings.set(0);
            fanout.deliver(List.of(Items.stream("c", "1", "x")));
        });
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> pingsAtEnd.get() >= 0);
        // 500 ms of work in some 150 turns. Both ends are on this loop: each look at the sockets is half a ping.
        assertThat(pingsAtEnd.get()).isGreaterThan(20);
    }
}
