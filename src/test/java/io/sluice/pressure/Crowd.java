package io.sluice.pressure;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import io.sluice.testing.TestGateway;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A gateway with its built-in test target, and clients of it: those that read, and those that stop. */
final class Crowd implements AutoCloseable {
    /** In each item once, and nowhere else. */
    private static final char MARK = '#';

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final NetClient readers = vertx.createNetClient(new NetClientOptions().setReceiveBufferSize(64 << 10));
    private final NetClient stalled = vertx.createNetClient(new NetClientOptions().setReceiveBufferSize(4 << 10));
    private final List<Client> all = new ArrayList<>();
    final TestGateway gateway;
    final Stats stats;
    /** Items published to a channel with so many subscriptions, summed up. */
    private long matched;

    /** A client that counts the items that it gets. */
    static final class Client {
        final AtomicInteger items = new AtomicInteger();
        final AtomicInteger closed = new AtomicInteger();
        final AtomicLong head = new AtomicLong();
        private final Queue<String> text = new ConcurrentLinkedQueue<>();
        private final NetSocket socket;
        private final boolean keep;

        private Client(NetSocket socket, boolean keep) {
            this.socket = socket;
            this.keep = keep;
        }

        /** All that it was sent. */
        String text() {
            return String.join("", text);
        }

        void close() {
            // What a paused socket has read and not handed over is never released.
            socket.resume();
            var unused = socket.close();
        }

        void pause() {
            socket.pause();
        }

        void resume() {
            socket.resume();
        }
    }

    Crowd(List<String> routes, Map<String, String> settings) throws Exception {
        var lines = new ArrayList<>(routes);
        lines.add("* test");
        gateway = TestGateway.start(lines, settings);
        stats = gateway.gateway().stats();
    }

    static ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(10));
    }

    static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    /** Clients that read. */
    List<Client> readers(int count, String path) {
        return clients(readers, count, path, false);
    }

    /** Clients that read no more once their stream is open. */
    List<Client> stalled(int count, String path) {
        List<Client> opened = clients(stalled, count, path, false);
        opened.forEach(Client::pause);
        return opened;
    }

    /** Clients that may be answered, or not. */
    List<Client> visitors(int count, String path) {
        var opened = new ArrayList<Client>();
        for (int i = 0; i < count; i++) {
            NetSocket to = await(readers.connect(gateway.httpPort(), "127.0.0.1"));
            var unused = to.write("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
            opened.add(new Client(to, false));
            all.add(opened.get(i));
        }
        return opened;
    }

    /** One that keeps what it is sent. */
    Client witness(String path) {
        return clients(readers, 1, path, true).get(0);
    }

    private List<Client> clients(NetClient from, int count, String path, boolean keep) {
        boolean socket = path.startsWith("/ws");
        long before = stats.value(Gauge.SUBSCRIPTIONS);
        var opened = new ArrayList<Client>();
        for (int i = 0; i < count; i++) {
            NetSocket to = await(from.connect(gateway.httpPort(), "127.0.0.1"));
            var client = new Client(to, keep);
            to.handler(bytes -> {
                for (int at = 0; at < bytes.length(); at++) {
                    if (bytes.getByte(at) == MARK) {
                        client.items.incrementAndGet();
                    }
                }
                if (client.keep) {
                    client.text.add(bytes.toString());
                }
                client.head.addAndGet(bytes.length());
            });
            to.closeHandler(gone -> client.closed.incrementAndGet());
            await(to.write(String.join(
                    "\r\n",
                    "GET " + path + " HTTP/1.1",
                    "Host: x",
                    "User-Agent: crowd/1",
                    "X-Tenant: acme",
                    "Cookie: secret",
                    socket
                            ? String.join(
                                    "\r\n",
                                    "Connection: Upgrade",
                                    "Upgrade: websocket",
                                    "Sec-WebSocket-Version: 13",
                                    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==")
                            : "X-Kind: stream",
                    "",
                    "")));
            opened.add(client);
            all.add(client);
        }
        soon().until(() -> stats.value(Gauge.SUBSCRIPTIONS) == before + count
                && opened.stream().allMatch(client -> client.head.get() > 0));
        return opened;
    }

    /** Publishes one item to streams and WebSockets; counts whom it should reach. */
    void publish(String channel, int size, long subscriptions) {
        publish(new JsonObject().put("channel", channel), size);
        matched += subscriptions;
    }

    /** The same, with the item's other members. */
    void publishTo(long subscriptions, JsonObject item) {
        publish(item, MARK + "\n");
        matched += subscriptions;
    }

    void publish(JsonObject item, int size) {
        publish(item, MARK + "x".repeat(size) + "\n");
    }

    void publish(JsonObject item, String content) {
        item.put(
                "formats",
                new JsonObject()
                        .put("http-stream", new JsonObject().put("content", content))
                        .put("ws-message", new JsonObject().put("content", content)));
        var items = new JsonObject().put("items", new JsonArray().add(item));
        await(gateway.gateway().vertx().eventBus().request("sluice.publish", items));
    }

    /** Publishes many items at once. */
    void burst(String channel, int count, int size) {
        var format = new JsonObject().put("content", MARK + "x".repeat(size) + "\n");
        var items = new JsonArray();
        for (int i = 0; i < count; i++) {
            items.add(new JsonObject()
                    .put("channel", channel)
                    .put("formats", new JsonObject().put("http-stream", format).put("ws-message", format)));
        }
        await(gateway.gateway().vertx().eventBus().request("sluice.publish", new JsonObject().put("items", items)));
    }

    long drops() {
        long sum = 0;
        for (DropReason reason : DropReason.values()) {
            sum += stats.value(reason);
        }
        return sum;
    }

    long matched() {
        return matched;
    }

    /** What has become of all that was published and waits no more. */
    long settled() {
        return stats.value(Counter.DELIVERIES) + stats.value(Counter.FILTERED) + stats.value(Counter.COVERED) + drops();
    }

    /** Delivered, dropped or waiting: all that was published to anybody. */
    void settle() {
        soon().untilAsserted(() -> assertThat(stats.value(Counter.DELIVERIES)
                        + drops()
                        + stats.value(Gauge.OUTBOX_MESSAGES)
                        + stats.value(Gauge.OUTBOX_BEHIND))
                .isEqualTo(matched));
    }

    @Override
    public void close() {
        all.forEach(Client::close);
        await(vertx.close());
        gateway.close();
    }
}
