package io.sluice.hostile;

import static io.sluice.hostile.SocketSiege.binary;
import static io.sluice.hostile.SocketSiege.bytes;
import static io.sluice.hostile.SocketSiege.more;
import static io.sluice.hostile.SocketSiege.text;
import static io.sluice.hostile.SocketSiege.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawWebSocket;
import io.sluice.testing.RawWebSocket.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text is UTF-8 (RFC 6455, 8.1), over all borders of frames and packets: cases in the spirit of the Autobahn suite, 6. */
class Rfc6455TextIT {
    private static final int NOT_UTF8 = 1007;

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
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "\u0000",
                "\u03ba\u1f79\u03c3\u03bc\u03b5",
                "a\ud83d\ude00b",
                "\u007f\u0080\u07ff\u0800\ud7ff\ue000\ufffd\ufffe\uffff",
                "\ud800\udc00\udbff\udfff\ud83f\udfff\udbff\udffe",
                "\ufeffbyte order mark",
                "Hello-\u00b5@\u00df\u00f6\u00e4\u00fc\u00e0\u00e1-UTF-8!!",
            })
    void text_comes_back_wherever_it_is_cut(String text) throws IOException {
        byte[] content = utf8(text);
        try (RawWebSocket client = siege.open()) {
            for (int i = 0; i <= content.length; i++) {
                for (int j = i; j <= Math.min(content.length, i + 4); j++) {
                    client.raw(bytes(
                            text(Arrays.copyOf(content, i)).unfinished(),
                            more(Arrays.copyOfRange(content, i, j)).unfinished(),
                            more(Arrays.copyOfRange(content, j, content.length))));
                    assertThat(client.readText()).isEqualTo(text);
                }
            }
            var single = new ByteArrayOutputStream();
            single.writeBytes(bytes(text().unfinished()));
            for (byte b : content) {
                single.writeBytes(bytes(more(b).unfinished()));
            }
            single.writeBytes(bytes(more()));
            for (byte b : single.toByteArray()) {
                client.raw(new byte[] {b});
            }
            assertThat(client.readText()).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // not the start of anything
                "80",
                "bf",
                "8081",
                "fe",
                "ff",
                "fefeffff",
                // more bytes than needed
                "c080",
                "c0af",
                "c1bf",
                "e08080",
                "e080af",
                "e09fbf",
                "f0808080",
                "f08080af",
                "f08fbfbf",
                // surrogates
                "eda080",
                "edadbf",
                "edae80",
                "edafbf",
                "edb080",
                "edbfbf",
                "eda080edb080",
                "edafbfedbfbf",
                // beyond U+10FFFF
                "f4908080",
                "f5808080",
                "f7bfbfbf",
                "f888808080",
                "fbbfbfbfbf",
                "fc8480808080",
                "fdbfbfbfbfbf",
                // broken off in the middle
                "c3c3a9",
                "e282e282ac",
                "f09f98f09f9880",
                "c33d",
                "e2823d",
                "f09f983d",
                "cebae1bdb9cf83cebcceb5eda080656469746564",
            })
    void what_is_no_text_is_refused_as_soon_as_that_is_plain(String hex) throws IOException {
        byte[] content = HexFormat.of().parseHex(hex);
        siege.refuses(bytes(text(content)), NOT_UTF8);
        // Not complete: more frames could follow, but would not help.
        siege.refuses(bytes(text(content).unfinished()), NOT_UTF8);
        siege.refuses(bytes(text(utf8("a")).unfinished(), more(content).unfinished()), NOT_UTF8);
        byte[] long1 = Arrays.copyOf(utf8("x".repeat(1000)), 1000 + content.length);
        System.arraycopy(content, 0, long1, 1000, content.length);
        siege.refuses(bytes(text(long1)), NOT_UTF8);
        for (int i = 1; i < content.length; i++) {
            siege.refuses(
                    bytes(
                            text(Arrays.copyOf(content, i)).unfinished(),
                            more(Arrays.copyOfRange(content, i, content.length))),
                    NOT_UTF8);
        }
        try (RawWebSocket client = siege.open()) {
            client.raw(bytes(binary(content), binary(content).unfinished(), more(content)));
            assertThat(client.readBinary()).isEqualTo(content);
            assertThat(client.readBinary()).hasSize(2 * content.length).startsWith(content);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"c3", "e2", "e282", "f0", "f09f", "f09f98", "68656c6c6fc3", "e282ace2", "f09f9880f09f98"})
    void text_that_ends_in_the_middle_of_a_character_is_refused(String hex) throws IOException {
        byte[] content = HexFormat.of().parseHex(hex);
        siege.refuses(bytes(text(content)), NOT_UTF8);
        siege.refuses(bytes(text(content).unfinished(), more()), NOT_UTF8);
        siege.refuses(bytes(text().unfinished(), more(content).unfinished(), more()), NOT_UTF8);
        siege.refuses(bytes(text().unfinished(), more(content)), NOT_UTF8);
    }

    /** What is left of a character in one message is not taken for the start of the next. */
    @Test
    void messages_do_not_complete_each_other() throws IOException {
        try (RawWebSocket client = siege.open()) {
            client.raw(bytes(
                    binary((byte) 0xe2).unfinished(), Frame.of(RawWebSocket.PING, new byte[] {(byte) 0x82}), more((byte)
                            0x82)));
            assertThat(client.expect(RawWebSocket.PONG).payload()).containsExactly(0x82);
            assertThat(client.readBinary()).containsExactly(0xe2, 0x82);
            SocketSiege.refuses(client, bytes(text((byte) 0xac)), NOT_UTF8);
        }
    }

    /** Control frames have no part in it. */
    @Test
    void a_ping_within_a_character() throws IOException {
        try (RawWebSocket client = siege.open()) {
            client.raw(bytes(
                    text((byte) 0xe2).unfinished(),
                    Frame.of(RawWebSocket.PING, new byte[] {(byte) 0xff}),
                    more((byte) 0x82).unfinished(),
                    Frame.of(RawWebSocket.PING, "x"),
                    more((byte) 0xac)));
            client.expect(RawWebSocket.PONG);
            client.expect(RawWebSocket.PONG);
            assertThat(client.readText()).isEqualTo("\u20ac");
        }
    }
}
