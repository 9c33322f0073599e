package io.sluice.origin;

import static io.sluice.origin.VertxOriginClientTest.assertFails;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.sluice.hostile.CapturedLog;
import io.sluice.origin.OriginException.Kind;
import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import io.sluice.stats.TargetLoads;
import io.sluice.testing.FreePorts;
import io.sluice.testing.RawOrigin;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CircuitTest {
    private static OriginRequest get(int... ports) {
        var targets = new io.sluice.config.Target[ports.length];
        for (int i = 0; i < ports.length; i++) {
            targets[i] = Fixtures.target(ports[i]);
        }
        return Fixtures.get("/", Fixtures.route(targets));
    }

    @Test
    void it_opens_after_some_failures_in_a_row_and_is_tried_by_one_after_longer_and_longer_pauses() {
        long[] now = {0};
        var circuit = new Circuit(() -> now[0]);
        for (int i = 1; i < Circuit.FAILURES; i++) {
            assertThat(circuit.failed()).isFalse();
        }
        assertThat(circuit.connected()).isFalse();
        for (int i = 1; i < Circuit.FAILURES; i++) {
            assertThat(circuit.allows()).isTrue();
            assertThat(circuit.failed()).isFalse();
        }
        assertThat(circuit.failed()).isTrue();
        long pause = Circuit.FIRST_MILLIS;
        for (int i = 0; i < 10; i++) {
            assertThat(circuit.pauseMillis()).isEqualTo(pause);
            now[0] += pause - 1;
            assertThat(circuit.allows()).isFalse();
            assertThat(circuit.isForgettable()).isFalse();
            now[0]++;
            assertThat(circuit.allows()).isTrue();
            assertThat(circuit.allows()).as("one tries").isFalse();
            assertThat(circuit.failed()).isTrue();
            assertThat(circuit.failed()).as("a straggler").isFalse();
            pause = Math.min(2 * pause, Circuit.MOST_MILLIS);
        }
        now[0] += pause;
        assertThat(circuit.allows()).isTrue();
        assertThat(circuit.connected()).isTrue();
        assertThat(circuit.allows()).isTrue();
        assertThat(circuit.isForgettable()).isTrue();
    }

    @Test
    void when_the_one_that_tries_ends_without_a_verdict_another_one_tries() {
        long[] now = {0};
        var circuit = new Circuit(() -> now[0]);
        for (int i = 0; i < Circuit.FAILURES; i++) {
            circuit.failed();
        }
        now[0] += Circuit.FIRST_MILLIS;
        assertThat(circuit.allows()).isTrue();
        assertThat(circuit.allows()).isFalse();
        circuit.undecided();
        assertThat(circuit.isOpen()).isTrue();
        assertThat(circuit.allows()).isTrue();
        assertThat(circuit.connected()).isTrue();
    }

    @Test
    void a_target_that_hangs_fills_its_own_queue_and_takes_nothing_from_another() {
        var end = new CountDownLatch(1);
        try (var loop = new Loop(Fixtures.limits(1000, 50, 50, 55, 2, 1));
                var hanging = RawOrigin.start(connection -> {
                    connection.readHead();
                    end.await();
                });
                var healthy = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
            loop.call(() -> {
                for (int i = 0; i < 3; i++) {
                    var unused = loop.sendNow(get(hanging.port()));
                }
                return Future.succeededFuture(true);
            });
            assertFails(Kind.OVERLOADED, () -> loop.answer(get(hanging.port())));
            assertThat(loop.stats.value(Counter.ORIGIN_OVERLOADS)).isEqualTo(1);
            for (int i = 0; i < 10; i++) {
                assertThat(loop.answer(get(healthy.port())).body()).isEqualTo("ok");
            }
            end.countDown();
        }
    }

    @Test
    void a_dead_target_is_left_alone_the_next_one_takes_over_and_it_is_found_again() throws Exception {
        int port = FreePorts.takeOne();
        String name = "127.0.0.1:" + port;
        try (var loop = new Loop(Fixtures.limits(1000, 5, 5, 55, 4, 4));
                var healthy = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nhealthy");
                var log = new CapturedLog()) {
            for (int i = 0; i < Circuit.FAILURES; i++) {
                assertFails(Kind.UNREACHABLE, () -> loop.answer(get(port)));
            }
            assertThat(loop.stats.value(Counter.ORIGIN_SKIPS)).isZero();
            assertThat(loop.stats.value(Gauge.ORIGIN_CIRCUITS_OPEN)).isEqualTo(1);
            assertThat(log.warnings()).anyMatch(line -> line.contains("origin-circuit-open target=" + name));
            assertFails(Kind.UNREACHABLE, () -> loop.answer(get(port)));
            assertThat(loop.stats.value(Counter.ORIGIN_SKIPS)).isEqualTo(1);
            TargetLoads.Load load = loop.stats.targets().all().get(name);
            assertThat(load).isNotNull();
            assertThat(load.openCircuits.get()).isEqualTo(1);
            assertThat(load.connectFailures.sum()).isEqualTo(Circuit.FAILURES);
            assertThat(load.skipped.sum()).isEqualTo(1);
            assertThat(loop.answer(get(port, healthy.port())).body()).isEqualTo("healthy");
            HttpServer again = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            again.createContext("/", exchange -> {
                exchange.sendResponseHeaders(200, 5);
                exchange.getResponseBody().write("again".getBytes(UTF_8));
                exchange.close();
            });
            again.start();
            try {
                await().atMost(20, TimeUnit.SECONDS)
                        .until(() ->
                                loop.answer(get(port, healthy.port())).body().equals("again"));
            } finally {
                again.stop(0);
            }
            assertThat(loop.stats.value(Gauge.ORIGIN_CIRCUITS_OPEN)).isZero();
            assertThat(load.openCircuits.get()).isZero();
        }
    }
}
