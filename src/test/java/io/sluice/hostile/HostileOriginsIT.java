package io.sluice.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.netty.RawClient;
import io.sluice.testing.RawConnection;
import io.sluice.testing.RawConnection.RawRequest;
import io.sluice.testing.RawOrigin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Origins that are broken, or belong to somebody else. */
class HostileOriginsIT {
    private static volatile RawOrigin.Script script = connection -> {};
    private static RawOrigin origin;
    private static Siege siege;

    private final AtomicInteger asked = new AtomicInteger();

    @BeforeAll
    static void start() throws Exception {
        origin = RawOrigin.start(connection -> script.run(connection));
        siege = Siege.start(
                List.of(
                        "*,path_beg=/raw " + origin.address(),
                        "*,path_beg=/untrusted " + origin.address() + ",untrusted"),
                Map.of("origin.first-byte-timeout-seconds", "3"));
    }

    @AfterAll
    static void stop() throws Exception {
        siege.noLeaks();
        siege.close();
        origin.close();
    }

    @BeforeEach
    void nothing() {
        script = connection -> {};
    }

    @AfterEach
    void unharmed() throws IOException {
        siege.unharmed();
    }

    private static String lines(String text) {
        return text.replace("~", "\r\n");
    }

    /** Answers each request with this, and closes. */
    private void answer(String response) {
        script = connection -> {
            RawRequest request = connection.readRequest();
            if (request != null) {
                asked.incrementAndGet();
                connection.send(response);
            }
        };
    }

    private static RawClient.Answer get(String path) throws IOException {
        try (var client = new RawClient(siege.httpPort())) {
            return client.send(Siege.get(path)).answer();
        }
    }

    /** {@code ~} is CRLF. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "~",
                "garbage~~",
                "HTTP/1.1~~",
                "HTTP/1.1 ~~",
                "HTTP/1.1 abc OK~~",
                "HTTP/1.1 2000 OK~~",
                "HTTP/1.1 99 Low~Content-Length: 0~~",
                "HTTP/1.1 -200 OK~~",
                "HTTP/9.9 200 OK~Content-Length: 0~~",
                "ICY 200 OK~Content-Length: 0~~",
                "SSH-2.0-OpenSSH_9.2~",
                "HTTP/1.1 200 OK~Content-Length: 1~Content-Length: 2~~ab",
                "HTTP/1.1 200 OK~Content-Length: -1~~ab",
                "HTTP/1.1 200 OK~Content-Length: 99999999999999999999~~ab",
                "HTTP/1.1 200 OK~Content-Length: x~~ab",
                "HTTP/1.1 200 OK~Content-Length: 5~Transfer-Encoding: chunked~~0~~",
                "HTTP/1.1 200 OK~Transfer-Encoding: gzip~~ab",
                "HTTP/1.1 200 OK~A: b\u0000c~Content-Length: 0~~",
                "HTTP/1.1 200 OK~A: b\rc~Content-Length: 0~~",
                "HTTP/1.1 200 OK~A\u0000: b~Content-Length: 0~~",
                "HTTP/1.1 200 OK~A : b~Content-Length: 0~~",
                "HTTP/1.1 200 OK~: b~Content-Length: 0~~",
                "HTTP/1.1 200 OK~Content-Length: 0",
                "HTTP/1.1 101 Switching Protocols~Upgrade: evil~Connection: upgrade~~ab",
                "HTTP/1.1 200 OK~Grip-Hold: nonsense~Content-Length: 0~~",
                "HTTP/1.1 200 OK~Grip-Hold: stream~Grip-Channel: a\u0001b~Content-Length: 0~~",
                "HTTP/1.1 200 OK~Grip-Hold: stream~Grip-Channel: a\u0000b~Content-Length: 0~~",
                "HTTP/1.1 200 OK~Grip-Hold: stream~Grip-Channel: ;;;=~Content-Length: 0~~",
                "HTTP/1.1 200 OK~Grip-Link: <; rel=next~Content-Length: 0~~",
                "HTTP/1.1 200 OK~Grip-Link: <ftp://x/>; rel=next~Content-Length: 0~~",
                "HTTP/1.1 200 OK~Grip-Link: <http://user:pass@x/>; rel=next~Content-Length: 0~~",
                "HTTP/1.1 200 OK~Grip-Status: 99999~Grip-Hold: response~Content-Length: 0~~",
                "HTTP/1.1 200 OK~Grip-Timeout: 99999999999999999999~Grip-Hold: response~Content-Length: 0~~",
            })
    void responses_that_are_not_in_order(String bytes) throws IOException {
        answer(lines(bytes));
        RawClient.Answer answer = get("/raw");
        // Some of it can be understood, or ends what the client gets; no client gets what it could misunderstand.
        assertThat(answer.status()).as(answer.toString()).isIn(200, 502);
        assertThat(answer.head()).doesNotContain("\u0000", "Grip-", "evil");
        assertThat(answer.head().toLowerCase(java.util.Locale.ROOT).split("content-length", -1))
                .hasSizeLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 10~~part",
                "Transfer-Encoding: chunked~~zz~",
                "Transfer-Encoding: chunked~~-1~abc",
                "Transfer-Encoding: chunked~~5~hello",
                "Transfer-Encoding: chunked~~ffffffffffffffff~abc",
                "Transfer-Encoding: chunked~~5~helloXX~0~~",
            })
    void bodies_that_break_off_are_cut(String rest) throws IOException {
        answer(lines("HTTP/1.1 200 OK~" + rest));
        try (var client = new RawClient(siege.httpPort())) {
            RawClient.Answer answer = client.send(Siege.get("/raw")).answer();
            assertThat(answer.status()).isIn(200, 502);
            assertThat(answer.status() == 502 || !answer.complete()).isTrue();
        }
    }

    @Test
    void heads_without_end() throws IOException {
        endless("HTTP/1.1 200 OK\r\nA: ", "x".repeat(8192));
        endless("HTTP/1.1 200 OK\r\n", "A: b\r\n".repeat(1000));
        endless("HTTP/1.1 200 ", "x".repeat(8192));
        endless("", "x".repeat(8192));
        endless("", "HTTP/1.1 100 Continue\r\n\r\n".repeat(300));
    }

    private void endless(String start, String more) throws IOException {
        var stopped = new CompletableFuture<Boolean>();
        script = connection -> {
            RawRequest request = connection.readRequest();
            if (request == null) {
                return;
            }
            long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
            try {
                connection.send(start);
                while (System.nanoTime() < end) {
                    connection.send(more);
                }
                stopped.complete(false);
            } catch (IOException closed) {
                stopped.complete(true);
            }
        };
        assertThat(get("/raw").status()).as(start + more.substring(0, 10)).isIn(502, 504);
        assertThat(stopped.orTimeout(20, java.util.concurrent.TimeUnit.SECONDS).join())
                .isTrue();
    }

    @Test
    void resets_and_silence() throws IOException {
        script = RawConnection::reset;
        assertThat(get("/raw").status()).isEqualTo(502);
        script = connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 200 OK\r\nContent-Le");
            connection.reset();
        };
        assertThat(get("/raw").status()).isEqualTo(502);
        script = RawConnection::awaitClosed;
        assertThat(get("/raw").status()).isEqualTo(504);
    }

    @Test
    void grip_headers_of_100_000_bytes() throws IOException {
        for (String header : List.of("Grip-Channel", "Grip-Set-Meta", "Grip-Link", "Grip-Hold", "Grip-Keep-Alive")) {
            for (String value : List.of("x".repeat(100_000), "a=\"" + "\\\"".repeat(50_000), "a,".repeat(50_000))) {
                answer("HTTP/1.1 200 OK\r\nGrip-Hold: response\r\nGrip-Timeout: 5\r\n" + header + ": " + value
                        + "\r\nContent-Length: 0\r\n\r\n");
                assertThat(get("/raw").status()).as(header).isIn(200, 502);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "true",
                "1",
                "1e400",
                "\"text\"",
                "[]",
                "{}",
                "{",
                "\u00ff\u00fe",
                "{\"hold\":1}",
                "{\"hold\":[]}",
                "{\"hold\":{\"mode\":1}}",
                "{\"hold\":{\"mode\":\"stream\",\"channels\":1}}",
                "{\"hold\":{\"mode\":\"stream\",\"channels\":[1]}}",
                "{\"hold\":{\"mode\":\"stream\",\"channels\":[{\"name\":1}]}}",
                "{\"hold\":{\"mode\":\"stream\",\"channels\":[{\"name\":\"a\\r\\nb\"}]}}",
                "{\"hold\":{\"mode\":\"stream\",\"channels\":[{\"name\":\"a\\u0000b\"}]}}",
                "{\"hold\":{\"mode\":\"response\",\"timeout\":1e400,\"channels\":[{\"name\":\"a\"}]}}",
                "{\"hold\":{\"mode\":\"response\",\"timeout\":-1,\"channels\":[{\"name\":\"a\"}]}}",
                "{\"hold\":{\"mode\":\"response\",\"timeout\":\"x\",\"channels\":[{\"name\":\"a\"}]}}",
                "{\"response\":1}",
                "{\"response\":{\"code\":1e400}}",
                "{\"response\":{\"code\":\"x\"}}",
                "{\"response\":{\"code\":101}}",
                "{\"response\":{\"reason\":\"a\\r\\nInjected: b\"}}",
                "{\"response\":{\"headers\":{\"A\":\"b\\r\\nInjected: c\"}}}",
                "{\"response\":{\"headers\":{\"A: b\\r\\nInjected\":\"c\"}}}",
                "{\"response\":{\"headers\":[[\"A\",\"b\\nInjected: c\"]]}}",
                "{\"response\":{\"headers\":{\"Content-Length\":\"5000\"},\"body\":\"x\"}}",
                "{\"response\":{\"headers\":{\"Transfer-Encoding\":\"chunked\"},\"body\":\"x\"}}",
                "{\"response\":{\"body\":1}}",
                "{\"response\":{\"body-bin\":\"%%%\"}}",
                "DEEP",
            })
    void instructions_of_any_kind(String json) throws IOException {
        String body = json.equals("DEEP") ? "[".repeat(90_000) : json;
        answer("HTTP/1.1 200 OK\r\nContent-Type: application/grip-instruct\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body);
        RawClient.Answer answer = get("/raw");
        assertThat(answer.status()).as(answer.toString()).isIn(200, 502);
        assertThat(answer.complete()).isTrue();
        assertThat(answer.head()).doesNotContain("\nInjected");
    }

    @Test
    void a_page_whose_next_page_is_itself_spins_nothing() throws Exception {
        answer("HTTP/1.1 200 OK\r\nGrip-Link: </raw/self>; rel=next\r\nContent-Length: 2\r\n\r\nx\n");
        try (var client = new RawClient(siege.httpPort())) {
            client.send(Siege.get("/raw/self"));
            assertThat(client.head()).startsWith("HTTP/1.1 200 ");
            long start = System.nanoTime();
            Awaitility.await().untilAsserted(() -> assertThat(asked.get()).isGreaterThanOrEqualTo(5));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(2));
            assertThat(client.chunk()).isEqualTo("x\n");
        }
    }

    @Test
    void an_untrusted_origin_is_not_looked_for_inside() throws IOException {
        answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        assertThat(get("/untrusted").status()).isEqualTo(502);
        assertThat(asked.get()).isZero();
    }

    @Test
    void what_an_origin_sends_after_its_response_is_nobodys() throws IOException {
        byte[] two = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
                .getBytes(StandardCharsets.US_ASCII);
        script = connection -> {
            while (connection.readRequest() != null) {
                connection.send(two);
            }
        };
        for (int i = 0; i < 50; i++) {
            assertThat(get("/raw").body()).isNotEqualTo("evil");
        }
    }
}
