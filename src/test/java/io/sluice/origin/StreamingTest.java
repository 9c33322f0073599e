package io.sluice.origin;

import static io.sluice.origin.VertxOriginClientTest.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.Target;
import io.sluice.origin.OriginException.Kind;
import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import io.sluice.testing.RawOrigin;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StreamingTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final long MIB = 1 << 20;

    private final Loop loop = new Loop(Fixtures.LIMITS);

    @AfterEach
    void closeAll() {
        loop.awaitQuiet();
        loop.close();
    }

    private static OriginRequest upload(RequestBody body, int... ports) {
        var targets = new Target[ports.length];
        for (int i = 0; i < ports.length; i++) {
            targets[i] = Fixtures.target(ports[i]);
        }
        return Fixtures.request("POST", "/", body, Fixtures.route(targets));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 10})
    void a_streamed_body_arrives_framed_as_it_came(long length) {
        var framing = new CompletableFuture<String>();
        try (var origin = RawOrigin.start(c -> {
            var request = c.readRequest();
            if (request != null) {
                framing.complete(request.header("Content-Length") + "/" + request.header("Transfer-Encoding") + "/"
                        + request.text());
            }
            c.send(OK);
            c.awaitClosed();
        })) {
            var stream = new PushStream();
            var answer = loop.call(() -> {
                var sent = loop.sendNow(upload(new RequestBody.Streamed(stream, length), origin.port()));
                loop.vertx.setPeriodic(1, timer -> {
                    if (stream.flowing()) {
                        loop.vertx.cancelTimer(timer);
                        stream.push("01234");
                        stream.push("56789");
                        stream.end();
                    }
                });
                return sent;
            });
            assertThat(answer.body()).isEqualTo("ok");
            assertThat(framing.join()).isEqualTo((length < 0 ? "null/chunked" : "10/null") + "/0123456789");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "GET"})
    void an_empty_body_has_a_length_where_one_is_expected(String method) {
        var length = new CompletableFuture<String>();
        try (var origin = RawOrigin.start(c -> {
            var request = c.readRequest();
            length.complete(request == null ? "" : String.valueOf(request.header("Content-Length")));
            c.send(OK);
            c.awaitClosed();
        })) {
            loop.answer(
                    Fixtures.request(method, "/", RequestBody.EMPTY, Fixtures.route(Fixtures.target(origin.port()))));
            assertThat(length.join()).isEqualTo(method.equals("GET") ? "null" : "0");
        }
    }

    @Test
    void a_streamed_body_goes_to_the_target_that_takes_the_connection() {
        int closed;
        try (var gone = RawOrigin.answering("")) {
            closed = gone.port();
        }
        try (var origin = RawOrigin.answering(OK)) {
            var stream = new PushStream();
            var answer = loop.call(() -> {
                var sent = loop.sendNow(upload(new RequestBody.Streamed(stream, 3), closed, origin.port()));
                loop.vertx.setPeriodic(1, timer -> {
                    if (stream.flowing()) {
                        loop.vertx.cancelTimer(timer);
                        stream.push("abc");
                        stream.end();
                    }
                });
                return sent;
            });
            assertThat(answer.body()).isEqualTo("ok");
        }
    }

    @Test
    void an_upload_waits_for_a_slow_origin() {
        var go = new CountDownLatch(1);
        try (var origin = RawOrigin.start(c -> {
            c.readHead();
            go.await();
            c.reset();
        })) {
            var stream = new PushStream(Buffer.buffer(new byte[16_384]));
            var failed = new CompletableFuture<Throwable>();
            loop.call(() -> {
                loop.sendNow(upload(new RequestBody.Streamed(stream, 200 * MIB), origin.port()))
                        .onFailure(failed::complete);
                return Future.succeededFuture();
            });
            Awaitility.await().until(() -> stream.delivered() > 0);
            awaitStill(() -> stream.delivered());
            assertThat(stream.delivered()).isLessThan(16 * MIB); // what two kernels take
            go.countDown();
            assertThat(failed.join()).isInstanceOf(OriginException.class);
        }
    }

    @Test
    void a_download_waits_for_a_slow_reader() {
        long size = 200 * MIB;
        var sent = new AtomicLong();
        try (var origin = RawOrigin.start(c -> {
            c.readHead();
            c.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
            byte[] block = new byte[65_536];
            for (long i = 0; i < size; i += block.length) {
                c.send(block);
                sent.addAndGet(block.length);
            }
            c.awaitClosed();
        })) {
            var response = loop.head(Fixtures.get("/", Fixtures.route(Fixtures.target(origin.port()))));
            Awaitility.await().until(() -> sent.get() > 0);
            awaitStill(sent::get);
            assertThat(sent.get()).isLessThan(16 * MIB); // what two kernels take
            long read = loop.call(() -> {
                Promise<Long> done = Promise.promise();
                long[] count = {0};
                response.body().handler(chunk -> {
                    count[0] += chunk.length();
                    if (count[0] % 7 == 0) {
                        response.body().pause();
                        loop.vertx.runOnContext(v -> response.body().fetch(3));
                    } else {
                        response.body().fetch(1);
                    }
                });
                response.body().endHandler(v -> done.complete(count[0])).exceptionHandler(done::fail);
                response.body().fetch(1);
                return done.future();
            });
            assertThat(read).isEqualTo(size);
        }
    }

    /** Until the value has been the same for a while: a buffer that fills without end does not stop. */
    private static void awaitStill(LongSupplier value) {
        long[] last = {-1};
        int[] times = {0};
        Awaitility.await().pollInterval(Duration.ofMillis(50)).until(() -> {
            long now = value.getAsLong();
            times[0] = now == last[0] ? times[0] + 1 : 0;
            last[0] = now;
            return times[0] == 5;
        });
    }

    @Test
    void an_answer_may_come_before_the_upload_is_done() {
        try (var origin = RawOrigin.start(c -> {
            c.readHead();
            c.send("HTTP/1.1 413 No\r\nContent-Length: 2\r\n\r\nno");
            c.awaitClosed();
        })) {
            var stream = new PushStream();
            var answer = loop.answer(upload(new RequestBody.Streamed(stream, 1_000_000), origin.port()));
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).isEqualTo("no");
            assertThat(loop.call(() -> Future.succeededFuture(stream.flowing())))
                    .isFalse();
            loop.awaitQuiet();
            loop.answer(upload(RequestBody.EMPTY, origin.port()));
            assertThat(origin.accepted()).isEqualTo(2);
        }
    }

    @Test
    void an_upload_goes_on_under_an_early_answer() {
        try (var origin = RawOrigin.start(c -> {
            c.readHead();
            c.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n");
            c.send(c.readBytes(3));
            c.awaitClosed();
        })) {
            var stream = new PushStream();
            var answer =
                    loop.call(() -> loop.sendNow(upload(new RequestBody.Streamed(stream, 3), origin.port()), head -> {
                        stream.push("abc");
                        stream.end();
                    }));
            assertThat(answer.body()).isEqualTo("abc");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_client_that_goes_in_mid_upload_takes_the_exchange_along(boolean tooShort) {
        var closed = new CompletableFuture<Boolean>();
        try (var origin = RawOrigin.start(c -> {
            c.readHead();
            c.awaitClosed();
            closed.complete(true);
        })) {
            var stream = new PushStream();
            assertFails(
                    Kind.CLIENT_GONE,
                    () -> loop.call(() -> {
                        var sent = loop.sendNow(upload(new RequestBody.Streamed(stream, 10), origin.port()));
                        loop.vertx.setPeriodic(1, timer -> {
                            if (stream.flowing()) {
                                loop.vertx.cancelTimer(timer);
                                stream.push("abc");
                                if (tooShort) {
                                    stream.end();
                                } else {
                                    stream.fail();
                                }
                            }
                        });
                        return sent;
                    }));
            assertThat(closed.join()).isTrue();
            assertThat(loop.stats.value(Counter.ORIGIN_FAILURES)).isZero();
        }
    }

    @Test
    void a_reset_in_mid_body_reaches_the_reader() {
        var go = new CountDownLatch(1);
        try (var origin = RawOrigin.start(c -> {
            c.readHead();
            c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            go.await();
            c.reset();
        })) {
            var response = loop.head(Fixtures.get("/", Fixtures.route(Fixtures.target(origin.port()))));
            assertFails(
                    Kind.RESET,
                    () -> loop.call(() -> {
                        Promise<Void> failed = Promise.promise();
                        response.body().exceptionHandler(failed::fail);
                        response.body().handler(chunk -> go.countDown());
                        response.body().endHandler(v -> failed.fail("ended well"));
                        response.body().resume();
                        return failed.future();
                    }));
            assertFails(Kind.RESET, () -> loop.call(() -> response.collect(10)));
            assertThat(loop.stats.value(Counter.ORIGIN_FAILURES)).isEqualTo(1);
            assertThat(loop.stats.value(Gauge.ORIGIN_REQUESTS)).isZero();
        }
    }

    @Test
    void an_end_and_a_failure_wait_for_their_handlers() {
        try (var whole = RawOrigin.answering(OK);
                var cut = RawOrigin.start(c -> {
                    c.readHead();
                    c.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
                })) {
            var good = loop.head(Fixtures.get("/", Fixtures.route(Fixtures.target(whole.port()))));
            var bad = loop.head(Fixtures.get("/", Fixtures.route(Fixtures.target(cut.port()))));
            loop.awaitQuiet();
            String read = loop.call(() -> {
                Promise<String> ended = Promise.promise();
                StringBuilder text = new StringBuilder();
                good.body().resume();
                good.body().handler(text::append);
                good.body().endHandler(v -> ended.complete(text.toString()));
                return ended.future();
            });
            assertThat(read).isEqualTo("ok");
            assertFails(
                    Kind.RESET,
                    () -> loop.call(() -> {
                        Promise<Void> failed = Promise.promise();
                        bad.body().exceptionHandler(failed::fail);
                        return failed.future();
                    }));
        }
    }
}
