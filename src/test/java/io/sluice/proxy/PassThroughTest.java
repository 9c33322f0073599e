package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.stats.Counter;
import io.sluice.testing.RawConnection;
import io.sluice.testing.RawConnection.RawRequest;
import io.sluice.testing.RawOrigin;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PassThroughTest {
    private final List<AutoCloseable> opened = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private RawOrigin origin(RawOrigin.Script script) {
        RawOrigin origin = RawOrigin.start(script);
        opened.add(origin);
        return origin;
    }

    private RawOrigin answering(String response) {
        RawOrigin origin = RawOrigin.answering(response);
        opened.add(origin);
        return origin;
    }

    private ProxyBench bench(String... routes) {
        ProxyBench bench = ProxyBench.start(routes);
        opened.add(bench);
        return bench;
    }

    private RawClient client(ProxyBench bench) {
        RawClient client = bench.connect();
        opened.add(client);
        return client;
    }

    private RawClient through(String condition, RawOrigin origin) {
        return client(bench(condition + " " + origin.address()));
    }

    @Test
    void keeps_length_encoding_and_the_connection() {
        RawClient client = through(
                "*",
                answering("HTTP/1.1 203 Fine\r\nContent-Length: 3\r\nContent-Encoding: gzip\r\nX-A: 1\r\nX-A: 2\r\n"
                        + "Connection: X-Hop\r\nX-Hop: y\r\n\r\nabc"));

        for (int i = 0; i < 2; i++) {
            RawClient.Answer answer = client.get("/x?y").answer();

            assertThat(answer.line()).isEqualTo("HTTP/1.1 203 Fine");
            assertThat(answer.body()).isEqualTo("abc");
            assertThat(answer.head()).contains("X-A: 1\r\nX-A: 2\r\n").doesNotContain("X-Hop");
            assertThat(answer.header("Content-Encoding")).isEqualTo("gzip");
            assertThat(answer.header("Connection")).isNull();
            assertThat(answer.header("Transfer-Encoding")).isNull();
        }
    }

    @Test
    void sends_what_has_no_length_in_chunks_and_to_old_clients_up_to_the_end() {
        RawOrigin origin =
                answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
        ProxyBench bench = bench("* " + origin.address());

        RawClient.Answer modern = client(bench).get("/").answer();
        RawClient old = client(bench).send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        RawClient.Answer oldAnswer = old.answer();

        assertThat(modern.header("Transfer-Encoding")).isEqualTo("chunked");
        assertThat(modern.body()).isEqualTo("abcde");
        assertThat(oldAnswer.header("Transfer-Encoding")).isNull();
        assertThat(oldAnswer.header("Connection")).isEqualTo("close");
        assertThat(oldAnswer.body()).isEqualTo("abcde");
    }

    @Test
    void sends_a_small_response_in_one_piece() {
        RawOrigin origin = origin(connection -> {
            RawRequest request;
            while ((request = connection.readRequest()) != null) {
                connection.send(
                        request.line().contains("/length")
                                ? "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
                                : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
            }
        });
        RawClient client = through("*", origin);

        assertThat(client.get("/length").piece()).startsWith("HTTP/1.1 200 OK").endsWith("\r\n\r\nabc");
        assertThat(client.get("/chunks").piece()).startsWith("HTTP/1.1 200 OK").endsWith("\r\n3\r\nabc\r\n0\r\n\r\n");
    }

    @Test
    void keeps_the_connection_of_an_old_client_that_asks_for_it() {
        RawClient client = through("*", answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));

        for (int i = 0; i < 2; i++) {
            RawClient.Answer answer = client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                    .answer();
            assertThat(answer.header("Connection")).isEqualTo("keep-alive");
            assertThat(answer.body()).isEqualTo("ok");
        }
    }

    @Test
    void answers_pipelined_requests_in_order() {
        RawClient client = through("*", origin(connection -> {
            RawRequest request;
            while ((request = connection.readRequest()) != null) {
                String path = request.line().split(" ")[1];
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path);
            }
        }));

        client.send(
                "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET /3 HTTP/1.1\r\nHost: h\r\n\r\n");

        assertThat(client.answer().body()).isEqualTo("/1");
        assertThat(client.answer().body()).isEqualTo("/2");
        assertThat(client.answer().body()).isEqualTo("/3");
    }

    @Test
    void knows_responses_without_body() {
        RawClient client = through("*", origin(connection -> {
            RawRequest request;
            while ((request = connection.readRequest()) != null) {
                String status = request.line().contains("204") ? "204 No Content" : "304 Not Modified";
                connection.send(
                        request.line().startsWith("HEAD")
                                ? "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n"
                                : "HTTP/1.1 " + status + "\r\nETag: e\r\n\r\n");
            }
        }));

        RawClient.Answer head =
                client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n").answer("HEAD");
        assertThat(head.header("Content-Length")).isEqualTo("1234");
        assertThat(client.get("/204").answer().status()).isEqualTo(204);
        RawClient.Answer unmodified = client.get("/304").answer();
        assertThat(unmodified.status()).isEqualTo(304);
        assertThat(unmodified.header("ETag")).isEqualTo("e");
        assertThat(unmodified.header("Transfer-Encoding")).isNull();
    }

    @Test
    void sends_the_head_before_there_is_a_body() throws Exception {
        var go = new CountDownLatch(1);
        RawClient client = through("*", origin(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
            if (!go.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("no head in time");
            }
            connection.send("ok");
        }));

        client.get("/");
        assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n");
        go.countDown();
        assertThat(client.read(2)).isEqualTo("ok");
    }

    @Test
    void says_continue_when_the_body_is_wanted() {
        RawClient client = through("*", origin(connection -> {
            RawRequest request = Objects.requireNonNull(connection.readRequest());
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n" + request.text());
        }));

        client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 100 Continue\r\n");
        client.send("body");

        assertThat(client.answer().body()).isEqualTo("body");
    }

    @Test
    void closes_when_it_answers_before_the_body_came() {
        RawClient client = client(bench("other.example 127.0.0.1:1"));

        client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
        RawClient.Answer answer = client.answer();

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.body()).isEqualTo("Route not found\n");
        assertThat(answer.header("Content-Type")).isEqualTo("text/plain");
        assertThat(answer.header("Connection")).isEqualTo("close");
        assertThat(client.closed()).isTrue();
    }

    @Test
    void streams_large_bodies_both_ways() {
        long size = 64L << 20;
        var received = new AtomicLong();
        RawClient client = through("*", origin(connection -> {
            connection.readHead();
            byte[] chunk;
            while (received.get() < size) {
                chunk = connection.readBytes(1 << 16);
                received.addAndGet(chunk.length);
            }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
            var block = new byte[1 << 16];
            for (long sent = 0; sent < size; sent += block.length) {
                connection.send(block);
            }
        }));

        client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + size + "\r\n\r\n");
        var block = new byte[1 << 16];
        for (long sent = 0; sent < size; sent += block.length) {
            client.send(block);
        }
        RawClient.Answer answer = client.answer();

        assertThat(received).hasValue(size);
        assertThat(answer.body()).hasSize((int) size);
    }

    @Test
    void holds_the_origin_back_for_a_slow_client() {
        var sent = new AtomicLong();
        RawClient client = through("*", origin(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + (1L << 30) + "\r\n\r\n");
            var block = new byte[1 << 16];
            while (sent.get() < 1L << 30) {
                connection.send(block);
                sent.addAndGet(block.length);
            }
        }));

        client.get("/");
        client.head();
        var last = new AtomicLong(-1);
        await().atMost(20, TimeUnit.SECONDS)
                .pollInterval(300, TimeUnit.MILLISECONDS)
                .until(() -> last.getAndSet(sent.get()) == sent.get() && sent.get() > 0);

        assertThat(sent.get()).isLessThan(64L << 20);
    }

    @Test
    void gives_the_origin_up_for_a_client_that_takes_nothing_and_for_one_that_sends_nothing() throws Exception {
        var free = new CompletableFuture<Boolean>();
        RawOrigin origin = origin(connection -> {
            if (Objects.requireNonNull(connection.readHead()).startsWith("POST")) {
                connection.awaitClosed();
                return;
            }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + (1L << 30) + "\r\n\r\n");
            try {
                for (var block = new byte[1 << 16]; ; ) {
                    connection.send(block);
                }
            } catch (IOException e) {
                free.complete(true);
            }
        });
        ProxyBench bench = ProxyBench.impatient(1, "* " + origin.address());
        opened.add(bench);

        RawClient takesNothing = client(bench).get("/");
        RawClient sendsNothing = client(bench).send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc");

        assertThat(sendsNothing.answer().line()).isEqualTo("HTTP/1.1 408 Request Timeout");
        assertThat(free.get(20, TimeUnit.SECONDS)).isTrue();
        await().until(() -> bench.stats.value(Counter.CLIENTS_STALLED) == 2);
        assertThat(bench.stats.value(Counter.ORIGIN_FAILURES)).isZero();
        assertThat(takesNothing.answer().complete()).isFalse();
    }

    @Test
    void cuts_the_client_when_the_origin_is_cut() {
        RawClient client =
                through("*", answeringOnce("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"));

        RawClient.Answer answer = client.get("/").answer();

        assertThat(answer.complete()).isFalse();
        assertThat(answer.body()).isEqualTo("abc");
    }

    @Test
    void tells_why_it_cuts_in_debug_mode() {
        RawClient client =
                through("*,debug", answeringOnce("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"));

        RawClient.Answer answer = client.get("/").answer();

        assertThat(answer.complete()).isFalse();
        assertThat(answer.body()).startsWith("abc\n\n").endsWith("\n");
    }

    @Test
    void lets_an_old_client_see_the_cut() {
        RawClient client =
                through("*", answeringOnce("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"));

        assertThat(client.send("GET / HTTP/1.0\r\n\r\n").answer().complete()).isFalse();
    }

    private RawOrigin answeringOnce(String bytes) {
        return origin(connection -> {
            connection.readRequest();
            connection.send(bytes);
        });
    }

    @Test
    void gives_up_the_origin_when_the_client_goes() throws Exception {
        var asked = new CompletableFuture<RawConnection>();
        var closed = new CompletableFuture<Boolean>();
        RawClient client = through("*", origin(connection -> {
            connection.readRequest();
            asked.complete(connection);
            connection.awaitClosed();
            closed.complete(true);
        }));

        client.get("/");
        asked.get(10, TimeUnit.SECONDS);
        client.close();

        assertThat(closed.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void gives_up_the_origin_when_the_client_goes_in_mid_response() throws Exception {
        var closed = new CompletableFuture<Boolean>();
        RawClient client = through("*", origin(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            connection.awaitClosed();
            closed.complete(true);
        }));

        client.get("/");
        client.head();
        client.close();

        assertThat(closed.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void answers_for_an_origin_that_fails() {
        RawOrigin resets = origin(connection -> {
            connection.readRequest();
            connection.reset();
        });
        RawOrigin babbles = answering("SMTP ready\r\n\r\n");
        ProxyBench bench = bench(
                "refused.example 127.0.0.1:1",
                "refused-debug.example,debug 127.0.0.1:1",
                "resets.example " + resets.address(),
                "babbles.example " + babbles.address());

        for (String host : List.of("refused", "resets", "babbles")) {
            RawClient.Answer answer = client(bench)
                    .send("GET / HTTP/1.1\r\nHost: " + host + ".example\r\n\r\n")
                    .answer();
            assertThat(answer.line()).as(host).isEqualTo("HTTP/1.1 502 Bad Gateway");
            assertThat(answer.header("Content-Type")).isEqualTo("text/plain");
            assertThat(answer.body()).isEqualTo("Error while proxying to origin.\n");
        }
        RawClient.Answer debug = client(bench)
                .send("GET / HTTP/1.1\r\nHost: refused-debug.example\r\n\r\n")
                .answer();
        assertThat(debug.body()).contains("127.0.0.1:1");
        assertThat(bench.stats.value(Counter.ORIGIN_FAILURES)).isEqualTo(4);
    }

    @Test
    void answers_for_a_silent_origin() {
        RawClient client = through("*", origin(connection -> {
            connection.readRequest();
            connection.awaitClosed();
        }));

        RawClient.Answer answer = client.get("/").answer();

        assertThat(answer.line()).isEqualTo("HTTP/1.1 504 Gateway Timeout");
        assertThat(answer.body()).isEqualTo("Error while proxying to origin.\n");
    }

    @Test
    void passes_grip_on_where_the_route_says_so() {
        RawClient client =
                through("*,no_grip", answering("HTTP/1.1 200 OK\r\nGrip-Hold: stream\r\nContent-Length: 2\r\n\r\nok"));

        RawClient.Answer answer = client.get("/").answer();

        assertThat(answer.header("Grip-Hold")).isEqualTo("stream");
        assertThat(answer.body()).isEqualTo("ok");
    }
}
