package io.sluice.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import io.sluice.testing.RawUpgrade;
import io.sluice.testing.RawWebSocket;
import io.sluice.testing.RawWebSocket.Frame;
import io.sluice.testing.TestGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that have gone without a word, and such as only look like it: a ping after one second of silence, patience for another. */
class SilentSocketsIT {
    private CapturedLog log;
    private EventsOrigin origin;
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        log = new CapturedLog();
        origin = new EventsOrigin();
        origin.accept();
        gateway = TestGateway.start(
                List.of("* " + origin.address() + ",over_http"),
                Map.of("websocket.ping-seconds", "1", "websocket.pong-seconds", "1"));
    }

    @AfterEach
    void stop() {
        gateway.close();
        origin.close();
        assertThat(log.errors()).isEmpty();
        log.close();
    }

    private RawWebSocket open() throws IOException {
        return RawUpgrade.to("/").open(gateway.httpPort());
    }

    private long dead() {
        return gateway.gateway().stats().value(Counter.SOCKETS_DEAD);
    }

    private void awaitEvents(String... events) {
        Awaitility.await().untilAsserted(() -> assertThat(origin.events()).containsExactly(events));
    }

    @Test
    void who_does_not_answer_pings_is_cut_and_counted() throws IOException {
        try (RawWebSocket client = open()) {
            long start = System.nanoTime();
            String ping = client.expect(RawWebSocket.PING).text();
            assertThat(ping).isNotEmpty();
            client.expectCut();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(6));
            awaitEvents("OPEN", "DISCONNECT");
            assertThat(dead()).isEqualTo(1);
            Awaitility.await().untilAsserted(() -> {
                assertThat(gateway.gateway().stats().value(Gauge.SOCKETS)).isZero();
                assertThat(gateway.gateway().stats().value(Gauge.SUBSCRIPTIONS)).isZero();
            });
        }
    }

    @Test
    void who_answers_pings_stays_and_its_origin_hears_nothing_of_it() throws IOException {
        try (RawWebSocket client = open()) {
            for (int i = 0; i < 4; i++) {
                client.pong(client.expect(RawWebSocket.PING).text());
            }
            client.pong("own").text("still here");
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(origin.events()).containsExactly("OPEN", "PONG own", "TEXT still here"));
            assertThat(dead()).isZero();
        }
        awaitEvents("OPEN", "PONG own", "TEXT still here", "DISCONNECT");
    }

    @Test
    void who_talks_of_something_else_stays() throws IOException {
        try (RawWebSocket client = open()) {
            for (int i = 0; i < 4; i++) {
                client.expect(RawWebSocket.PING);
                client.pong("something else");
            }
            assertThat(dead()).isZero();
            assertThat(client.text("end").expect(RawWebSocket.PING).fin()).isTrue();
        }
    }

    /** A frame on a slow line: no pong can come before it has come. */
    @Test
    void who_is_in_the_middle_of_a_frame_stays() throws IOException {
        byte[] frame = RawWebSocket.encode(Frame.of(RawWebSocket.TEXT, "slowly, but it comes"), true);
        try (RawWebSocket client = open()) {
            for (byte b : frame) {
                client.raw(new byte[] {b});
                LockSupport.parkNanos(200_000_000L); // the line's pace
            }
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(origin.events()).containsExactly("OPEN", "TEXT slowly, but it comes"));
            assertThat(dead()).isZero();
        }
    }
}
