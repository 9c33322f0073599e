package io.sluice.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawConnection;
import io.sluice.testing.RawOrigin;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever becomes of requests, none is forgotten and no connection's place is lost or counted twice. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MixedOutcomesTest {
    private static final int CONNECTIONS = 4;
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final List<String> PATHS = List.of(
            "/ok", "/ok", "/ok", "/close", "/leave", "/reset", "/garbage", "/cut", "/more", "/silent", "/early");

    private final CountDownLatch together = new CountDownLatch(CONNECTIONS);
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    private void serve(RawConnection c) throws IOException, InterruptedException {
        String head;
        while ((head = c.readHead()) != null) {
            switch (head.split("[ ?]")[1]) {
                case "/ok" -> c.send(OK);
                case "/close" -> c.send("HTTP/1.0 200 OK\r\n\r\nok");
                case "/reset" -> c.reset();
                case "/garbage" -> c.send("garbage\r\n\r\n");
                case "/cut" -> c.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok");
                case "/more" -> c.send(OK + "more");
                case "/silent" -> c.awaitClosed();
                case "/early" -> c.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
                case "/together" -> {
                    most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                    together.countDown();
                    go.await();
                    atOnce.decrementAndGet();
                    c.send(OK);
                }
                default -> {
                    return;
                }
            }
            if (head.startsWith("GET /close") || head.startsWith("GET /cut")) {
                return;
            }
        }
    }

    @Test
    void nothing_is_lost() throws InterruptedException {
        var random = new Random(42);
        try (var loop = new Loop(Fixtures.limits(10_000, 1000, 1000, 55, CONNECTIONS, 1000));
                var origin = RawOrigin.start(this::serve)) {
            var route = Fixtures.route(Fixtures.target(origin.port()));
            for (int round = 0; round < 20; round++) {
                loop.call(() -> {
                    var all = new ArrayList<Future<?>>();
                    for (int i = 0; i < 30; i++) {
                        all.add(one(loop, Fixtures.get(PATHS.get(random.nextInt(PATHS.size())), route), random));
                    }
                    return Future.join(all).otherwiseEmpty();
                });
                loop.awaitQuiet();
            }
            Future<?> last = loop.call(() -> {
                var all = new ArrayList<Future<?>>();
                for (int i = 0; i < 3 * CONNECTIONS; i++) {
                    all.add(loop.sendNow(Fixtures.get("/together", route)));
                }
                Future<?> joined = Future.join(all);
                return Future.succeededFuture(joined);
            });
            together.await();
            go.countDown();
            loop.call(() -> last.mapEmpty());
            assertThat(most.get()).isEqualTo(CONNECTIONS);
            loop.awaitQuiet();
        }
    }

    /** Reads it, gives it up before or after its head, or reads a part; the silent ones are always given up. */
    private static Future<?> one(Loop loop, OriginRequest request, Random random) {
        var cancellation = new Cancellation();
        Promise<Void> done = Promise.promise();
        boolean silent = request.uri().path().equals("/silent");
        if (silent || random.nextInt(5) == 0) {
            loop.vertx.setTimer(1 + random.nextInt(20), id -> cancellation.cancel());
        }
        int reading = random.nextInt(3);
        loop.send(request, cancellation).onFailure(done::fail).onSuccess(response -> {
            if (reading == 0) {
                response.cancel();
                done.complete();
            } else {
                response.collect(reading).onComplete(body -> {
                    response.cancel();
                    done.tryComplete();
                });
            }
        });
        return done.future();
    }
}
