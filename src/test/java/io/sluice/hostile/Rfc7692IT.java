package io.sluice.hostile;

import static io.sluice.hostile.SocketSiege.MAX_MESSAGE_BYTES;
import static io.sluice.hostile.SocketSiege.bytes;
import static io.sluice.hostile.SocketSiege.more;
import static io.sluice.hostile.SocketSiege.text;
import static io.sluice.hostile.SocketSiege.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawWebSocket;
import io.sluice.testing.RawWebSocket.Frame;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed messages (RFC 7692), good and bad: cases in the spirit of the Autobahn suite, 12 and 13. */
class Rfc7692IT {
    private static final int PROTOCOL_ERROR = 1002;
    private static final int NOT_UTF8 = 1007;
    private static final int TOO_LARGE = 1009;

    private static SocketSiege siege;

    @BeforeAll
    static void start() throws Exception {
        siege = SocketSiege.start(List.of(), Map.of("websocket.compression", "true"));
    }

    @AfterAll
    static void stop() throws Exception {
        siege.close();
    }

    @AfterEach
    void unharmed() throws IOException {
        siege.unharmed();
    }

    private static RawWebSocket open() throws IOException {
        return siege.upgrade(SocketSiege.CHANNEL)
                .extensions("permessage-deflate; client_max_window_bits")
                .open(siege.port());
    }

    private static void refuses(byte[] sent, int... codes) throws IOException {
        try (RawWebSocket client = open()) {
            SocketSiege.refuses(client, sent, codes);
        }
    }

    // Messages.

    private static byte[] prose(int length) {
        var random = new Random(length);
        var text = new StringBuilder(length + 10);
        while (text.length() < length) {
            text.append(Integer.toString(random.nextInt(1000), 36)).append(' ');
        }
        return utf8(text.substring(0, length));
    }

    private static byte[] noise(int length) {
        var noise = new byte[length];
        new Random(length).nextBytes(noise);
        return noise;
    }

    private static void echoed(RawWebSocket client, int opcode, byte[] message, Frame... frames) throws IOException {
        client.raw(bytes(frames));
        Frame echo = client.readMessage();
        assertThat(echo.opcode()).isEqualTo(opcode);
        byte[] content = echo.rsv() == 0 ? echo.payload() : Deflated.inflate(echo);
        assertThat(content).isEqualTo(message);
        // What is worth it is compressed; small messages need not be.
        assertThat(echo.rsv() == Deflated.RSV1).isEqualTo(message.length >= 128);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16, 64, 127, 128, 256, 1024, 4096, 8192, 8193, 32_768, 65_535, 65_536})
    void messages_of_all_sizes(int length) throws IOException {
        try (RawWebSocket client = open()) {
            for (byte[] message : List.of(prose(length), utf8("a".repeat(length)), new byte[length])) {
                echoed(client, RawWebSocket.TEXT, message, Deflated.frame(RawWebSocket.TEXT, message));
                echoed(client, RawWebSocket.BINARY, message, Deflated.frame(RawWebSocket.BINARY, message));
                echoed(client, RawWebSocket.TEXT, message, text(message));
            }
            byte[] noise = noise(length);
            echoed(client, RawWebSocket.BINARY, noise, Deflated.frame(RawWebSocket.BINARY, noise));
        }
    }

    /** Borders of the compressor's own buffers; a flush that ends just there. */
    @Test
    void noise_of_many_sizes() throws IOException {
        try (RawWebSocket client = open()) {
            for (int length = 8150; length < 8210; length++) {
                byte[] noise = noise(length);
                echoed(client, RawWebSocket.BINARY, noise, SocketSiege.binary(noise));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100})
    void compressed_fragments_with_pings_between(int size) throws IOException {
        byte[] message = prose(2000);
        byte[] compressed = Deflated.deflate(message);
        try (RawWebSocket client = open()) {
            var packet = new ByteArrayOutputStream();
            int pings = 0;
            for (int at = 0; at < compressed.length; at += size) {
                byte[] part = Arrays.copyOfRange(compressed, at, Math.min(at + size, compressed.length));
                Frame frame = at == 0 ? Deflated.raw(RawWebSocket.TEXT, part) : more(part);
                packet.writeBytes(bytes(frame.unfinished()));
                if (at % 50 == 0) {
                    packet.writeBytes(bytes(Frame.of(RawWebSocket.PING, "p" + pings++)));
                }
            }
            packet.writeBytes(bytes(more()));
            client.raw(packet.toByteArray());
            for (int i = 0; i < pings; i++) {
                assertThat(client.expect(RawWebSocket.PONG).text()).isEqualTo("p" + i);
            }
            assertThat(Deflated.inflate(client.readMessage())).isEqualTo(message);
            echoed(client, RawWebSocket.TEXT, utf8("plain"), text(utf8("pl")).unfinished(), more(utf8("ain")));
        }
    }

    /** Each message by itself: the same one twice has the same form, though a window would make the second a few bytes. */
    @Test
    void no_message_knows_of_another() throws IOException {
        byte[] message = prose(5000);
        try (RawWebSocket client = open()) {
            client.raw(bytes(text(message), text(message)));
            Frame first = client.readMessage();
            Frame second = client.readMessage();
            assertThat(Deflated.inflate(first)).isEqualTo(message);
            assertThat(second.payload()).isEqualTo(first.payload());
            var deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
            Frame own = Deflated.raw(RawWebSocket.TEXT, Deflated.deflate(deflater, message));
            Frame referring = Deflated.raw(RawWebSocket.TEXT, Deflated.deflate(deflater, message));
            deflater.end();
            echoed(client, RawWebSocket.TEXT, message, own);
            SocketSiege.refuses(client, bytes(referring), PROTOCOL_ERROR, NOT_UTF8);
        }
    }

    /** The examples of the RFC (7.2.3): blocks of all kinds, two in a message, one that says it is the last. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "f248cdc9c90700",
                "000500faff48656c6c6f00",
                "f348cdc9c9070000",
                "f24805000000ffffcac9c90700",
                // A last block, and then another.
                "f3480500cac9c90700",
                "010200fdff4865000300fcff6c6c6f00",
            })
    void blocks_of_all_kinds(String hex) throws IOException {
        byte[] compressed = HexFormat.of().parseHex(hex);
        try (RawWebSocket client = open()) {
            client.send(Deflated.raw(RawWebSocket.TEXT, compressed));
            assertThat(client.readText()).isEqualTo("Hello");
        }
    }

    @ParameterizedTest
    @CsvSource({
        // reserved block type
        "07",
        "ffffffffffffffff",
        // lengths that do not match
        "000500000048656c6c6f00",
        // a distance into nothing
        "f20011000000",
        // broken off within a block
        "f248cd",
        "f248cdc9",
        "000500faff4865",
        "ed",
        "78daf348cdc9c9070005f101f5",
    })
    void what_is_no_compressed_message_is_refused(String hex) throws IOException {
        byte[] compressed = HexFormat.of().parseHex(hex);
        for (int opcode : new int[] {RawWebSocket.TEXT, RawWebSocket.BINARY}) {
            refuses(bytes(Deflated.raw(opcode, compressed)), PROTOCOL_ERROR, NOT_UTF8);
        }
    }

    /** As the JDK's own inflater finds: broken, or a message. */
    @Test
    void noise_is_refused_or_harmless() throws IOException {
        int refused = 0;
        for (int i = 0; i < 200; i++) {
            try (RawWebSocket client = open()) {
                var noise = new byte[20];
                new Random(i).nextBytes(noise);
                client.send(Deflated.raw(RawWebSocket.BINARY, noise));
                Frame answer = client.readFrame();
                if (answer.opcode() == RawWebSocket.CLOSE) {
                    assertThat(answer.code()).isEqualTo(PROTOCOL_ERROR);
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(100);
    }

    @Test
    void reserved_bits_elsewhere_are_refused() throws IOException {
        byte[] hello = Deflated.deflate(utf8("hello"));
        for (int bits = 1; bits < 8; bits++) {
            if (bits != Deflated.RSV1) {
                refuses(bytes(new Frame(true, bits, RawWebSocket.TEXT, hello)), PROTOCOL_ERROR);
            }
            refuses(bytes(new Frame(true, bits, RawWebSocket.PING, hello)), PROTOCOL_ERROR);
            refuses(bytes(new Frame(true, bits, RawWebSocket.PONG, hello)), PROTOCOL_ERROR);
            refuses(bytes(new Frame(true, bits, RawWebSocket.CLOSE, new byte[0])), PROTOCOL_ERROR);
            Frame rest = new Frame(true, bits, RawWebSocket.CONTINUATION, hello);
            refuses(bytes(text(utf8("a")).unfinished(), rest), PROTOCOL_ERROR);
            refuses(bytes(Deflated.raw(RawWebSocket.TEXT, hello).unfinished(), rest), PROTOCOL_ERROR);
        }
    }

    @Test
    void text_is_checked_when_it_is_inflated() throws IOException {
        for (String hex : List.of("ff", "c3", "e282", "eda080", "f4908080")) {
            byte[] broken = HexFormat.of().parseHex(hex);
            refuses(bytes(Deflated.frame(RawWebSocket.TEXT, broken)), NOT_UTF8);
            try (RawWebSocket client = open()) {
                echoed(client, RawWebSocket.BINARY, broken, Deflated.frame(RawWebSocket.BINARY, broken));
            }
        }
    }

    // Sizes.

    @Test
    void the_limit_is_on_what_comes_out() throws IOException {
        try (RawWebSocket client = open()) {
            byte[] most = new byte[MAX_MESSAGE_BYTES];
            echoed(client, RawWebSocket.BINARY, most, Deflated.frame(RawWebSocket.BINARY, most));
        }
        refuses(bytes(Deflated.frame(RawWebSocket.BINARY, new byte[MAX_MESSAGE_BYTES + 1])), TOO_LARGE);
        refuses(bytes(Deflated.raw(RawWebSocket.BINARY, noise(MAX_MESSAGE_BYTES + 1))), TOO_LARGE);
    }

    @Test
    void bombs_do_not_go_off() throws IOException {
        byte[] bomb = Deflated.deflate(new byte[64 << 20]);
        byte[] dud = Deflated.deflate(noise(bomb.length - 100));
        assertThat(bomb.length).isLessThan(MAX_MESSAGE_BYTES);
        refuses(bytes(Deflated.raw(RawWebSocket.BINARY, bomb)), TOO_LARGE);
        long start = allocatedElsewhere();
        for (int i = 0; i < 20; i++) {
            try (RawWebSocket client = open()) {
                client.send(Deflated.raw(RawWebSocket.BINARY, dud)).readBinary();
            }
        }
        long before = allocatedElsewhere();
        for (int i = 0; i < 20; i++) {
            refuses(bytes(Deflated.raw(RawWebSocket.TEXT, bomb)), TOO_LARGE);
        }
        // More than a gigabyte, if they did; the leak detector takes some as well.
        assertThat(allocatedElsewhere() - before).isLessThan(before - start + (64 << 20));
    }

    /** What all threads but this one have ever taken from the heap. */
    private static long allocatedElsewhere() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long own = Thread.currentThread().getId();
        return Arrays.stream(threads.getThreadAllocatedBytes(Arrays.stream(threads.getAllThreadIds())
                        .filter(id -> id != own)
                        .toArray()))
                .filter(bytes -> bytes > 0)
                .sum();
    }

    // Publishing.

    @Test
    void a_published_message_reaches_compressed_and_plain_subscribers() throws IOException {
        String large = new String(prose(3000), java.nio.charset.StandardCharsets.UTF_8);
        try (RawWebSocket first = open();
                RawWebSocket plain = siege.open();
                RawWebSocket second = open()) {
            siege.publish(SocketSiege.CHANNEL, new JsonObject().put("content", large));
            siege.publish(SocketSiege.CHANNEL, new JsonObject().put("content", "small"));
            siege.publish(SocketSiege.CHANNEL, new JsonObject().put("content-bin", "AAECAw=="));
            for (RawWebSocket client : List.of(first, second)) {
                Frame message = client.readMessage();
                assertThat(message.opcode()).isEqualTo(RawWebSocket.TEXT);
                assertThat(message.payload().length).isLessThan(large.length());
                assertThat(Deflated.inflate(message)).isEqualTo(utf8(large));
            }
            assertThat(plain.expect(RawWebSocket.TEXT).text()).isEqualTo(large);
            for (RawWebSocket client : List.of(first, plain, second)) {
                Frame small = client.readMessage();
                assertThat(small.rsv()).isZero();
                assertThat(small.text()).isEqualTo("small");
                assertThat(client.readBinary()).containsExactly(0, 1, 2, 3);
            }
        }
    }
}
