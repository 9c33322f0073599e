package io.sluice.hostile;

import static io.sluice.hostile.SocketSiege.binary;
import static io.sluice.hostile.SocketSiege.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.stats.Gauge;
import io.sluice.testing.RawUpgrade;
import io.sluice.testing.RawWebSocket;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Clients that wait for an origin that takes its time to open, and send, or go, meanwhile. */
class SlowOpeningsIT {
    private static SocketSiege before(EventsOrigin origin) throws Exception {
        return SocketSiege.start(List.of("slow.test " + origin.address() + ",over_http"), Map.of());
    }

    private static RawUpgrade slow() {
        return RawUpgrade.to("/slow").host("slow.test");
    }

    private static void asked(EventsOrigin origin) {
        Awaitility.await().untilAsserted(() -> assertThat(origin.events()).contains("OPEN"));
    }

    /** What comes before the answer stays with the client, but for some kilobytes; and none of it is lost. */
    @Test
    void twenty_megabytes_before_the_answer() throws Exception {
        var count = new AtomicInteger(400);
        int size = 50_000;
        try (var origin = new EventsOrigin();
                SocketSiege slow = before(origin);
                RawWebSocket client = slow().send(slow.port())) {
            asked(origin);
            var sent = new AtomicLong();
            CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < count.get(); i++) {
                        byte[] frame =
                                bytes(binary(("m" + i + " " + "x".repeat(size)).getBytes(StandardCharsets.US_ASCII)));
                        for (int at = 0; at < frame.length; at += 10_000) {
                            client.raw(java.util.Arrays.copyOfRange(frame, at, Math.min(frame.length, at + 10_000)));
                            sent.addAndGet(10_000);
                        }
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            var last = new AtomicLong(-1);
            Awaitility.await()
                    .pollInterval(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> last.getAndSet(sent.get()) == sent.get());
            // The buffers of the system are all that took it.
            assertThat(sender).isNotDone();
            assertThat(sent.get()).isLessThan((long) count.get() * size * 3 / 4);
            slow.unharmed();
            // The rest would prove no more; whole frames, and some more of them.
            count.set(Math.toIntExact(sent.get() / size) + 40);
            origin.accept();
            assertThat(client.readResponse().status()).isEqualTo(101);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(origin.events()).hasSize(1 + count.get()));
            sender.join();
            for (int i = 0; i < count.get(); i++) {
                assertThat(origin.events().get(1 + i)).startsWith("BINARY m" + i + " x");
            }
        }
    }

    @Test
    void a_refusal_reaches_who_has_sent_much_before_it() throws Exception {
        for (int early : new int[] {10, 1000, 100_000, 300_000}) {
            try (var origin = new EventsOrigin();
                    SocketSiege slow = before(origin);
                    RawWebSocket client = slow().send(slow.port())) {
                asked(origin);
                client.raw(new byte[early]);
                origin.refuse();
                RawWebSocket.Response response = client.readResponse();
                assertThat(response.status()).isEqualTo(403);
                assertThat(response.text()).isEqualTo("no");
                client.expectCut();
            }
        }
    }

    /** Who is not to be upgraded after all can't fill the memory either. */
    @Test
    void twenty_megabytes_before_a_refusal() throws Exception {
        try (var origin = new EventsOrigin();
                SocketSiege slow = before(origin);
                RawWebSocket client = slow().send(slow.port())) {
            asked(origin);
            client.raw(new byte[50_000]);
            origin.refuse();
            try {
                for (int i = 0; i < 400; i++) {
                    client.raw(new byte[50_000]);
                }
                throw new AssertionError("all of it was taken");
            } catch (SocketException closed) {
                // as it should be
            }
        }
    }

    @Test
    void an_origin_that_accepts_a_client_that_has_gone_is_told() throws Exception {
        for (boolean reset : new boolean[] {true, false}) {
            for (int early : new int[] {0, 10, 200_000}) {
                try (var origin = new EventsOrigin();
                        SocketSiege slow = before(origin)) {
                    RawWebSocket client = slow().send(slow.port());
                    asked(origin);
                    client.raw(bytes(binary(new byte[early])));
                    if (reset) {
                        client.reset();
                    } else {
                        client.closeSocket();
                    }
                    if (early < 1000) {
                        // Noticed before the origin answers.
                        Awaitility.await()
                                .untilAsserted(() -> assertThat(slow.value(Gauge.CONNECTIONS))
                                        .isEqualTo(1));
                    }
                    origin.accept();
                    Awaitility.await()
                            .untilAsserted(() -> assertThat(origin.events()).endsWith("DISCONNECT"));
                    assertThat(origin.events()).startsWith("OPEN").hasSizeLessThanOrEqualTo(3);
                }
            }
        }
    }

    @Test
    void an_origin_that_refuses_a_client_that_has_gone_is_not_bothered() throws Exception {
        try (var origin = new EventsOrigin()) {
            try (SocketSiege slow = before(origin)) {
                RawWebSocket client = slow().send(slow.port());
                asked(origin);
                client.reset();
                Awaitility.await()
                        .untilAsserted(
                                () -> assertThat(slow.value(Gauge.CONNECTIONS)).isEqualTo(1));
                origin.refuse();
                slow.unharmed();
            }
            // The gateway has said all that it had to say.
            assertThat(origin.events()).containsExactly("OPEN");
        }
    }
}
