package io.sluice.pressure;

import static io.sluice.protocol.HttpWire.exchange;
import static io.sluice.protocol.HttpWire.request;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.protocol.Reply;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Clients that stop reading, over real sockets: what happens to them, and what an operator sees and can do. */
@Timeout(60)
class SlowClientsIT {
    private static final String TOKEN = "0123456789abcdef";
    private static final String BEARER = "Authorization: Bearer " + TOKEN;
    private static final int BYTES = 64 << 10;

    private static void publishUntilSlow(Crowd crowd, int clients) {
        for (int i = 0; crowd.stats.value(Gauge.OUTBOXES) < clients; i++) {
            assertThat(i).isLessThan(1000);
            crowd.publish(new JsonObject().put("channel", "c"), BYTES);
        }
    }

    private static JsonObject json(Crowd crowd, String path) throws IOException {
        Reply reply = exchange(crowd.gateway.gateway().opsPort(), request("GET", path, null));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return new JsonObject(reply.text());
    }

    @Test
    void the_desk_tells_who_it_is_and_ends_it() throws Exception {
        try (var crowd = new Crowd(
                List.of(),
                Map.of("ops.token", TOKEN, "outbox.log-headers", "X-Tenant", "http.outbox-bytes", "1000000"))) {
            int ops = crowd.gateway.gateway().opsPort();
            assertThat(json(crowd, "/api/slow").getJsonArray("connections")).isEmpty();
            Crowd.Client stream = crowd.stalled(1, "/stream?channel=c").get(0);
            Crowd.Client socket = crowd.stalled(1, "/ws?channel=c").get(0);
            publishUntilSlow(crowd, 2);
            var connections = json(crowd, "/api/slow?limit=10").getJsonArray("connections");
            assertThat(connections).hasSize(2);
            for (int i = 0; i < 2; i++) {
                JsonObject one = connections.getJsonObject(i);
                assertThat(one.getString("userAgent")).isEqualTo("crowd/1");
                assertThat(one.getString("address")).isEqualTo("127.0.0.1");
                assertThat(one.getJsonArray("headers")).containsExactly("X-Tenant: acme");
                assertThat(one.getJsonArray("channels")).containsExactly("c");
                assertThat(one.getString("cause")).isEqualTo("slow");
                assertThat(one.getLong("pendingBytes")).isPositive();
                assertThat(one.encode()).doesNotContain("secret");
                String id = one.getString("connection");
                assertThat(json(crowd, "/api/connections/" + id).getString("kind"))
                        .isEqualTo(one.getString("kind"));
                assertThat(json(crowd, "/api/connections?q=" + id).getJsonArray("connections"))
                        .hasSize(1);
                assertThat(json(crowd, "/api/connections?q=CROWD").getJsonArray("connections"))
                        .isNotEmpty();
                String path = "/api/connections/" + id + "/disconnect";
                assertThat(exchange(ops, request("POST", path, "")).status()).isEqualTo(401);
                assertThat(exchange(ops, request("GET", path, null)).status()).isEqualTo(405);
                assertThat(exchange(ops, request("POST", path, "", BEARER)).status())
                        .isEqualTo(200);
            }
            Crowd.soon().until(() -> crowd.stats.value(Gauge.SUBSCRIPTIONS) == 0);
            assertThat(json(crowd, "/api/connections?q=crowd").getJsonArray("connections"))
                    .isEmpty();
            stream.resume();
            socket.resume();
            Crowd.soon().until(() -> stream.closed.get() == 1 && socket.closed.get() == 1);
            assertThat(crowd.stats.value(Counter.CONNECTIONS_ENDED_BY_OPERATOR)).isEqualTo(2);
            assertThat(crowd.stats.value(DropReason.OUTBOX_DISCONNECTED)).isPositive();
            assertThat(crowd.stats.value(Gauge.OUTBOXES)).isZero();
            String gone = connections.getJsonObject(0).getString("connection");
            assertThat(exchange(ops, request("POST", "/api/connections/" + gone + "/disconnect", "", BEARER))
                            .status())
                    .isEqualTo(404);
        }
    }

    @Test
    void the_command_tells_who_is_slow_and_disconnects() throws Exception {
        try (var crowd = new Crowd(List.of(), Map.of("ops.token", TOKEN))) {
            String ops = "http://127.0.0.1:" + crowd.gateway.gateway().opsPort();
            assertThat(status("--ops", ops, "--slow")).isEqualTo("0 nobody is slow\n");
            var unused = crowd.stalled(1, "/stream?channel=c");
            publishUntilSlow(crowd, 1);
            assertThat(status("--ops", ops)).startsWith("0 status ready\n").contains("\noutboxes 1\n");
            String line = status("--ops", ops, "--slow");
            assertThat(line).startsWith("0 slow stream connection=").contains(" agent=\"crowd/1\" channels=c pending=");
            String id = line.replaceAll("(?s).* connection=(\\S+) .*", "$1");
            assertThat(status("--ops", ops, "--disconnect", id))
                    .startsWith("1 ")
                    .contains("A token is needed");
            assertThat(status("--ops", ops, "--disconnect", id, "-B", TOKEN)).isEqualTo("0 disconnected " + id + "\n");
            assertThat(status("--ops", ops, "--disconnect", id, "-B", TOKEN))
                    .isEqualTo("1 sluice status: there is no connection " + id + "\n");
        }
    }

    /** The exit code and what was written. */
    private static String status(String... options) {
        var written = new java.io.StringWriter();
        int code = io.sluice.cli.StatusRun.run(written, options);
        return code + " " + written;
    }

    @Test
    void a_burst_reaches_who_reads_though_nothing_comes_after_it() throws Exception {
        try (var crowd = new Crowd(List.of(), Map.of("http.outbox-bytes", "8000000"))) {
            List<Crowd.Client> readers = new java.util.ArrayList<>(crowd.readers(5, "/stream?channel=c"));
            readers.addAll(crowd.readers(5, "/ws?channel=c"));
            crowd.burst("c", 500, 8 << 10);
            Crowd.soon().until(() -> readers.stream().allMatch(client -> client.items.get() == 500));
            assertThat(crowd.drops()).isZero();
            assertThat(crowd.stats.value(Gauge.OUTBOXES)).isZero();
        }
    }

    @Test
    void bad_questions_say_what_is_wrong() throws Exception {
        try (var crowd = new Crowd(List.of(), Map.of())) {
            int ops = crowd.gateway.gateway().opsPort();
            Reply limit = exchange(ops, request("GET", "/api/slow?limit=0", null));
            assertThat(limit.status()).isEqualTo(400);
            assertThat(limit.text()).isEqualTo("limit: must be a number from 1 to 1000, not '0'.\n");
            assertThat(exchange(ops, request("GET", "/api/connections", null)).status())
                    .isEqualTo(400);
            assertThat(exchange(ops, request("GET", "/api/connections/none", null))
                            .status())
                    .isEqualTo(404);
            Reply refused = exchange(ops, request("POST", "/api/connections/none/disconnect", ""));
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.text()).contains("ops.token");
        }
    }

    @Test
    void the_log_names_who_loses_items() throws Exception {
        var lines = new ListAppender<ILoggingEvent>();
        var logger = (Logger) LoggerFactory.getLogger("io.sluice.proxy.DropLog");
        lines.start();
        logger.addAppender(lines);
        try (var crowd =
                new Crowd(List.of(), Map.of("http.outbox-bytes", "300000", "outbox.log-headers", "X-Tenant"))) {
            var unused = crowd.stalled(1, "/stream?channel=c");
            publishUntilSlow(crowd, 1);
            for (int i = 0; i < 10; i++) {
                crowd.publish(new JsonObject().put("channel", "c"), BYTES);
            }
            Crowd.soon().until(() -> crowd.stats.value(DropReason.OUTBOX_FULL) > 0);
            List<String> told =
                    lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
            assertThat(told)
                    .anyMatch(line -> line.startsWith("outbox-high connection="))
                    .anyMatch(line -> line.matches(
                            "items-dropped connection=\\S+ route=\\S+ uri=\\S+ channel=c reason=outbox_full policy=drop-newest items=\\d+"
                                    + " client=- address=127\\.0\\.0\\.1 agent=\"crowd/1\" headers=\"X-Tenant: acme\""
                                    + " pending-messages=[1-9]\\d* pending-bytes=[1-9]\\d* oldest-millis=\\d+"));
            assertThat(told).noneMatch(line -> line.contains("secret"));
            // As JSON, each is a field.
            assertThat(lines.list)
                    .extracting(ILoggingEvent::getMessage)
                    .allMatch(pattern -> pattern.matches("[a-z-]+( [a-z-]+=(\\{}|\"\\{}\"))+"));
        } finally {
            logger.detachAppender(lines);
        }
    }

    @Test
    void who_takes_nothing_is_gone_from_every_count_in_time() throws Exception {
        try (var crowd = new Crowd(List.of(), Map.of("outbox.stall-seconds", "1", "websocket.ping-seconds", "0"))) {
            var unused = crowd.stalled(1, "/stream?channel=c");
            unused = crowd.stalled(1, "/ws?channel=c");
            publishUntilSlow(crowd, 2);
            Crowd.soon()
                    .untilAsserted(() -> assertThat(List.of(
                                    crowd.stats.value(Gauge.OUTBOXES),
                                    crowd.stats.value(Gauge.SUBSCRIPTIONS),
                                    crowd.stats.value(Gauge.STREAM_HOLDS),
                                    crowd.stats.value(Gauge.SOCKETS),
                                    crowd.stats.value(Gauge.CONNECTIONS)))
                            .containsOnly(0L));
            assertThat(crowd.stats.value(Counter.CONNECTIONS_ENDED_STALLED)).isEqualTo(2);
        }
    }

    /** The kernel gives up; a peer that is there and has no room counts as gone too, which is what can be shown on one machine. */
    @Test
    void who_acknowledges_nothing_is_gone_from_every_count_in_time() throws Exception {
        try (var crowd = new Crowd(List.of(), Map.of("outbox.dead-seconds", "2", "websocket.ping-seconds", "0"))) {
            var unused = crowd.stalled(1, "/stream?channel=c");
            unused = crowd.stalled(1, "/ws?channel=c");
            publishUntilSlow(crowd, 2);
            Crowd.soon()
                    .untilAsserted(() -> assertThat(List.of(
                                    crowd.stats.value(Gauge.OUTBOXES),
                                    crowd.stats.value(Gauge.SUBSCRIPTIONS),
                                    crowd.stats.value(Gauge.STREAM_HOLDS),
                                    crowd.stats.value(Gauge.SOCKETS),
                                    crowd.stats.value(Gauge.CONNECTIONS)))
                            .containsOnly(0L));
            assertThat(crowd.stats.value(DropReason.CONNECTION_CLOSED)).isPositive();
        }
    }

    @Test
    void who_catches_up_gets_everything_once_and_in_order() throws Exception {
        var settings = Map.of(
                "http.outbox-bytes",
                "262144",
                "outbox.policy",
                "c catch-up",
                "channels.log",
                "c items=1000 bytes=16000000");
        try (var crowd = new Crowd(List.of(), settings)) {
            Crowd.Client stream = crowd.witness("/stream?channel=c");
            Crowd.Client socket = crowd.witness("/ws?channel=c");
            stream.pause();
            socket.pause();
            var all = new StringBuilder();
            int count = 0;
            for (int more = 20; more > 0; more -= crowd.stats.value(Counter.OUTBOX_CATCH_UPS) > 1 ? 1 : 0) {
                assertThat(++count).as("what the log has room for").isLessThan(400);
                crowd.publish(new JsonObject().put("channel", "c"), "#" + count + "x".repeat(BYTES / 4) + "\n");
                all.append('#').append(count).append(' ');
            }
            stream.resume();
            socket.resume();
            int items = count;
            Crowd.soon().until(() -> stream.items.get() == items && socket.items.get() == items);
            for (Crowd.Client client : List.of(stream, socket)) {
                assertThat(client.text()
                                .replaceAll("(?s)[^#]*(#[0-9]+)x*", "$1 ")
                                .replaceAll("(?s) [^ #]*$", " "))
                        .isEqualTo(all.toString());
            }
            assertThat(crowd.stats.value(Counter.DELIVERIES)).isEqualTo(2L * items);
            assertThat(crowd.drops()).isZero();
        }
    }
}
