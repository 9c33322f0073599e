package io.sluice.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.netty.RawClient;
import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import io.sluice.testing.RawUpgrade;
import io.sluice.testing.RawWebSocket;
import io.sluice.testing.RawWebSocket.Frame;
import io.sluice.testing.TestGateway;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * A gateway whose own test origin echoes over WebSockets, and a witness: a socket that was opened first and whose echo has to come through
 * everything that happens.
 */
final class SocketSiege implements AutoCloseable {
    static final int MAX_MESSAGE_BYTES = 70_000;
    /** That of the sockets of {@link #open()}. */
    static final String CHANNEL = "attack";

    private final CapturedLog log = new CapturedLog();
    private final TestGateway gateway;
    private final RawWebSocket witness;
    private int echoes;

    static SocketSiege start() throws Exception {
        return start(List.of(), Map.of());
    }

    /** @param routes before the one to the test origin */
    static SocketSiege start(List<String> routes, Map<String, String> overrides) throws Exception {
        return new SocketSiege(routes, overrides);
    }

    private SocketSiege(List<String> routes, Map<String, String> overrides) throws Exception {
        var lines = new ArrayList<>(routes);
        lines.add("* test");
        var settings = new HashMap<>(Map.of(
                "websocket.max-message-bytes", String.valueOf(MAX_MESSAGE_BYTES), "websocket.close-seconds", "1"));
        settings.putAll(overrides);
        gateway = TestGateway.start(lines, settings);
        witness = upgrade("witness").open(port());
    }

    int port() {
        return gateway.httpPort();
    }

    TestGateway gateway() {
        return gateway;
    }

    long value(Gauge gauge) {
        return gateway.gateway().stats().value(gauge);
    }

    long value(Counter counter) {
        return gateway.gateway().stats().value(counter);
    }

    RawUpgrade upgrade(String channel) {
        return RawUpgrade.to("/ws?channel=" + channel);
    }

    RawWebSocket open() throws IOException {
        return upgrade(CHANNEL).open(port());
    }

    /** A new socket sends these bytes, is told one of these codes, and its connection ends. */
    void refuses(byte[] bytes, int... codes) throws IOException {
        try (RawWebSocket client = open()) {
            refuses(client, bytes, codes);
        }
    }

    static void refuses(RawWebSocket client, byte[] bytes, int... codes) throws IOException {
        client.raw(bytes);
        assertThat(client.expect(RawWebSocket.CLOSE).code()).isIn(boxed(codes));
        client.expectCut();
    }

    private static List<Integer> boxed(int... codes) {
        return java.util.Arrays.stream(codes).boxed().toList();
    }

    /** What a client sends, every frame masked. */
    static byte[] bytes(Frame... frames) {
        var bytes = new ByteArrayOutputStream();
        for (Frame frame : frames) {
            bytes.writeBytes(RawWebSocket.encode(frame, true));
        }
        return bytes.toByteArray();
    }

    static Frame text(byte... content) {
        return Frame.of(RawWebSocket.TEXT, content);
    }

    static Frame binary(byte... content) {
        return Frame.of(RawWebSocket.BINARY, content);
    }

    static Frame more(byte... content) {
        return Frame.of(RawWebSocket.CONTINUATION, content);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Publishes to the sockets of a channel. */
    void publish(String channel, JsonObject message) throws IOException {
        publish(channel, "ws-message", message);
    }

    void publish(String channel, String format, JsonObject message) throws IOException {
        String body = new JsonObject()
                .put(
                        "items",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("channel", channel)
                                        .put("formats", new JsonObject().put(format, message))))
                .encode();
        try (var client = new RawClient(gateway.controlPort())) {
            client.send("POST /publish/ HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            assertThat(client.answer().status()).isEqualTo(200);
        }
    }

    /** The witness has its echo, and nobody had anything to complain about. */
    void unharmed() throws IOException {
        String text = "echo " + ++echoes;
        assertThat(witness.text(text).readText()).isEqualTo(text);
        List<String> errors = log.errors();
        log.clear();
        assertThat(errors).isEmpty();
    }

    /** Only the witness is left, with its one subscription. */
    void deserted() {
        Awaitility.await().untilAsserted(() -> {
            assertThat(value(Gauge.SOCKETS)).isEqualTo(1);
            assertThat(value(Gauge.SUBSCRIPTIONS)).isEqualTo(1);
        });
    }

    /** Makes the leak detector look at what has been collected. */
    private void noLeaks() throws IOException {
        for (int round = 0; round < 5; round++) {
            System.gc();
            open().close();
            unharmed();
        }
    }

    @Override
    public void close() throws IOException {
        deserted();
        noLeaks();
        witness.close();
        gateway.close();
        log.close();
    }
}
