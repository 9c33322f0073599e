package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.bus.Addresses;
import io.sluice.bus.BusCodecs;
import io.sluice.bus.NodeMessage;
import io.sluice.channel.Mode;
import io.sluice.channel.Position;
import io.sluice.config.RouteTable;
import io.sluice.config.RoutesFile;
import io.sluice.config.Settings;
import io.sluice.fanout.Loops;
import io.sluice.fanout.Subscribed;
import io.sluice.netty.StartupSinks;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import io.sluice.wire.EncodedItem;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions with real sockets on both sides, a real fan-out loop and real timers. */
@Timeout(60)
class SessionsOverSocketsTest {
    private final Vertx vertx = Vertx.vertx();
    private final Loops loops = new Loops(1);
    private final Stats stats = new Stats();
    private final ConcurrentLinkedQueue<String> recoveries = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> gone = new ConcurrentLinkedQueue<>();
    private int port;

    @BeforeEach
    void start() throws TimeoutException {
        HttpServer origin = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
        Settings settings = ProxyBench.settings(UnaryOperator.identity());
        RouteTable routes = RoutesFile.parseLines("test", List.of("* 127.0.0.1:" + origin.actualPort()))
                .table();
        BusCodecs.register(vertx.eventBus());
        StartupSinks sinks = StartupSinks.choose(vertx).await(10, TimeUnit.SECONDS);
        var parts = new ProxyParts(settings, () -> routes, stats, loops, sinks, AloneClaims.of(vertx, stats), "node");
        var proxy = new ServedProxy(new GripProxyVerticle(0, parts), loops);
        vertx.deployVerticle(proxy).await(10, TimeUnit.SECONDS);
        port = proxy.port();
        for (int router = 0; router < Addresses.ROUTERS; router++) {
            vertx.eventBus().<NodeMessage>localConsumer(Addresses.node("node", router), this::confirm);
        }
    }

    @AfterEach
    void close() throws TimeoutException {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private void confirm(Message<NodeMessage> message) {
        if (message.body() instanceof NodeMessage.LoopSubscribe subscribe) {
            requireNonNull(loops.get(0)).fanout().subscribed(subscribe.channel(), new Subscribed(true, false, null));
        }
    }

    /** The origin: two pages, then a hold at 2; recovery brings 3 and 4; what it is asked after that is nonsense. */
    private void answer(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        switch (request.uri()) {
            case "/events" ->
                response.putHeader("Grip-Link", "</events?page=2>; rel=next, </gone>; rel=gone")
                        .end("1\n");
            case "/events?page=2" -> hold(response, "2").end("2\n");
            case "/events?recover=true" -> {
                recoveries.add(request.getHeader("Grip-Last"));
                if (recoveries.size() == 1) {
                    hold(response, "4").end("3\n4\n");
                } else {
                    response.putHeader("Grip-Hold", "response").end();
                }
            }
            default -> {
                gone.add(request.method() + " " + request.uri());
                response.end();
            }
        }
    }

    private static HttpServerResponse hold(HttpServerResponse response, String position) {
        return response.putHeader("Grip-Hold", "stream")
                .putHeader("Grip-Channel", "a; prev-id=" + position)
                .putHeader("Grip-Link", "</events?recover=true>; rel=next");
    }

    private void publish(String id, @Nullable String prevId) {
        await().atMost(10, TimeUnit.SECONDS).until(() -> loops.counts().count("a", Mode.STREAM) > 0);
        var item = Rig.item("a", id, prevId, Map.of(), id + "\n", null);
        requireNonNull(loops.get(0)).fanout().deliver(List.of(new EncodedItem(item, new Position(1, 1))));
    }

    private static String chunk(String content) {
        return Integer.toHexString(content.getBytes(UTF_8).length) + "\r\n" + content + "\r\n";
    }

    private static void expect(RawClient client, String content) {
        assertThat(client.read(chunk(content).length())).isEqualTo(chunk(content));
    }

    @Test
    void pages_a_hold_a_gap_its_recovery_and_an_error_that_cuts() {
        try (RawClient client = RawClient.connect(port)) {
            client.get("/events");
            assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n").doesNotContain("Grip-");
            expect(client, "1\n");
            expect(client, "2\n");
            publish("4", "3");
            expect(client, "3\n4\n");
            assertThat(recoveries).containsExactly("a; last-id=2");
            publish("5", "4");
            expect(client, "5\n");
            assertThat(stats.value(Gauge.STREAM_HOLDS)).isEqualTo(1);

            publish("9", "8");
            await().atMost(10, TimeUnit.SECONDS).until(() -> stats.value(Gauge.STREAM_HOLDS) == 0);
            assertThat(recoveries).containsExactly("a; last-id=2", "a; last-id=5");
            assertThat(client.closed()).as("cut, without a last chunk").isTrue();
        }
        await().atMost(10, TimeUnit.SECONDS).until(() -> !gone.isEmpty());
        assertThat(gone).containsExactly("POST /gone");
        assertThat(loops.counts().count("a", Mode.STREAM)).isZero();
    }
}
