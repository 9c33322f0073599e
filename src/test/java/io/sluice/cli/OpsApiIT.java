package io.sluice.cli;

import static io.sluice.protocol.HttpWire.exchange;
import static io.sluice.protocol.HttpWire.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.protocol.HttpWire;
import io.sluice.protocol.Reply;
import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import io.sluice.testing.TestGateway;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What the ops page is made from, without a browser. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpsApiIT {
    private static final String TOKEN = "0123456789abcdefghij";

    private final List<HttpWire> wires = new ArrayList<>();
    private TestGateway gateway;
    private int ops;

    @BeforeAll
    void start() throws Exception {
        gateway = TestGateway.start(
                List.of("* 127.0.0.1:1", "over-http 127.0.0.1:1,over_http"),
                Map.of("ops.token", TOKEN, "control.max-body-bytes", "5000"));
        ops = gateway.gateway().opsPort();
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @AfterEach
    void closeAll() throws IOException {
        for (HttpWire wire : wires) {
            wire.close();
        }
    }

    private HttpWire open(String target) throws IOException {
        HttpWire wire = HttpWire.open(ops).send(request("GET", target, null));
        wires.add(wire);
        return wire;
    }

    private static JsonObject event(HttpWire wire) throws IOException {
        String text;
        do {
            text = wire.readUntil("\n\n");
        } while (!text.contains("data: "));
        return new JsonObject(text.substring(text.indexOf("data: ") + 6, text.lastIndexOf('}') + 1));
    }

    private Reply publish(String body, String... headers) throws IOException {
        return exchange(ops, request("POST", "/api/publish", body, headers));
    }

    @Test
    void everySecondTheNodesSayHowTheyAre() throws Exception {
        HttpWire live = open("/api/live");
        assertThat(live.head().header("Content-Type")).isEqualTo("text/event-stream");
        JsonObject first = event(live);
        JsonObject second = event(live);
        assertThat(second.getLong("at")).isGreaterThan(first.getLong("at"));
        assertThat(second.getJsonObject("slow").getJsonArray("connections")).isEmpty();
        // Who comes later gets the last report at once, and causes none: rates are of whole seconds for all.
        HttpWire late = open("/api/live");
        late.head();
        assertThat(event(late).getLong("at"))
                .isIn(second.getLong("at"), event(live).getLong("at"));
        JsonObject node = second.getJsonArray("nodes").getJsonObject(0);
        assertThat(node.getString("node")).isEqualTo(gateway.gateway().name());
        assertThat(node.getJsonArray("waitingFor")).isEmpty();
        assertThat(node.getJsonObject("numbers").getLong("heap_used_bytes")).isPositive();
        JsonArray lag = node.getJsonObject("timings").getJsonArray("event_loop_lag");
        assertThat(lag).hasSize(second.getJsonArray("bounds").size() + 1);
        // Each loop has had its timer some times by now.
        assertThat(lag.stream().mapToLong(count -> ((Number) count).longValue()).sum())
                .isPositive();
    }

    @Test
    void aTailHasEachItemOnceAndLeavesNoSubscription() throws Exception {
        HttpWire tail = open("/api/tail?channel=a%2Fb+c");
        tail.head();
        assertThat(event(tail).getBoolean("subscribed")).isTrue();
        String item = "{\"channel\":\"a/b c\",\"id\":\"%s\",\"formats\":{\"http-stream\":{\"content\":\"%s\"},"
                + "\"ws-message\":{\"content\":\"w\"},\"http-response\":{\"body\":\"r\"}}}";
        Reply receipt = publish(item.formatted("1", "one"), "Authorization: Bearer " + TOKEN);
        assertThat(receipt.status()).as(receipt.text()).isEqualTo(200);
        assertThat(new JsonObject(receipt.text())
                        .getJsonArray("items")
                        .getJsonObject(0)
                        .getString("status"))
                .isEqualTo("accepted");
        publish("{\"items\":[" + item.formatted("2", "two") + "]}", "Authorization: Bearer " + TOKEN);
        JsonObject one = event(tail);
        assertThat(one.getString("text")).isEqualTo("one");
        assertThat(one.getJsonArray("formats")).containsExactly("http-response", "ws-message", "http-stream");
        assertThat(one.getInteger("sequence")).isEqualTo(1);
        assertThat(event(tail).getString("id")).isEqualTo("2");
        tail.close();
        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> gateway.gateway().stats().value(Gauge.SUBSCRIPTIONS) == 0);
    }

    @Test
    void whatComesTooFastIsCounted() throws Exception {
        HttpWire tail = open("/api/tail?channel=fast");
        tail.head();
        event(tail);
        var items = new ArrayList<String>();
        for (int i = 0; i < 60; i++) {
            items.add("{\"channel\":\"fast\",\"formats\":{\"ws-message\":{\"content\":\"" + i + "\"}}}");
        }
        var stop = new AtomicBoolean();
        var publisher = new Thread(() -> {
            while (!stop.get()) {
                try {
                    publish("{\"items\":[" + String.join(",", items) + "]}", "Authorization: Bearer " + TOKEN);
                } catch (IOException e) {
                    stop.set(true);
                }
            }
        });
        publisher.start();
        int skipped = 0;
        while (skipped == 0) {
            skipped = event(tail).getInteger("skipped");
        }
        stop.set(true);
        publisher.join();
        assertThat(skipped).isPositive();
    }

    @Test
    void publishingNeedsTheTokenAndABodyThatIsInOrder() throws Exception {
        String item = "{\"channel\":\"c\",\"formats\":{\"ws-message\":{\"content\":\"x\"}}}";
        assertThat(publish(item).status()).isEqualTo(401);
        assertThat(publish(item, "Authorization: Bearer 0123456789abcdefghik").status())
                .isEqualTo(401);
        Reply broken = publish("{", "Authorization: Bearer " + TOKEN);
        assertThat(broken.status()).isEqualTo(400);
        Reply wrong = publish("{\"channel\":\"c\"}", "Authorization: Bearer " + TOKEN);
        assertThat(wrong.status()).as(wrong.text()).isEqualTo(400);
        assertThat(publish(" ".repeat(6000), "Authorization: Bearer " + TOKEN).status())
                .isEqualTo(413);
    }

    @Test
    void anOpeningOfAWebSocketThatFailsIsCountedOnce() throws Exception {
        for (String host : List.of("direct", "over-http")) {
            long before = gateway.gateway().stats().value(Counter.ORIGIN_FAILURES);
            String opening = request(
                    "GET",
                    "/",
                    null,
                    "Host: " + host,
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==");
            assertThat(exchange(gateway.httpPort(), opening).status()).as(host).isEqualTo(502);
            assertThat(gateway.gateway().stats().value(Counter.ORIGIN_FAILURES) - before)
                    .as(host)
                    .isEqualTo(1);
        }
    }

    @Test
    void badQuestionsAreRefused() throws Exception {
        assertThat(exchange(ops, request("GET", "/api/tail", null)).text()).isEqualTo("channel: must be given.\n");
        assertThat(exchange(ops, request("GET", "/api/trace?id=1", null)).text())
                .isEqualTo("channel: must be given.\n");
        assertThat(exchange(ops, request("POST", "/api/live", "")).status()).isEqualTo(405);
        assertThat(exchange(ops, request("GET", "/ops.js.map", null)).status()).isEqualTo(404);
        assertThat(exchange(ops, request("GET", "/ops.js", null)).header("X-Content-Type-Options"))
                .isEqualTo("nosniff");
    }
}
