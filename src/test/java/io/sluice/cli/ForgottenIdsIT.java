package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.stats.Gauge;
import io.sluice.testing.HttpOrigin;
import io.sluice.testing.TestGateway;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Origins and publishers that disagree about where a channel is (GRIP, long-poll race): noticed, and settled. */
@Timeout(120)
class ForgottenIdsIT {
    private static final int CLIENTS = 40;
    /** Where the origin says that the channel is. */
    private static final String POSITION = "1";

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger asked = new AtomicInteger();
    private final List<HeldClient> clients = new ArrayList<>();
    private final HttpOrigin origin = HttpOrigin.start(vertx, this::answer);
    private TestGateway gateway = start();

    private TestGateway start() {
        try {
            return TestGateway.start(
                    List.of("* " + origin.address()), Map.of("channels.update-on-first-subscription", "false"));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void aStreamKeepsTheChannelKnown() throws Exception {
        client("/keep").head();
    }

    @AfterEach
    void close() throws Exception {
        gateway.close();
        for (HeldClient client : clients) {
            client.close();
        }
        origin.close();
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private void answer(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        switch (request.path()) {
            case "/keep" -> hold(response, "stream", "c").end();
            case "/poll" -> {
                asked.incrementAndGet();
                hold(response, "response", "c; prev-id=" + POSITION).end("at " + POSITION);
            }
            case "/race" -> {
                asked.incrementAndGet();
                boolean again = request.headers().contains("Grip-Last");
                hold(response, "response", "c; prev-id=" + (again ? "2" : "1")).end();
            }
            default -> {
                asked.incrementAndGet();
                hold(response, "stream", "c; prev-id=" + POSITION)
                        .putHeader("Grip-Link", "<" + request.path() + ">; rel=next")
                        .end("at " + POSITION + ",");
            }
        }
    }

    private static HttpServerResponse hold(HttpServerResponse response, String mode, String channel) {
        return response.putHeader("Grip-Hold", mode).putHeader("Grip-Channel", channel);
    }

    private HeldClient client(String path) throws IOException {
        HeldClient client = HeldClient.connect(gateway.httpPort()).get(path);
        clients.add(client);
        return client;
    }

    private void publish(String id, String prevId) throws Exception {
        var item = new JsonObject()
                .put("channel", "c")
                .put("id", id)
                .put("prev-id", prevId)
                .put("http-response", new JsonObject().put("body", "item " + id))
                .put("http-stream", new JsonObject().put("content", "item " + id + ","));
        URI uri = URI.create("http://127.0.0.1:" + gateway.controlPort() + "/publish/");
        String body = new JsonObject().put("items", new JsonArray().add(item)).encode();
        HttpResponse<String> reply = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    }

    private void awaitHeld(Gauge gauge, int count) {
        await().atMost(20, TimeUnit.SECONDS)
                .during(700, TimeUnit.MILLISECONDS)
                .until(() -> gateway.gateway().stats().value(gauge) == count);
    }

    /** How often the origin was asked, once it has not been for a second: updates come ten a second. */
    private int askedOnceQuiet() {
        var before = new AtomicInteger(-1);
        await().atMost(30, TimeUnit.SECONDS)
                .pollInterval(1, TimeUnit.SECONDS)
                .until(() -> before.getAndSet(asked.get()) == asked.get());
        return asked.get();
    }

    @Test
    void pollsOfAnOriginWithIdsOfItsOwnSettle() throws Exception {
        publish("x9", "x8");
        for (int i = 0; i < CLIENTS; i++) {
            client("/poll");
        }
        awaitHeld(Gauge.RESPONSE_HOLDS, CLIENTS);
        assertThat(asked.get()).as("each at most twice").isBetween(CLIENTS, 2 * CLIENTS);
        asked.set(0);
        for (int i = 0; i < CLIENTS; i++) {
            client("/poll");
        }
        awaitHeld(Gauge.RESPONSE_HOLDS, 2 * CLIENTS);
        assertThat(asked).as("the id is forgotten on all loops").hasValue(CLIENTS);
        publish("x10", "x9");
        await().atMost(20, TimeUnit.SECONDS).until(() -> asked.get() == 3 * CLIENTS);
        awaitHeld(Gauge.RESPONSE_HOLDS, 2 * CLIENTS);
        assertThat(asked).as("an item costs each client one request").hasValue(3 * CLIENTS);
        publish("2", "1");
        for (HeldClient client : clients.subList(1, clients.size())) {
            client.head();
            assertThat(client.read(6)).as("an item that fits").isEqualTo("item 2");
        }
    }

    @Test
    void streamsOfAnOriginWithIdsOfItsOwnSettle() throws Exception {
        publish("x9", "x8");
        for (int i = 0; i < CLIENTS; i++) {
            client("/events/" + i % 4).head();
        }
        int settled = askedOnceQuiet();
        assertThat(settled).as("each at most twice").isBetween(CLIENTS + 1, 2 * CLIENTS);
        for (int i = 0; i < CLIENTS; i++) {
            client("/events/" + i % 4).head();
        }
        assertThat(askedOnceQuiet()).as("the id is forgotten on all loops").isEqualTo(settled + CLIENTS);
    }

    @Test
    void anAnswerFromBeforeAnItemIsNoticedByEachPollThatGotOne() throws Exception {
        publish("2", "1");
        for (int i = 0; i < CLIENTS; i++) {
            client("/race");
        }
        awaitHeld(Gauge.RESPONSE_HOLDS, CLIENTS);
        assertThat(asked).as("each asked again, once").hasValue(2 * CLIENTS);
        publish("3", "2");
        for (HeldClient client : clients.subList(1, clients.size())) {
            client.head();
            assertThat(client.read(6)).isEqualTo("item 3");
        }
    }
}
