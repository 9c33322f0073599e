package io.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.config.Settings;
import io.sluice.config.SettingsLoader;
import io.sluice.hostile.CapturedLog;
import io.sluice.netty.RawClient;
import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is taken as a client: the answers on the wire, and the lines for the operator. */
class AdmissionTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    private final ArrayDeque<RawClient> clients = new ArrayDeque<>();
    private @Nullable EdgeWorld started;

    @AfterEach
    void stop() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        world().close();
    }

    private void start(String... settings) {
        var loader =
                new SettingsLoader().flag("--set", "http.host", "127.0.0.1").flag("--set", "http.port", "0");
        for (String setting : settings) {
            loader.flag("--set", setting.split("=", 2)[0], setting.split("=", 2)[1]);
        }
        Settings loaded = loader.load().settings();
        started = new EdgeWorld(
                new ClientPort(loaded), request -> request.response().end("hello"));
    }

    private EdgeWorld world() {
        return Objects.requireNonNull(started);
    }

    private RawClient connect() throws IOException {
        RawClient client = world().client();
        clients.add(client);
        return client;
    }

    private RawClient.Answer ask() throws IOException {
        return connect().send(GET).answer();
    }

    private static void assertSpread(RawClient.Answer answer) {
        Matcher line = Pattern.compile("(?i)Retry-After: (\\d+)\r\n").matcher(answer.head());
        assertThat(line.find()).as(answer.head()).isTrue();
        assertThat(Integer.parseInt(line.group(1))).isBetween(5, 10);
    }

    @Test
    void an_address_has_so_many_connections_and_those_that_are_there_stay() throws Exception {
        start("admission.connections-per-address=2");
        RawClient first = connect();
        assertThat(first.send(GET).answer().status()).isEqualTo(200);
        assertThat(ask().status()).isEqualTo(200);
        try (var log = new CapturedLog()) {
            RawClient.Answer third = ask();
            assertThat(third.status()).isEqualTo(429);
            assertThat(third.body()).isEqualTo("Too many connections from this address.\n");
            assertSpread(third);
            assertThat(log.warnings())
                    .anyMatch(line -> line.contains(
                            "connections-refused bound=ADDRESS peer=127.0.0.1 connections=3 dry-run=false"));
        }
        assertThat(world().stats.value(Counter.CONNECTIONS_REFUSED_ADDRESS)).isEqualTo(1);
        assertThat(first.send(GET).answer().status()).isEqualTo(200);
        first.close();
        await().untilAsserted(() -> assertThat(ask().status()).isEqualTo(200));
    }

    @Test
    void behind_a_proxy_it_is_the_address_that_the_rule_finds() throws Exception {
        start("admission.connections-per-address=1", "grip.forwarded-for=truncate:1");
        String of = "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 6.6.6.6, ";
        RawClient one = connect();
        assertThat(one.send(of + "10.0.0.1\r\n\r\n").answer().status()).isEqualTo(200);
        RawClient other = connect();
        RawClient.Answer refused = other.send(of + "10.0.0.1\r\n\r\n").answer();
        assertThat(refused.status()).isEqualTo(429);
        assertSpread(refused);
        assertThat(other.send(of + "10.0.0.2\r\n\r\n").answer().status()).isEqualTo(200);
        assertThat(one.send(of + "10.0.0.3\r\n\r\n").answer().status()).isEqualTo(200);
        assertThat(connect().send(of + "10.0.0.1\r\n\r\n").answer().status())
                .as("it is free again, since its connection serves somebody else")
                .isEqualTo(200);
    }

    @Test
    void who_asks_for_a_WebSocket_is_refused_with_the_connection() throws Exception {
        start("admission.connections-per-address=1", "grip.forwarded-for=truncate:1");
        String of = "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 2001:db8:0:1::";
        assertThat(connect().send(of + "1\r\n\r\n").answer().status()).isEqualTo(200);
        RawClient other = connect();
        RawClient.Answer refused = other.send(of
                        + "2\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
                .answer();
        assertThat(refused.status()).isEqualTo(429);
        assertSpread(refused);
        assertThat(other.closed()).isTrue();
    }

    @Test
    void so_many_connections_come_in_a_second() throws Exception {
        start("admission.connections-per-second=5");
        RawClient.Answer answer = ask();
        for (int i = 0; i < 1000 && answer.status() == 200; i++) {
            answer = ask();
        }
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("Too many new connections.\n");
        assertSpread(answer);
        assertThat(clients).hasSizeGreaterThanOrEqualTo(5);
        await().untilAsserted(() -> assertThat(ask().status()).isEqualTo(200));
    }

    @Test
    void nobody_more_comes_while_too_much_waits_for_slow_clients() throws Exception {
        start("admission.outbox-megabytes=1");
        world().stats.move(Gauge.OUTBOX_BYTES, 2 << 20);
        RawClient.Answer answer = ask();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("Too much is waiting for slow clients.\n");
        assertSpread(answer);
        assertThat(world().stats.value(Counter.CONNECTIONS_REFUSED_MEMORY)).isEqualTo(1);
        world().stats.move(Gauge.OUTBOX_BYTES, -(2 << 20));
        assertThat(ask().status()).isEqualTo(200);
    }

    @Test
    void a_dry_run_only_counts() throws Exception {
        start(
                "admission.connections-per-address=1",
                "admission.connections-per-second=1",
                "http.max-connections=1",
                "admission.dry-run=true");
        try (var log = new CapturedLog()) {
            for (int i = 0; i < 5; i++) {
                assertThat(ask().status()).isEqualTo(200);
            }
            assertThat(log.warnings()).anyMatch(line -> line.contains("dry-run=true"));
        }
        assertThat(world().stats.value(Counter.CONNECTIONS_REFUSED_ADDRESS)).isEqualTo(4);
        assertThat(world().stats.value(Counter.CONNECTIONS_REFUSED_FULL)).isEqualTo(4);
        assertThat(world().stats.value(Counter.CONNECTIONS_REFUSED_RATE)).isPositive();
        assertThat(world().stats.value(Counter.REQUESTS_REFUSED)).isZero();
    }

    @Test
    void in_a_flood_each_gets_ready_made_bytes_and_is_closed() throws Exception {
        start("http.max-connections=1");
        assertThat(ask().status()).isEqualTo(200);
        // The first of each loop are given time to hear it; none of these sends anything, so all hear it.
        for (int i = 0; i < 500; i++) {
            connect();
        }
        RawClient.Answer last = connect().answer();
        assertThat(last.status()).isEqualTo(503);
        assertThat(last.body()).isEqualTo("Too many connections.\n");
        assertSpread(last);
        assertThat(clients.getLast().closed()).isTrue();
        assertThat(clients.getFirst().send(GET).answer().status()).isEqualTo(200);
    }
}
