package io.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.Gateway;
import io.sluice.grip.GripException;
import io.sluice.grip.SocketEvent;
import io.sluice.grip.SocketEvents;
import io.sluice.protocol.HttpWire;
import io.sluice.protocol.Reply;
import io.sluice.stats.Gauge;
import io.sluice.testing.FreePorts;
import io.sluice.testing.HttpOrigin;
import io.sluice.testing.RawUpgrade;
import io.sluice.testing.RawWebSocket;
import io.sluice.testing.TestGateway;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** WebSockets on two nodes: published to from either, and reached by their id from either. */
@Timeout(120)
class SocketsClusterIT {
    private static final int SOCKETS = 20;

    private final Vertx vertx = Vertx.vertx();
    /** Events of each request with the connection that it was for. */
    private final List<String> seen = new CopyOnWriteArrayList<>();

    private final List<String> ids = new CopyOnWriteArrayList<>();
    private final HttpOrigin origin = HttpOrigin.start(
            vertx,
            request -> request.body().onSuccess(body -> {
                try {
                    answer(request, body);
                } catch (GripException e) {
                    request.response().setStatusCode(400).end(e.text());
                }
            }));
    private final List<TestGateway> nodes = new ArrayList<>();
    private final List<RawWebSocket> clients = new ArrayList<>();

    /** Subscribes each connection to the channel {@code all}, and echoes. */
    private void answer(HttpServerRequest request, Buffer body) throws GripException {
        String id = String.valueOf(request.getHeader("Connection-Id"));
        List<SocketEvent> events = SocketEvents.decode(body.getBytes());
        seen.add(id + " " + events.stream().map(event -> event.type().name()).toList());
        var answer = new ArrayList<SocketEvent>();
        for (SocketEvent event : events) {
            switch (event.type()) {
                case OPEN -> {
                    ids.add(id);
                    answer.add(event);
                    answer.add(SocketEvent.text("c:{\"type\":\"subscribe\",\"channel\":\"all\"}"));
                }
                case TEXT ->
                    answer.add(SocketEvent.text(
                            "m:" + new String(event.content(), java.nio.charset.StandardCharsets.UTF_8)));
                case CLOSE -> answer.add(event);
                default -> {}
            }
        }
        if (events.isEmpty()) {
            answer.add(SocketEvent.text("m:refreshed"));
        }
        request.response()
                .putHeader("Content-Type", SocketEvents.MEDIA_TYPE)
                .putHeader("Sec-WebSocket-Extensions", "grip")
                .end(Buffer.buffer(SocketEvents.encode(answer)));
    }

    @BeforeEach
    void start() throws Exception {
        List<Integer> ports = FreePorts.take(2);
        String cluster = "it-" + UUID.randomUUID();
        for (int i = 0; i < 2; i++) {
            nodes.add(TestGateway.start(
                    List.of("* " + origin.address() + ",over_http"),
                    Map.of(
                            "node.name",
                            "n" + i,
                            "cluster.name",
                            cluster,
                            "cluster.port",
                            ports.get(i).toString(),
                            "cluster.join",
                            "127.0.0.1:" + ports.get(1 - i))));
        }
    }

    @AfterEach
    void close() throws Exception {
        for (RawWebSocket client : clients) {
            client.closeSocket();
        }
        for (TestGateway node : nodes) {
            node.close();
        }
        origin.close();
        vertx.close().await();
    }

    private static ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(10));
    }

    private void open(TestGateway node, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            clients.add(RawUpgrade.to("/").open(node.httpPort()));
        }
    }

    private static Reply control(TestGateway node, String path, JsonObject body) throws IOException {
        return HttpWire.exchange(
                node.controlPort(), HttpWire.request("POST", path, body.encode(), "Accept: application/json"));
    }

    private static JsonObject message(String text) {
        return new JsonObject()
                .put(
                        "items",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("channel", "all")
                                        .put(
                                                "formats",
                                                new JsonObject()
                                                        .put("ws-message", new JsonObject().put("content", text)))));
    }

    @Test
    void what_either_node_takes_reaches_the_sockets_of_both_once_and_in_order() throws Exception {
        open(nodes.get(0), SOCKETS);
        open(nodes.get(1), SOCKETS);
        for (int i = 0; i < 20; i++) {
            assertThat(control(nodes.get(i % 2), "/publish", message("m" + i)).status())
                    .isEqualTo(200);
        }
        for (RawWebSocket client : clients) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.readText()).isEqualTo("m" + i);
            }
        }
    }

    @Test
    void a_connection_is_found_by_its_id_from_any_node() throws Exception {
        open(nodes.get(0), 1);
        open(nodes.get(1), 1);
        for (TestGateway asked : nodes) {
            var ask = new JsonObject()
                    .put(
                            "ids",
                            new JsonArray()
                                    .add(ids.get(0))
                                    .add(ids.get(1))
                                    .add("unknown")
                                    .add(UUID.randomUUID().toString()));
            Reply reply = control(asked, "/conncheck", ask);
            assertThat(new JsonObject(reply.text()).getJsonArray("connected"))
                    .containsExactlyInAnyOrder(ids.get(0), ids.get(1));
            for (int i = 0; i < 2; i++) {
                assertThat(control(asked, "/refresh", new JsonObject().put("cid", ids.get(i)))
                                .status())
                        .isEqualTo(200);
                assertThat(clients.get(i).readText()).isEqualTo("refreshed");
            }
        }
        assertThat(control(nodes.get(0), "/refresh", new JsonObject().put("channel", "all"))
                        .status())
                .isEqualTo(200);
        assertThat(clients.get(0).readText()).isEqualTo("refreshed");
        assertThat(clients.get(1).readText()).isEqualTo("refreshed");
        var close = new JsonObject().put("cid", ids.get(1)).put("code", 4321).put("reason", "enough");
        assertThat(control(nodes.get(0), "/close", close).status()).isEqualTo(200);
        assertThat(clients.get(1).expectClose(4321)).isEqualTo("enough");
        clients.get(1).close(4321, "");
        soon().until(() -> seen.contains(ids.get(1) + " [CLOSE]"));
        assertThat(control(nodes.get(0), "/close", close).status()).isEqualTo(404);
        assertThat(control(nodes.get(1), "/conncheck", new JsonObject().put("ids", new JsonArray().add(ids.get(1))))
                        .text())
                .contains("\"connected\":[]");
    }

    @Test
    void a_closing_node_sends_its_clients_away_and_tells_their_origins() throws Exception {
        open(nodes.get(0), SOCKETS);
        open(nodes.get(1), 1);
        RawWebSocket stays = clients.get(SOCKETS);
        // Not to be closed twice.
        Gateway leaving = nodes.remove(0).gateway();
        var closing = leaving.close();
        for (RawWebSocket client : clients.subList(0, SOCKETS)) {
            client.expectClose(1012);
            client.close(1012, "");
        }
        soon().until(closing::isComplete);
        assertThat(leaving.stats().value(Gauge.SOCKETS)).isZero();
        assertThat(leaving.stats().value(Gauge.SUBSCRIPTIONS)).isZero();
        for (String id : ids.subList(0, SOCKETS)) {
            assertThat(seen).contains(id + " [CLOSE]");
        }
        stays.text("still here");
        assertThat(stays.readText()).isEqualTo("still here");
    }
}
