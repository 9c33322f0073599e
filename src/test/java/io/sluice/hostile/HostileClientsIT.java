package io.sluice.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.netty.RawClient;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that mean no good, on the ports for clients, publishers and operators. */
class HostileClientsIT {
    private static Siege siege;

    @BeforeAll
    static void start() throws Exception {
        siege = Siege.start(List.of(), Map.of());
    }

    @AfterAll
    static void stop() throws Exception {
        siege.noLeaks();
        siege.close();
    }

    @AfterEach
    void unharmed() throws IOException {
        siege.unharmed();
    }

    private static String lines(String text) {
        return text.replace("~", "\r\n");
    }

    /** {@code ~} is CRLF. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "~~~nonsense~~",
                "GET~~",
                "GET /~~",
                "GET  / HTTP/1.1~Host: x~~",
                "GET / HTTP/1.1 ~Host: x~~",
                " GET / HTTP/1.1~Host: x~~",
                "GET\t/ HTTP/1.1~Host: x~~",
                "G@T / HTTP/1.1~Host: x~~",
                "GET / HTTP/1.2~Host: x~~",
                "GET / HTTP/2.0~Host: x~~",
                "GET / http/1.1~Host: x~~",
                "PRI * HTTP/2.0~~SM~~",
                "GET / HTTP/1.1\nHost: x\n\n",
                "GET / HTTP/1.1~Host: x\n~~",
                "GET / HTTP/1.1~Host: x\n\r\n",
                "GET / HTTP/1.1~Host: x\rA: b~~",
                "GET / HTTP/1.1~Host: x~A: b\rc~~",
                "GET / HTTP/1.1~Host: x~A: b\u0000c~~",
                "GET / HTTP/1.1~Host: x~A: b\u0001c~~",
                "GET / HTTP/1.1~Host: x~A: b\u007fc~~",
                "GET /\u0000 HTTP/1.1~Host: x~~",
                "GET /a\u0001 HTTP/1.1~Host: x~~",
                "GET / HTTP/1.1~Host: x~A: b~ folded~~",
                "GET / HTTP/1.1~Host: x~A: b~\tfolded~~",
                "GET / HTTP/1.1~ Host: x~~",
                "GET / HTTP/1.1~Host : x~~",
                "GET / HTTP/1.1~Host: x~A : b~~",
                "GET / HTTP/1.1~Host: x~: b~~",
                "GET / HTTP/1.1~Host: x~nocolon~~",
                "GET / HTTP/1.1~Host: x~A(: b~~",
                "GET / HTTP/1.1~Host: x~A\u00ff: b~~",
                "GET / HTTP/1.1~~",
                "GET / HTTP/1.1~Host: x~Host: x~~",
                "GET / HTTP/1.1~Host: a b~~",
                "GET / HTTP/1.1~Host: x, y~~",
                "GET / HTTP/1.1~Host: x@y~~",
                "GET / HTTP/1.1~Host: x/y~~",
                "GET / HTTP/1.1~Host: x:port~~",
                "GET / HTTP/1.1~Host: x[:80~~",
                "GET / HTTP/1.1~Host: x]~~",
                "GET / HTTP/1.1~Host: [::1~~",
                "GET / HTTP/1.1~Host: [::1]x~~",
                "GET http://y[:80/ HTTP/1.1~Host: x~~",
                "GET http://user:pass@x/ HTTP/1.1~Host: x~~",
                "GET http:// HTTP/1.1~Host: x~~",
                "GET http:///a HTTP/1.1~Host: x~~",
                "GET ftp://x/ HTTP/1.1~Host: x~~",
                "GET a HTTP/1.1~Host: x~~",
                "GET * HTTP/1.1~Host: x~~",
                "CONNECT x:80 HTTP/1.1~Host: x~~",
                "POST / HTTP/1.1~Host: x~Content-Length: 1~Transfer-Encoding: chunked~~0~~",
                "POST / HTTP/1.1~Host: x~Content-Length: 1~Content-Length: 1~~a",
                "POST / HTTP/1.1~Host: x~Content-Length: 1, 1~~a",
                "POST / HTTP/1.1~Host: x~Content-Length: +1~~a",
                "POST / HTTP/1.1~Host: x~Content-Length: -1~~a",
                "POST / HTTP/1.1~Host: x~Content-Length: 0x1~~a",
                "POST / HTTP/1.1~Host: x~Content-Length: 1 1~~a",
                "POST / HTTP/1.1~Host: x~Content-Length:~~a",
                "POST / HTTP/1.1~Host: x~Content-Length: 99999999999999999999~~a",
                "POST / HTTP/1.1~Host: x~Content-Length: 9223372036854775808~~a",
                "POST / HTTP/1.1~Host: x~Transfer-Encoding: gzip~~a",
                "POST / HTTP/1.1~Host: x~Transfer-Encoding: gzip, chunked~~0~~",
                "POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked, chunked~~0~~",
                "POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~Transfer-Encoding: chunked~~0~~",
                "POST / HTTP/1.1~Host: x~Transfer-Encoding: \u000bchunked~~0~~",
                "POST / HTTP/1.1~Host: x~Transfer-Encoding:~~0~~",
                "POST / HTTP/1.0~Host: x~Transfer-Encoding: chunked~~0~~",
            })
    void heads_that_are_not_in_order(String bytes) throws IOException {
        for (int port : siege.ports()) {
            refusedAndClosed(port, lines(bytes) + Siege.get("/smuggled"));
        }
    }

    private static void refusedAndClosed(int port, String bytes) throws IOException {
        try (var client = new RawClient(port)) {
            client.send(bytes);
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isIn(400, 405, 413, 414, 431, 505);
            assertThat(answer.body()).isNotBlank();
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void heads_that_are_too_large() throws IOException {
        for (int port : siege.ports()) {
            refusedAndClosed(port, "GET /" + "x".repeat(1 << 20) + " HTTP/1.1\r\nHost: x\r\n\r\n");
            refusedAndClosed(port, "GET / HTTP/1.1\r\nHost: x\r\nA: " + "x".repeat(1 << 20) + "\r\n\r\n");
            refusedAndClosed(port, "GET / HTTP/1.1\r\nHost: x\r\n" + "A: b\r\n".repeat(1000) + "\r\n");
            refusedAndClosed(port, "GET / HTTP/1.1\r\nHost: x\r\n" + "A: b\r\n".repeat(100_000));
        }
    }

    @Test
    void a_head_without_end() throws IOException {
        endless(
                siege.ports(),
                Map.of(
                        "GET / HTTP/1.1\r\nHost: x\r\nA: ", "x".repeat(8192),
                        "", "x".repeat(8192),
                        "GET / HTTP/1.1\r\nHost: x\r\n", "A: b\r\n".repeat(1000)));
    }

    /** Sends until the server has closed; what it answered is read, whenever it came. */
    /** All at once: each keeps the server busy for the two seconds that a refused client is listened to. */
    private static void endless(int[] ports, Map<String, String> starts) {
        List<CompletableFuture<Void>> attacks = new ArrayList<>();
        for (int port : ports) {
            starts.forEach((start, more) -> attacks.add(CompletableFuture.runAsync(
                    () -> endless(port, start, more), task -> new Thread(task, "attack").start())));
        }
        attacks.forEach(CompletableFuture::join);
    }

    private static void endless(int port, String start, String more) {
        try (var client = new RawClient(port)) {
            client.send(start);
            long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            try {
                while (System.nanoTime() < end) {
                    client.send(more);
                }
                throw new AssertionError("taken for ten seconds");
            } catch (SocketException closed) {
                // as it should be
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zz~hello~0~~",
                "-5~hello~0~~",
                "+5~hello~0~~",
                "0x5~hello~0~~",
                "5 ~helloX~0~~",
                "5~helloXX~0~~",
                "5~hello\n0~~",
                "ffffffffffffffff~",
                "80000000~",
                "7fffffffffffffff~x",
                "100000000~x",
                "~",
                "5\nhello\n0\n\n",
                "5;a=b\rc~hello~0~~",
                "5;a\u0000~hello~0~~",
                "0~no colon~~",
                "0~A : b~~",
            })
    void chunks_that_are_not_in_order(String chunks) throws IOException {
        for (int port : new int[] {siege.httpPort(), siege.controlPort()}) {
            try (var client = new RawClient(port)) {
                client.send(lines("POST /publish HTTP/1.1~Host: x~Transfer-Encoding: chunked~~" + chunks)
                        + Siege.get("/smuggled"));
                RawClient.Answer answer = client.answer();
                assertThat(answer.status()).as("port %s: %s", port, answer).isBetween(400, 499);
                assertThat(client.closed()).isTrue();
            }
        }
    }

    @Test
    void chunk_extensions_and_trailers_without_end() throws IOException {
        String head = "POST /publish HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
        endless(
                new int[] {siege.httpPort(), siege.controlPort()},
                Map.of(
                        head + "5;", "x".repeat(8192),
                        head + "0\r\n", "A: b\r\n".repeat(1000),
                        head + "0\r\nA: ", "x".repeat(8192),
                        head + "0", "0".repeat(8192)));
    }

    @Test
    void bodies_that_break_off() throws IOException {
        for (int port : siege.ports()) {
            for (String body : List.of("Content-Length: 100~~part", "Transfer-Encoding: chunked~~64~part")) {
                String request = lines("POST /publish HTTP/1.1~Host: x~" + body);
                try (var gone = new RawClient(port)) {
                    gone.send(request);
                }
                try (var half = new RawClient(port)) {
                    half.send(request).endOutput();
                    assertThat(half.rest(new ByteArrayOutputStream())).isTrue();
                }
                reset(port, request);
            }
        }
    }

    private static void reset(int port, String bytes) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            socket.setSoLinger(true, 0);
        }
    }

    @Test
    void resets_and_half_closed_connections() throws IOException {
        for (int port : siege.ports()) {
            for (int i = 0; i < 100; i++) {
                reset(port, Siege.get("/"));
                reset(port, "GET / HT");
                reset(port, Siege.get("/hold?reset").repeat(3));
            }
            try (var half = new RawClient(port)) {
                // Who can't send any more counts as gone, as with most proxies: answered or not, but closed.
                half.send(Siege.get("/")).endOutput();
                assertThat(half.rest(new ByteArrayOutputStream())).isTrue();
            }
        }
        try (RawClient held = siege.hold("half")) {
            held.endOutput();
            siege.publish(Siege.item("half", "still here?"));
        }
    }

    @Test
    void a_thousand_requests_at_once() throws IOException {
        for (int port : siege.ports()) {
            try (var client = new RawClient(port)) {
                client.send(Siege.get("/").repeat(1000));
                for (int i = 0; i < 1000; i++) {
                    assertThat(client.answer().status()).isEqualTo(200);
                }
            }
        }
        // More than any buffer, with nobody who reads the answers.
        for (int port : siege.ports()) {
            try (var deaf = new Socket(InetAddress.getLoopbackAddress(), port)) {
                deaf.getOutputStream().write(Siege.get("/").repeat(1000).getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    @Test
    void heads_that_come_a_byte_a_second() throws Exception {
        var clients = new ArrayList<RawClient>();
        for (int port : siege.ports()) {
            for (int i = 0; i < 20; i++) {
                clients.add(new RawClient(port));
            }
        }
        String head = Siege.get("/");
        long end = System.nanoTime()
                + Duration.ofSeconds(Siege.HEAD_TIMEOUT_SECONDS + 4).toNanos();
        for (int at = 0; at < head.length() && System.nanoTime() < end; at++) {
            if (!sent(clients, head.substring(at, at + 1))) {
                break;
            }
            siege.unharmed();
            LockSupport.parkNanos(900_000_000L); // the attack's pace
        }
        for (RawClient client : clients) {
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(client.closed()).isTrue();
            client.close();
        }
    }

    /** Whether all connections still took it. */
    private static boolean sent(List<RawClient> clients, String bytes) throws IOException {
        for (RawClient client : clients) {
            try {
                client.send(bytes);
            } catch (SocketException closed) {
                return false;
            }
        }
        return true;
    }

    @Test
    void bodies_that_wait_behind_a_request_are_let_go_with_their_connection() throws IOException {
        String post = "POST /publish HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" + "x".repeat(1000);
        for (int i = 0; i < 200; i++) {
            try (RawClient held = siege.hold("behind")) {
                held.send(post.repeat(5));
            }
        }
        siege.noLeaks();
    }

    @Test
    void paths_of_any_bytes_pass() throws IOException {
        for (String path : List.of("/%ff%fe", "/%00", "/%zz", "/%", "/\u00ff\u00fe", "/..%2f..", "//x//", "/?\u00ff")) {
            try (var client = new RawClient(siege.httpPort())) {
                client.send(Siege.get(path));
                assertThat(client.answer().status()).as(path).isIn(200, 400);
            }
            for (int port : new int[] {siege.controlPort(), siege.opsPort()}) {
                try (var client = new RawClient(port)) {
                    assertThat(client.send(Siege.get(path)).answer().status())
                            .as(path)
                            .isIn(200, 400, 404);
                }
            }
        }
    }

    @Test
    void publishes_that_are_not_in_order() throws IOException {
        String formats = ",\"formats\":{\"http-stream\":{\"content\":\"x\"}}}]}";
        String item = "{\"items\":[{\"channel\":\"c\"" + formats;
        assertThat(siege.publish(item).status()).isEqualTo(200);
        for (String bad : List.of(
                "",
                "[".repeat(100_000),
                "{\"a\":".repeat(100_000),
                "{\"items\":" + "[".repeat(900) + "]".repeat(900) + "}",
                "{\"items\":[{\"channel\":\"a\\r\\nb\"" + formats,
                "{\"items\":[{\"channel\":\"a\\u0000b\"" + formats,
                "{\"items\":[{\"channel\":\"a\\u001fb\"" + formats,
                "{\"items\":[{\"channel\":{}" + formats,
                "{\"items\":[{\"channel\":1e99999" + formats,
                "{\"items\":[{\"channel\":" + "9".repeat(100_000) + formats,
                "{\"items\":[{\"channel\":\"c\",\"formats\":{\"http-response\":{\"code\":1e400,\"body\":\"x\"}}}]}",
                "{\"items\":[{\"channel\":\"c\",\"formats\":{\"http-response\":{\"code\":99999999999,\"body\":\"x\"}}}]}",
                "{\"items\":[{\"channel\":\"c\",\"formats\":{\"http-response\":{\"headers\":{\"A\\r\\nB\":\"c\"},\"body\":\"x\"}}}]}",
                "{\"items\":[{\"channel\":\"c\",\"formats\":{\"http-response\":{\"headers\":{\"A\":\"b\\nC: d\"},\"body\":\"x\"}}}]}",
                "{\"items\":[{\"channel\":\"c\",\"formats\":{\"http-response\":{\"reason\":\"b\\r\\nC: d\",\"body\":\"x\"}}}]}",
                item + "x",
                item.substring(0, item.length() - 1),
                "\u0000",
                "NaN")) {
            RawClient.Answer answer = siege.publish(bad);
            assertThat(answer.status()).as("%.80s: %s", bad, answer).isEqualTo(400);
        }
        assertThat(siege.publish("\ufeff" + item).status()).isIn(200, 400);
        var zipped = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(zipped)) {
            zip.write(item.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(siege.publish(zipped.toByteArray(), "Content-Encoding: gzip").status())
                .isIn(400, 415);
        byte[] latin = "{\"items\":[{\"channel\":\"\u00ff\u00fe\",\"formats\":{\"http-stream\":{\"content\":\"x\"}}}]}"
                .getBytes(StandardCharsets.ISO_8859_1);
        assertThat(siege.publish(latin).status()).isEqualTo(400);
        assertThat(siege.publish("{\"items\":[],\"items\":[{\"channel\":\"c\"" + formats)
                        .status())
                .isIn(200, 400);
        assertThat(siege.publish("{\"items\":[],\"n\":" + "1".repeat(500_000) + "}")
                        .status())
                .isIn(200, 400);
        assertThat(siege.publish("{\"items\":[],\"n\":1e999999999}").status()).isIn(200, 400);
    }

    @Test
    void a_body_over_the_limit() throws IOException {
        assertThat(siege.publish(" ".repeat(3_000_000)).status()).isEqualTo(413);
        endless(
                siege.controlPort(),
                "POST /publish HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n",
                "x".repeat(1 << 20));
    }

    @Test
    void a_reader_who_stalls_loses_items_and_nobody_else_does() throws Exception {
        try (var stalled = new RawClient(siege.httpPort(), 8192);
                RawClient reader = siege.hold("big")) {
            siege.hold(stalled, "big");
            String content = "x".repeat(1_000_000);
            for (int i = 0; i < 20; i++) {
                assertThat(siege.publish(Siege.item("big", content)).status()).isEqualTo(200);
                int got = 0;
                while (got < content.length()) {
                    got += reader.chunk().length();
                }
            }
            Awaitility.await()
                    .untilAsserted(() -> assertThat(siege.log().warnings())
                            .anyMatch(line -> line.contains("items-dropped connection=")
                                    && line.contains(" channel=big reason=outbox_full")));
            assertThat(siege.gateway().gateway().stats().value(DropReason.OUTBOX_FULL))
                    .isPositive();
        }
    }

    @Test
    void five_thousand_connections_come_and_go() throws IOException {
        for (int i = 0; i < 5000; i++) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), siege.ports()[i % 3])) {
                if (i % 7 == 0) {
                    socket.setSoLinger(true, 0);
                }
            }
        }
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(siege.gateway().gateway().stats().value(Gauge.CONNECTIONS))
                                .isLessThan(5));
    }
}
