package io.sluice.hostile;

import static io.sluice.hostile.SocketSiege.binary;
import static io.sluice.hostile.SocketSiege.bytes;
import static io.sluice.hostile.SocketSiege.text;
import static io.sluice.hostile.SocketSiege.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.netty.RawClient;
import io.sluice.stats.Gauge;
import io.sluice.testing.RawWebSocket;
import io.sluice.testing.RawWebSocket.Frame;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that don't wait for their 101, and many that come and go. */
class HostileHandshakesIT {
    private static final String HEAD = String.join(
            "\r\n",
            "GET /ws?channel=attack HTTP/1.1",
            "Host: x",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "");

    private static SocketSiege siege;

    @BeforeAll
    static void start() throws Exception {
        siege = SocketSiege.start();
    }

    @AfterAll
    static void stop() throws Exception {
        siege.close();
    }

    @AfterEach
    void unharmed() throws IOException {
        siege.unharmed();
        siege.deserted();
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    // Frames that come early.

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 1000})
    void frames_in_the_packet_of_the_upgrade_come_in_order(int count) throws IOException {
        var frames = new StringBuilder();
        for (int i = 0; i < count; i++) {
            frames.append(latin1(bytes(text(utf8("m" + i)))));
        }
        try (RawWebSocket client =
                siege.upgrade(SocketSiege.CHANNEL).body(frames.toString()).open(siege.port())) {
            client.text("last");
            for (int i = 0; i < count; i++) {
                assertThat(client.readText()).isEqualTo("m" + i);
            }
            assertThat(client.readText()).isEqualTo("last");
        }
    }

    @Test
    void a_part_of_a_frame_in_the_packet_of_the_upgrade() throws IOException {
        String frame = latin1(bytes(binary(new byte[300])));
        for (int part : new int[] {1, 2, 3, 5, 8, 100, frame.length() - 1}) {
            try (RawWebSocket client = siege.upgrade(SocketSiege.CHANNEL)
                    .body(frame.substring(0, part))
                    .open(siege.port())) {
                client.raw(frame.substring(part).getBytes(StandardCharsets.ISO_8859_1));
                assertThat(client.readBinary()).hasSize(300);
            }
        }
    }

    @Test
    void the_whole_life_in_one_packet() throws IOException {
        try (RawWebSocket client = siege.upgrade(SocketSiege.CHANNEL)
                .body(latin1(bytes(text(utf8("hello")), Frame.close(1000, "bye"))))
                .open(siege.port())) {
            assertThat(client.readText()).isEqualTo("hello");
            assertThat(client.expectClose(1000)).isEqualTo("bye");
            client.expectCut();
        }
    }

    @Test
    void a_violation_in_the_packet_of_the_upgrade() throws IOException {
        for (String early : List.of("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n", latin1(bytes(Frame.of(3, "x"))))) {
            try (RawWebSocket client =
                    siege.upgrade(SocketSiege.CHANNEL).body(early).open(siege.port())) {
                client.expectClose(1002);
                client.expectCut();
            }
        }
    }

    @Test
    void an_upgrade_byte_by_byte() throws IOException {
        String request = HEAD + "\r\n" + latin1(bytes(text(utf8("hello"))));
        try (var client = new RawClient(siege.port())) {
            for (int i = 0; i < request.length(); i++) {
                client.send(request.substring(i, i + 1));
            }
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            assertThat(client.exactlyText(7)).isEqualTo("\u0081\u0005hello");
        }
    }

    // Between requests.

    @Test
    void an_upgrade_behind_other_requests() throws IOException {
        for (int before : new int[] {1, 2, 20}) {
            try (var client = new RawClient(siege.port())) {
                client.send(Siege.get("/").repeat(before) + HEAD + "\r\n" + latin1(bytes(text(utf8("hello")))));
                for (int i = 0; i < before; i++) {
                    assertThat(client.answer().status()).isEqualTo(200);
                }
                assertThat(client.head()).startsWith("HTTP/1.1 101 ");
                assertThat(client.exactlyText(7)).isEqualTo("\u0081\u0005hello");
            }
        }
    }

    /** What has been read of the upgrade says nothing about the requests before it, whose turn comes later. */
    @Test
    void an_upgrade_behind_a_request_behind_one_that_is_held() throws IOException {
        try (var client = new RawClient(siege.port())) {
            client.send(Siege.get("/response?channel=held") + Siege.get("/").repeat(3) + HEAD + "\r\n"
                    + latin1(bytes(text(utf8("hello")))));
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(siege.value(Gauge.SUBSCRIPTIONS)).isEqualTo(2));
            siege.publish("held", "http-response", new JsonObject().put("body", "released"));
            assertThat(client.answer().body()).isEqualTo("released");
            for (int i = 0; i < 3; i++) {
                assertThat(client.answer().status()).isEqualTo(200);
            }
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            assertThat(client.exactlyText(7)).isEqualTo("\u0081\u0005hello");
        }
    }

    @Test
    void a_request_behind_an_upgrade_that_is_refused_is_not_served() throws IOException {
        try (var client = new RawClient(siege.port())) {
            client.send(HEAD.replace("13", "12") + "\r\n" + Siege.get("/smuggled"));
            assertThat(client.answer().status()).isBetween(400, 499);
            assertThat(client.closed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"})
    void an_upgrade_with_a_body_is_refused(String body) throws IOException {
        try (var client = new RawClient(siege.port())) {
            client.send(HEAD + body + Siege.get("/"));
            assertThat(client.answer().status()).isEqualTo(400);
        }
    }

    @Test
    void an_empty_body_is_none() throws IOException {
        try (var client = new RawClient(siege.port())) {
            client.send(HEAD + "Content-Length: 0\r\n\r\n" + latin1(bytes(text(utf8("hello")))));
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            assertThat(client.exactlyText(7)).isEqualTo("\u0081\u0005hello");
        }
    }

    // Many.

    /** Resets in every phase of a WebSocket's life. */
    @Test
    void five_hundred_that_come_and_go() throws Exception {
        String open = HEAD + "\r\n";
        String frames = latin1(bytes(text(utf8("hello")), binary(new byte[2000]), Frame.of(RawWebSocket.PING, "x")));
        String close = latin1(bytes(Frame.close(1000, "")));
        var over = new AtomicBoolean();
        try (RawWebSocket undisturbed = siege.open()) {
            CompletableFuture<Integer> echoes = CompletableFuture.supplyAsync(() -> {
                int count = 0;
                try {
                    while (!over.get()) {
                        String text = "echo " + count++;
                        assertThat(undisturbed.text(text).readText()).isEqualTo(text);
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
                return count;
            });
            var random = new Random(6455);
            List<Socket> left = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                var socket = new Socket(InetAddress.getLoopbackAddress(), siege.port());
                String life = open + frames.repeat(random.nextInt(4)) + (i % 7 == 0 ? close : "");
                String said = life.substring(0, random.nextInt(life.length() + 1));
                socket.getOutputStream().write(said.getBytes(StandardCharsets.ISO_8859_1));
                if (said.length() >= open.length() && random.nextBoolean()) {
                    // The first bytes of the 101.
                    assertThat(socket.getInputStream().readNBytes(20)).hasSize(20);
                }
                if (random.nextInt(3) > 0) {
                    socket.setSoLinger(true, 0);
                }
                if (random.nextBoolean()) {
                    socket.close();
                } else {
                    left.add(socket);
                }
            }
            for (Socket socket : left) {
                socket.close();
            }
            Awaitility.await().untilAsserted(() -> {
                assertThat(siege.value(Gauge.SOCKETS)).isEqualTo(2);
                assertThat(siege.value(Gauge.SUBSCRIPTIONS)).isEqualTo(2);
            });
            over.set(true);
            assertThat(echoes.join()).isGreaterThan(100);
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(siege.value(Gauge.CONNECTIONS)).isLessThanOrEqualTo(1));
    }
}
