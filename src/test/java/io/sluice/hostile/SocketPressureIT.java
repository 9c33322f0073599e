package io.sluice.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.stats.Gauge;
import io.sluice.testing.RawOrigin;
import io.sluice.testing.RawUpgrade;
import io.sluice.testing.RawWebSocket;
import io.sluice.testing.RawWebSocket.Frame;
import io.sluice.testing.TestGateway;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** WebSockets whose two sides are not equally fast: the fast one waits, and nothing is lost. */
@Timeout(120)
class SocketPressureIT {
    private static final int PART_BYTES = 20_000;
    private static final int PARTS = 2_500; // 50 MB: more than all buffers on the way
    private static final int PARTS_AFTER = 100; // what is still sent once the slow side reads
    private static final long BUFFERS_BYTES = 30L << 20;

    private static ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20));
    }

    private static byte[] part(int number) {
        byte[] part = new byte[PART_BYTES];
        part[0] = (byte) number;
        part[1] = (byte) (number >> 8);
        return part;
    }

    /** Until the number has not grown for half a second. */
    private static long settled(LongSupplier number) {
        var last = new AtomicLong(-1);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> last.getAndSet(number.getAsLong()) == number.getAsLong() && number.getAsLong() > 0);
        return number.getAsLong();
    }

    @Test
    void a_fast_origin_waits_for_a_client_that_does_not_read() throws Exception {
        var sent = new AtomicLong();
        var over = new CountDownLatch(1);
        try (RawOrigin origin = RawOrigin.start(connection -> {
                    RawWebSocket socket = accept(connection.socket());
                    for (int i = 0; i < PARTS; i++) {
                        socket.send(Frame.of(RawWebSocket.BINARY, part(i)));
                        sent.incrementAndGet();
                    }
                    over.await(60, TimeUnit.SECONDS);
                });
                TestGateway gateway = TestGateway.start(List.of("* " + origin.address()), Map.of());
                RawWebSocket client = RawUpgrade.to("/").open(gateway.httpPort())) {
            assertThat(settled(sent::get) * PART_BYTES).isLessThan(BUFFERS_BYTES);
            for (int i = 0; i < PARTS; i++) {
                byte[] got = client.readBinary();
                assertThat((got[0] & 0xff) | ((got[1] & 0xff) << 8)).isEqualTo(i);
            }
            over.countDown();
        }
    }

    @Test
    void a_fast_client_waits_for_an_origin_that_does_not_read() throws Exception {
        var read = new CompletableFuture<Integer>();
        var received = new AtomicLong();
        try (RawOrigin origin = RawOrigin.start(connection -> {
                    RawWebSocket socket = accept(connection.socket());
                    int all = read.get(60, TimeUnit.SECONDS);
                    for (int i = 0; i < all; i++) {
                        byte[] got = socket.readBinary();
                        assertThat((got[0] & 0xff) | ((got[1] & 0xff) << 8)).isEqualTo(i);
                        received.incrementAndGet();
                    }
                });
                TestGateway gateway = TestGateway.start(List.of("* " + origin.address()), Map.of());
                RawWebSocket client = RawUpgrade.to("/").open(gateway.httpPort())) {
            var sender = new Sender(client);
            assertThat(settled(sender.sent::get) * PART_BYTES).isLessThan(BUFFERS_BYTES);
            int all = sender.endSoon();
            read.complete(all);
            soon().until(() -> received.get() == all);
        }
    }

    @Test
    void a_fast_client_waits_for_an_origin_over_http_that_does_not_answer() throws Exception {
        var answer = new CountDownLatch(1);
        var received = new AtomicLong();
        try (RawOrigin origin = RawOrigin.start(connection -> {
                    for (var request = connection.readRequest(); request != null; request = connection.readRequest()) {
                        boolean opening = request.text().equals("OPEN\r\n");
                        if (!opening) {
                            answer.await(60, TimeUnit.SECONDS);
                            received.addAndGet(request.text().split("BINARY 4e20\r\n", -1).length - 1);
                        }
                        connection.send(
                                "HTTP/1.1 200 OK\r\nContent-Type: application/websocket-events\r\nContent-Length: "
                                        + (opening ? "6\r\n\r\nOPEN\r\n" : "0\r\n\r\n"));
                    }
                });
                TestGateway gateway = TestGateway.start(List.of("* " + origin.address() + ",over_http"), Map.of());
                RawWebSocket client = RawUpgrade.to("/").open(gateway.httpPort())) {
            var sender = new Sender(client);
            assertThat(settled(sender.sent::get) * PART_BYTES).isLessThan(BUFFERS_BYTES);
            int all = sender.endSoon();
            answer.countDown();
            soon().until(() -> received.get() == all);
            assertThat(gateway.gateway().stats().value(Gauge.SOCKETS)).isEqualTo(1);
        }
    }

    /**
     * Sends all parts as fast as it may. Once it is held up, the rest proves no more, and would take long: Linux gives a receiver that
     * was slow a buffer of two of the loopback's large segments, and acknowledges one in 40 ms.
     */
    private static final class Sender {
        final AtomicLong sent = new AtomicLong();
        private volatile int end = PARTS;

        Sender(RawWebSocket client) {
            var thread = new Thread(() -> {
                try {
                    for (int i = 0; i < end; i++) {
                        client.send(Frame.of(RawWebSocket.BINARY, part(i)));
                        sent.incrementAndGet();
                    }
                } catch (IOException over) {
                    // the test tells by what arrived
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        /** To be called while it is held up. @return how many parts it will have sent in all */
        int endSoon() {
            end = Math.toIntExact(sent.get()) + PARTS_AFTER;
            return end;
        }
    }

    private static RawWebSocket accept(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        String key = head.toString()
                .lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("sec-websocket-key:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElseThrow();
        return RawWebSocket.accept(socket, in, key);
    }
}
