package io.sluice.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.netty.RawClient;
import io.sluice.testing.HttpOrigin;
import io.sluice.testing.TestGateway;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A gateway, an honest origin, and a witness: a stream that was opened first, and has to receive each item through everything that
 * happens. The origin answers {@code /hold?channel} with a stream, all else with {@code fine}.
 */
final class Siege implements AutoCloseable {
    static final int HEAD_TIMEOUT_SECONDS = 2;
    private static final String WITNESS = "witness";

    private final CapturedLog log = new CapturedLog();
    private final Vertx vertx = Vertx.vertx();
    private final HttpOrigin origin = HttpOrigin.start(vertx, Siege::answer);
    private final TestGateway gateway;
    private final RawClient witness;
    private int published;

    /** @param routes before the one to the honest origin */
    static Siege start(List<String> routes, Map<String, String> overrides) throws Exception {
        return new Siege(routes, overrides);
    }

    private Siege(List<String> routes, Map<String, String> overrides) throws Exception {
        var lines = new ArrayList<>(routes);
        lines.add("* " + origin.address());
        var settings = new HashMap<>(Map.of(
                "http.head-timeout-seconds",
                String.valueOf(HEAD_TIMEOUT_SECONDS),
                "ops.names",
                "x",
                "http.outbox-bytes",
                "262144",
                "control.max-body-bytes",
                "2000000"));
        settings.putAll(overrides);
        gateway = TestGateway.start(lines, settings);
        witness = hold(WITNESS);
    }

    private static void answer(HttpServerRequest request) {
        if (request.path().equals("/hold")) {
            var unused = request.response()
                    .putHeader("Grip-Hold", "stream")
                    .putHeader("Grip-Channel", request.query())
                    .end();
        } else {
            request.endHandler(end -> fine(request));
        }
    }

    private static void fine(HttpServerRequest request) {
        var unused = request.response().end("fine");
    }

    int httpPort() {
        return gateway.httpPort();
    }

    int controlPort() {
        return gateway.controlPort();
    }

    int opsPort() {
        return gateway.gateway().opsPort();
    }

    int[] ports() {
        return new int[] {httpPort(), controlPort(), opsPort()};
    }

    TestGateway gateway() {
        return gateway;
    }

    CapturedLog log() {
        return log;
    }

    RawClient hold(String channel) throws IOException {
        return hold(new RawClient(httpPort()), channel);
    }

    RawClient hold(RawClient client, String channel) throws IOException {
        client.send(get("/hold?" + channel));
        assertThat(client.head()).startsWith("HTTP/1.1 200 ");
        return client;
    }

    static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    /** An item for streams. */
    static String item(String channel, String content) {
        return new JsonObject()
                .put(
                        "items",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("channel", channel)
                                        .put(
                                                "formats",
                                                new JsonObject()
                                                        .put("http-stream", new JsonObject().put("content", content)))))
                .encode();
    }

    RawClient.Answer publish(byte[] body, String... headers) throws IOException {
        try (var client = new RawClient(controlPort())) {
            var head = new StringBuilder("POST /publish/ HTTP/1.1\r\nHost: x\r\n");
            for (String header : headers) {
                head.append(header).append("\r\n");
            }
            client.send(head + "Content-Length: " + body.length + "\r\n\r\n"
                    + new String(body, StandardCharsets.ISO_8859_1));
            return client.answer();
        }
    }

    RawClient.Answer publish(String body, String... headers) throws IOException {
        return publish(body.getBytes(StandardCharsets.UTF_8), headers);
    }

    /** All ports answer, the witness gets what is published, and nobody had anything to complain about. */
    void unharmed() throws IOException {
        String content = "item " + ++published + "\n";
        assertThat(publish(item(WITNESS, content)).status()).isEqualTo(200);
        assertThat(witness.chunk()).isEqualTo(content);
        for (int port : ports()) {
            try (var client = new RawClient(port)) {
                assertThat(client.send(get("/")).answer().status()).isEqualTo(200);
            }
        }
        List<String> errors = log.errors();
        log.clear();
        assertThat(errors).isEmpty();
    }

    /** Makes the leak detector look at what has been collected. */
    void noLeaks() throws IOException {
        for (int round = 0; round < 5; round++) {
            System.gc();
            for (int port : ports()) {
                try (var client = new RawClient(port)) {
                    client.send(get("/")).answer();
                }
            }
        }
        assertThat(log.errors()).isEmpty();
    }

    @Override
    public void close() {
        try {
            witness.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        gateway.close();
        origin.close();
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
        log.close();
    }
}
