package io.sluice.proxy;

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
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.Headers;
import io.sluice.grip.PublishItem;
import io.sluice.netty.StartupSinks;
import io.sluice.stats.Stats;
import io.sluice.wire.EncodedItem;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole of one loop: the verticle, its fan-out and its sessions, with the test target as origin. */
@Timeout(60)
class GripProxyVerticleTest {
    private final Vertx vertx = Vertx.vertx();
    private final Loops loops = new Loops(1);
    private int port;

    @BeforeEach
    void start() throws TimeoutException {
        Settings settings = ProxyBench.settings(UnaryOperator.identity());
        RouteTable routes = RoutesFile.parseLines("test", List.of("* test")).table();
        BusCodecs.register(vertx.eventBus());
        StartupSinks sinks = StartupSinks.choose(vertx).await(10, TimeUnit.SECONDS);
        var parts = new ProxyParts(
                settings, () -> routes, new Stats(), loops, sinks, AloneClaims.of(vertx, new Stats()), "node");
        var verticle = new ServedProxy(new GripProxyVerticle(0, parts), loops);
        vertx.deployVerticle(verticle).await(10, TimeUnit.SECONDS);
        port = verticle.port();
        for (int router = 0; router < Addresses.ROUTERS; router++) {
            vertx.eventBus().<NodeMessage>localConsumer(Addresses.node("node", router), this::confirm);
        }
    }

    /** As the router does for a channel that nobody has published to. */
    private void confirm(Message<NodeMessage> message) {
        if (message.body() instanceof NodeMessage.LoopSubscribe subscribe) {
            loop().fanout().subscribed(subscribe.channel(), new Subscribed(true, false, null));
        }
    }

    @AfterEach
    void close() throws TimeoutException {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private Loops.Loop loop() {
        return requireNonNull(loops.get(0));
    }

    private void publish(Format.HttpResponse response, Format.HttpStream stream) {
        var item = new PublishItem("test", "1", null, false, -1, Map.of(), response, stream, null);
        await().atMost(10, TimeUnit.SECONDS).until(() -> loops.counts().matching(item) > 0);
        loop().fanout().deliver(List.of(new EncodedItem(item, new Position(1, 1))));
    }

    private static Format.HttpStream stream(String content) {
        return new Format.HttpStream(Action.SEND, content.getBytes(StandardCharsets.UTF_8), null);
    }

    private static Format.HttpResponse response(String body) {
        return new Format.HttpResponse(
                Action.SEND, 200, "OK", Headers.EMPTY, body.getBytes(StandardCharsets.UTF_8), null, null);
    }

    @Test
    void streams_what_is_published() {
        try (RawClient client = RawClient.connect(port)) {
            client.get("/stream");
            assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(client.read(22)).isEqualTo("10\r\n[stream opened]\n\r\n");

            publish(response("r"), stream("hello\n"));

            assertThat(client.read(11)).isEqualTo("6\r\nhello\n\r\n");
        }
        await().atMost(10, TimeUnit.SECONDS).until(() -> loops.counts().count("test", Mode.STREAM) == 0);
    }

    @Test
    void answers_a_long_poll_with_what_is_published() {
        try (RawClient client = RawClient.connect(port)) {
            client.get("/response");

            publish(response("news"), stream("s"));

            assertThat(client.answer().body()).isEqualTo("news");
        }
    }
}
