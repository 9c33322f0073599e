package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.stats.Gauge;
import io.sluice.testing.Forked;
import io.sluice.testing.TestGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What clients and origins see of a node that closes. */
@Timeout(120)
class DrainIT {
    private static final String STREAM_OPEN = "5\r\nopen\n\r\n";
    private static final String STREAM_END = "0\r\n\r\n";

    @TempDir
    Path directory;

    private final HoldOrigin origin = new HoldOrigin();
    private final List<HeldClient> streams = new ArrayList<>();
    private final List<HeldClient> polls = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (HeldClient client : streams) {
            client.close();
        }
        for (HeldClient client : polls) {
            client.close();
        }
        origin.close();
    }

    private void hold(int port, int streamCount, int pollCount) throws IOException {
        for (int i = 0; i < streamCount; i++) {
            streams.add(HeldClient.connect(port).get("/stream/" + i));
        }
        for (int i = 0; i < pollCount; i++) {
            polls.add(HeldClient.connect(port).get("/poll/" + i));
        }
        for (HeldClient stream : streams) {
            stream.head();
            assertThat(stream.read(STREAM_OPEN.length())).isEqualTo(STREAM_OPEN);
        }
    }

    private void assertHoldsEndedWhole() throws IOException {
        for (HeldClient stream : streams) {
            assertThat(stream.toEnd()).isEqualTo(STREAM_END);
        }
        for (HeldClient poll : polls) {
            assertThat(poll.head()).startsWith("HTTP/1.1 200 OK\r\n").containsIgnoringCase("\r\nConnection: close\r\n");
            assertThat(poll.toEnd()).isEqualTo("later\n");
        }
    }

    @Test
    void holds_end_whole_idle_connections_at_once_and_requests_under_way_in_their_time() throws Exception {
        var log = new ListAppender<ILoggingEvent>();
        var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        log.start();
        root.addAppender(log);
        try {
            var gateway = TestGateway.start(List.of("* " + origin.address()), Map.of());
            int port = gateway.httpPort();
            hold(port, 200, 50);
            await().until(() -> gateway.gateway().stats().value(Gauge.RESPONSE_HOLDS) == 50);
            try (HeldClient idle = HeldClient.connect(port).get("/plain");
                    HeldClient slow = HeldClient.connect(port).get("/slow/plain");
                    HeldClient late = HeldClient.connect(port).get("/slow/poll")) {
                idle.head();
                assertThat(idle.read(6)).isEqualTo("plain\n");
                await().until(() -> origin.slow.get() == 2);
                long begun = System.nanoTime();
                gateway.close();
                Duration took = Duration.ofNanos(System.nanoTime() - begun);
                assertHoldsEndedWhole();
                assertThat(idle.toEnd()).isEmpty();
                assertThat(slow.head()).containsIgnoringCase("\r\nConnection: close\r\n");
                assertThat(slow.toEnd()).isEqualTo("done\n");
                late.head();
                assertThat(late.toEnd()).as("a hold that came during the drain").isEqualTo("later\n");
                assertThat(took).isBetween(Duration.ofMillis(HoldOrigin.SLOW_MILLIS / 2), Duration.ofSeconds(9));
            }
            assertThat(origin.gone).as("all origins told").hasValue(251);
            assertThat(gateway.gateway().stats().value(Gauge.STREAM_HOLDS)).isZero();
            assertThat(gateway.gateway().stats().value(Gauge.SUBSCRIPTIONS)).isZero();
        } finally {
            root.detachAppender(log);
        }
        assertThat(log.list)
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .isEmpty();
    }

    @Test
    void a_term_ends_a_node_of_a_thousand_streams_in_about_a_second() throws Exception {
        try (Forked node = Forked.sluice(
                directory,
                Map.of(),
                "run",
                "--route",
                "* " + origin.address(),
                "--http-host",
                "127.0.0.1",
                "--http-port",
                "0",
                "--control-port",
                "0",
                "--ops-port",
                "0")) {
            node.awaitOut("\n");
            hold(port(node, "http"), 1000, 50);
            await().atMost(Duration.ofSeconds(20)).until(() -> metrics(node).contains("sluice_response_holds 50\n"));
            long begun = System.nanoTime();
            node.signal("TERM");
            assertThat(node.code()).as(node.toString()).isZero();
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            assertHoldsEndedWhole();
            assertThat(origin.gone).hasValue(1050);
            // Generous, for machines with other work; without a drain it is more than ten.
            assertThat(took).isLessThan(Duration.ofSeconds(9));
            assertThat(node.err()).contains("node-closed").doesNotContain("ERROR", "WARN", "Exception");
        }
    }

    private static int port(Forked node, String name) {
        Matcher port = Pattern.compile(" " + name + "=\\S+:(\\d+)").matcher(node.out());
        assertThat(port.find()).isTrue();
        return Integer.parseInt(port.group(1));
    }

    private static String metrics(Forked node) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + port(node, "ops") + "/metrics");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
