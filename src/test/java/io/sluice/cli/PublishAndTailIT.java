package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.testing.Forked;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tools against a server that is not Sluice. */
class PublishAndTailIT {
    @TempDir
    Path directory;

    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server = newServer();

    private static HttpServer newServer() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeEach
    void start() {
        server.setExecutor(threads);
        server.createContext("/publish/", exchange -> {
            requests.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            answer(exchange, 200, "text/plain", "Published\n");
        });
        server.createContext("/bad/", exchange -> answer(exchange, 400, "text/plain", "Invalid format: no.\n"));
        server.createContext(
                "/events",
                exchange -> stream(
                        exchange,
                        "text/event-stream",
                        ": hello\n\nid: 1\ndata: one\n\nevent: x\r\ndata: two\r\ndata: lines\r\n\r\ndata: three\n\n"));
        server.createContext("/raw", exchange -> stream(exchange, "text/plain", "[stream opened]\nhello\nhalf"));
        server.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length());
        exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
        exchange.close();
    }

    /** Stays open after the text. */
    private void stream(HttpExchange exchange, String type, String text) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exchange.close();
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private Forked sluice(String... arguments) throws IOException {
        return Forked.sluice(directory, Map.of(), arguments);
    }

    private JsonObject item() throws InterruptedException {
        String body = requests.poll(30, TimeUnit.SECONDS);
        assertThat(body).isNotNull();
        return new JsonObject(body).getJsonArray("items").getJsonObject(0);
    }

    @Test
    void publish_sends_all_formats_to_the_grip_url() throws Exception {
        Files.writeString(directory.resolve("content"), "from a file");
        try (Forked publish =
                Forked.sluice(directory, Map.of("GRIP_URL", url("/publish")), "publish", "news", "@content")) {
            assertThat(publish.code()).as(publish.toString()).isZero();
            assertThat(publish.out()).isEqualTo("Published\n");
        }
        JsonObject item = item();
        assertThat(item.getString("channel")).isEqualTo("news");
        JsonObject formats = item.getJsonObject("formats");
        assertThat(formats.fieldNames()).containsExactlyInAnyOrder("http-response", "http-stream", "ws-message");
        assertThat(formats.getJsonObject("http-response").getString("body")).isEqualTo("from a file\n");
        assertThat(formats.getJsonObject("http-stream").getString("content")).isEqualTo("from a file\n");
        assertThat(formats.getJsonObject("ws-message").getString("content")).isEqualTo("from a file");
    }

    @Test
    void publish_takes_the_options_of_pushpin_publish() throws Exception {
        try (Forked publish = sluice(
                "publish",
                "--spec",
                url(""),
                "--id",
                "2",
                "--prev-id",
                "1",
                "--sender",
                "me",
                "-M",
                "a=b",
                "--code",
                "201",
                "-H",
                "X-A: b",
                "--no-eol",
                "--no-seq",
                "c",
                "x")) {
            assertThat(publish.code()).as(publish.toString()).isZero();
        }
        JsonObject item = item();
        assertThat(item.getString("id")).isEqualTo("2");
        assertThat(item.getString("prev-id")).isEqualTo("1");
        assertThat(item.getBoolean("no-seq")).isTrue();
        assertThat(item.getJsonObject("meta").getMap()).isEqualTo(Map.of("sender", "me", "a", "b"));
        JsonObject response = item.getJsonObject("formats").getJsonObject("http-response");
        assertThat(response.getInteger("code")).isEqualTo(201);
        assertThat(response.getString("body")).isEqualTo("x");
        assertThat(response.getJsonArray("headers").encode()).contains("X-A");
    }

    @Test
    void publish_tells_what_is_wrong() throws Exception {
        try (Forked refused = sluice("publish", "--spec", url("/bad"), "c", "x")) {
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.err()).contains("answered 400: Invalid format: no.");
            assertThat(refused.out()).isEmpty();
        }
        for (List<String> wrong : List.of(
                List.of("must specify content", "c"),
                List.of("code must be an integer between 0 and 999", "--code", "1000", "c", "x"),
                List.of("patch content must be a JSON array", "--patch", "c", "{}"),
                List.of("Authentication requires https", "--spec", "http://192.0.2.1", "--user", "a:b", "c", "x"),
                List.of("ZeroMQ is not available in this version", "--spec", "tcp://localhost:5560", "c", "x"))) {
            var arguments = new java.util.ArrayList<>(List.of("publish"));
            arguments.addAll(wrong.subList(1, wrong.size()));
            try (Forked publish = sluice(arguments.toArray(String[]::new))) {
                assertThat(publish.code()).isEqualTo(2);
                assertThat(publish.err()).contains(wrong.get(0));
            }
        }
        server.stop(0);
        try (Forked nobody = sluice("publish", "--spec", url(""), "c", "x")) {
            assertThat(nobody.code()).isEqualTo(1);
            assertThat(nobody.err()).contains("nobody listens there");
        }
    }

    @Test
    void tail_prints_the_data_of_events() throws Exception {
        try (Forked tail = sluice("tail", url("/events"), "--count", "3")) {
            assertThat(tail.code()).as(tail.toString()).isZero();
            assertThat(tail.out()).isEqualTo("one\ntwo\nlines\nthree\n");
        }
    }

    @Test
    void tail_prints_other_streams_as_they_come() throws Exception {
        try (Forked tail = sluice("tail", url("/raw"))) {
            tail.awaitOut("[stream opened]\nhello\nhalf");
            end.countDown();
            assertThat(tail.code()).as(tail.toString()).isZero();
        }
    }

    @Test
    void tail_can_take_events_as_lines() throws Exception {
        try (Forked tail = sluice("tail", url("/events"), "--lines", "--count", "4")) {
            assertThat(tail.code()).isZero();
            assertThat(tail.out()).isEqualTo(": hello\n\nid: 1\ndata: one\n");
        }
    }

    @Test
    void tail_ends_in_time() throws Exception {
        try (Forked tail = sluice("tail", url("/raw"), "--timeout", "4")) {
            assertThat(tail.code()).as(tail.toString()).isZero();
            assertThat(tail.out()).isEqualTo("[stream opened]\nhello\nhalf");
        }
        try (Forked tail = sluice("tail", url("/raw"), "--timeout", "4", "--count", "9")) {
            assertThat(tail.code()).isEqualTo(1);
            assertThat(tail.err()).contains("2 of 9 came within 4 s");
        }
    }

    @Test
    void tail_tells_what_is_wrong() throws Exception {
        try (Forked missing = sluice("tail", url("/nothing"))) {
            assertThat(missing.code()).isEqualTo(1);
            assertThat(missing.err()).contains("answered 404");
        }
        try (Forked channel = sluice("tail", "news")) {
            assertThat(channel.code()).isEqualTo(2);
            assertThat(channel.err()).contains("following a channel by its name comes with a later version");
        }
    }
}
