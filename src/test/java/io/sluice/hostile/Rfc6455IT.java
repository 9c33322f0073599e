package io.sluice.hostile;

import static io.sluice.hostile.SocketSiege.MAX_MESSAGE_BYTES;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames, fragments, pings and sizes as RFC 6455 has them, good and bad: cases in the spirit of the Autobahn suite, 1 to 5 and 9. */
class Rfc6455IT {
    private static final int PROTOCOL_ERROR = 1002;
    private static final int TOO_LARGE = 1009;

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

    private static byte[] content(int length) {
        var content = new byte[length];
        for (int i = 0; i < length; i++) {
            content[i] = (byte) ('a' + i % 26);
        }
        return content;
    }

    // Framing.

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 128, 65_535, 65_536, MAX_MESSAGE_BYTES})
    void all_lengths_come_back_however_they_are_cut(int length) throws IOException {
        try (RawWebSocket client = siege.open()) {
            for (int opcode : new int[] {RawWebSocket.TEXT, RawWebSocket.BINARY}) {
                Frame frame = Frame.of(opcode, content(length));
                for (int part : new int[] {Integer.MAX_VALUE, 1, 2, 7, 997, 4093}) {
                    inParts(client, bytes(frame), part);
                    Frame echo = client.readMessage();
                    assertThat(echo.opcode()).isEqualTo(opcode);
                    assertThat(echo.payload()).isEqualTo(frame.payload());
                }
            }
        }
    }

    /** The first hundred bytes and the last in parts of that size; what is in between of a long frame in larger ones. */
    private static void inParts(RawWebSocket client, byte[] bytes, int part) throws IOException {
        int sent = 0;
        while (sent < bytes.length) {
            boolean edge = sent < 200 || sent > bytes.length - 20;
            int next = edge ? part : Math.max(part, 4093);
            int end = (int) Math.min(bytes.length, (long) sent + next);
            client.raw(Arrays.copyOfRange(bytes, sent, end));
            sent = end;
        }
    }

    @Test
    void many_frames_in_one_packet_come_back_in_order() throws IOException {
        var packet = new ByteArrayOutputStream();
        for (int i = 0; i < 200; i++) {
            packet.writeBytes(bytes(text(utf8("m" + i))));
        }
        try (RawWebSocket client = siege.open()) {
            client.raw(packet.toByteArray());
            for (int i = 0; i < 200; i++) {
                assertThat(client.readText()).isEqualTo("m" + i);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"2,0", "2,1", "2,125", "8,0", "8,125", "8,126", "8,127", "8,65535"})
    void lengths_that_are_not_minimal_are_refused(int lengthBytes, int length) throws IOException {
        Frame frame = binary(content(length));
        siege.refuses(RawWebSocket.encode(frame, true, lengthBytes, length), PROTOCOL_ERROR);
        siege.refuses(RawWebSocket.encode(Frame.of(RawWebSocket.PING, ""), true, 2, 0), PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                -1,
                Long.MIN_VALUE,
                Long.MIN_VALUE + 5,
                0xffff_ffff_0000_0005L,
                MAX_MESSAGE_BYTES + 1,
                Integer.MAX_VALUE,
                1L << 31,
                1L << 32,
                (1L << 32) + 5,
                Long.MAX_VALUE - 10,
                Long.MAX_VALUE
            })
    void lengths_beyond_measure_are_refused_at_once(long length) throws IOException {
        for (Frame frame : new Frame[] {text(utf8("hello")), binary(utf8("hello"))}) {
            siege.refuses(RawWebSocket.encode(frame, true, 8, length), TOO_LARGE, PROTOCOL_ERROR);
        }
    }

    @Test
    void frames_without_mask_are_refused() throws IOException {
        for (Frame frame : new Frame[] {
            text(utf8("hello")),
            text(),
            binary(content(300)),
            binary(content(65_536)),
            Frame.of(RawWebSocket.PING, "x"),
            Frame.close(1000, "")
        }) {
            siege.refuses(RawWebSocket.encode(frame, false), PROTOCOL_ERROR);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void reserved_bits_are_refused(int bits) throws IOException {
        for (int opcode : new int[] {
            RawWebSocket.TEXT, RawWebSocket.BINARY, RawWebSocket.PING, RawWebSocket.PONG, RawWebSocket.CLOSE
        }) {
            siege.refuses(bytes(new Frame(true, bits, opcode, new byte[0])), PROTOCOL_ERROR);
        }
        siege.refuses(bytes(new Frame(false, bits, RawWebSocket.TEXT, utf8("a"))), PROTOCOL_ERROR);
        siege.refuses(
                bytes(text(utf8("a")).unfinished(), new Frame(true, bits, RawWebSocket.CONTINUATION, utf8("b"))),
                PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
    void reserved_opcodes_are_refused(int opcode) throws IOException {
        siege.refuses(bytes(Frame.of(opcode, "")), PROTOCOL_ERROR);
        siege.refuses(bytes(Frame.of(opcode, "hello")), PROTOCOL_ERROR);
        siege.refuses(bytes(Frame.of(opcode, "hello").unfinished()), PROTOCOL_ERROR);
        siege.refuses(bytes(text(utf8("a")).unfinished(), Frame.of(opcode, "b")), PROTOCOL_ERROR);
        try (RawWebSocket client = siege.open()) {
            assertThat(client.text("before").readText()).isEqualTo("before");
            SocketSiege.refuses(client, bytes(Frame.of(opcode, "x"), text(utf8("after"))), PROTOCOL_ERROR);
        }
    }

    /** It would overtake the close. */
    @Test
    void what_follows_a_violation_does_not_reset_the_connection() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (RawWebSocket client = siege.open()) {
                client.raw(bytes(Frame.of(3, "x"), binary(content(60_000)), binary(content(60_000))));
                client.raw(bytes(binary(content(60_000))));
                client.expectClose(PROTOCOL_ERROR);
                client.expectCut();
            }
        }
    }

    // Fragments.

    @Test
    void many_fragments_and_empty_ones_make_one_message() throws IOException {
        byte[] content = content(1000);
        for (int opcode : new int[] {RawWebSocket.TEXT, RawWebSocket.BINARY}) {
            try (RawWebSocket client = siege.open()) {
                var packet = new ByteArrayOutputStream();
                packet.writeBytes(bytes(Frame.of(opcode, "").unfinished()));
                for (byte b : content) {
                    packet.writeBytes(bytes(more(b).unfinished(), more().unfinished()));
                }
                packet.writeBytes(bytes(more()));
                client.raw(packet.toByteArray());
                Frame echo = client.readMessage();
                assertThat(echo.opcode()).isEqualTo(opcode);
                assertThat(echo.payload()).isEqualTo(content);
                client.raw(bytes(Frame.of(opcode, "").unfinished(), more().unfinished(), more()));
                assertThat(client.readMessage().payload()).isEmpty();
            }
        }
    }

    @Test
    void control_frames_between_fragments_are_answered_meanwhile() throws IOException {
        try (RawWebSocket client = siege.open()) {
            client.raw(bytes(text(utf8("a")).unfinished())).ping("1");
            assertThat(client.expect(RawWebSocket.PONG).text()).isEqualTo("1");
            client.pong("nobody asked").raw(bytes(more(utf8("b")).unfinished())).ping("");
            assertThat(client.expect(RawWebSocket.PONG).text()).isEmpty();
            client.raw(bytes(more(utf8("c"))));
            assertThat(client.readText()).isEqualTo("abc");
            client.raw(bytes(text(utf8("d")).unfinished())).close(1000, "in the middle");
            assertThat(client.expectClose(1000)).isEqualTo("in the middle");
            client.expectCut();
        }
    }

    @Test
    void fragments_that_belong_nowhere_are_refused() throws IOException {
        siege.refuses(bytes(more(utf8("a"))), PROTOCOL_ERROR);
        siege.refuses(bytes(more(utf8("a")).unfinished()), PROTOCOL_ERROR);
        siege.refuses(bytes(more()), PROTOCOL_ERROR);
        siege.refuses(bytes(text(utf8("a")).unfinished(), text(utf8("b"))), PROTOCOL_ERROR);
        siege.refuses(bytes(text(utf8("a")).unfinished(), text(utf8("b")).unfinished()), PROTOCOL_ERROR);
        siege.refuses(bytes(binary().unfinished(), text()), PROTOCOL_ERROR);
        siege.refuses(bytes(text(utf8("a")).unfinished(), binary(utf8("b"))), PROTOCOL_ERROR);
        try (RawWebSocket client = siege.open()) {
            assertThat(client.fragments("a", "b").readText()).isEqualTo("ab");
            SocketSiege.refuses(client, bytes(more(utf8("c"))), PROTOCOL_ERROR);
        }
    }

    @Test
    void control_frames_in_fragments_are_refused() throws IOException {
        for (int opcode : new int[] {RawWebSocket.PING, RawWebSocket.PONG, RawWebSocket.CLOSE}) {
            siege.refuses(bytes(Frame.of(opcode, "").unfinished()), PROTOCOL_ERROR);
            siege.refuses(bytes(Frame.of(opcode, "ab").unfinished(), more(utf8("c"))), PROTOCOL_ERROR);
            siege.refuses(
                    bytes(text(utf8("a")).unfinished(), Frame.of(opcode, "ab").unfinished()), PROTOCOL_ERROR);
        }
    }

    // Pings and pongs.

    @Test
    void pings_of_every_length_are_answered_with_what_they_said() throws IOException {
        try (RawWebSocket client = siege.open()) {
            for (int length = 0; length <= 125; length++) {
                byte[] content = content(length);
                if (length > 0) {
                    content[0] = (byte) 0xff;
                }
                client.send(Frame.of(RawWebSocket.PING, content));
                assertThat(client.expect(RawWebSocket.PONG).payload()).isEqualTo(content);
            }
            byte[] ping = bytes(Frame.of(RawWebSocket.PING, content(125)));
            inParts(client, ping, 1);
            assertThat(client.expect(RawWebSocket.PONG).payload()).isEqualTo(content(125));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {126, 127, 65_535, 65_536})
    void control_frames_that_are_too_long_are_refused(int length) throws IOException {
        for (int opcode : new int[] {RawWebSocket.PING, RawWebSocket.PONG, RawWebSocket.CLOSE}) {
            byte[] content = content(length);
            content[0] = 1000 >> 8;
            content[1] = (byte) 1000;
            siege.refuses(bytes(Frame.of(opcode, content)), PROTOCOL_ERROR);
        }
    }

    @Test
    void ten_pings_in_a_row_are_answered_in_order_and_pongs_not() throws IOException {
        try (RawWebSocket client = siege.open()) {
            var packet = new ByteArrayOutputStream();
            for (int i = 0; i < 10; i++) {
                packet.writeBytes(bytes(Frame.of(RawWebSocket.PONG, "x"), Frame.of(RawWebSocket.PING, "p" + i)));
            }
            client.raw(packet.toByteArray());
            for (int i = 0; i < 10; i++) {
                assertThat(client.expect(RawWebSocket.PONG).text()).isEqualTo("p" + i);
            }
            inParts(client, packet.toByteArray(), 1);
            for (int i = 0; i < 10; i++) {
                assertThat(client.expect(RawWebSocket.PONG).text()).isEqualTo("p" + i);
            }
            assertThat(client.text("end").readText()).isEqualTo("end");
        }
    }

    // Sizes.

    @Test
    void one_byte_over_the_limit_is_refused() throws IOException {
        byte[] over = content(MAX_MESSAGE_BYTES + 1);
        byte[] most = content(MAX_MESSAGE_BYTES);
        byte[] half = content(MAX_MESSAGE_BYTES / 2);
        for (int opcode : new int[] {RawWebSocket.TEXT, RawWebSocket.BINARY}) {
            siege.refuses(bytes(Frame.of(opcode, over)), TOO_LARGE);
            siege.refuses(bytes(Frame.of(opcode, most).unfinished(), more(utf8("x"))), TOO_LARGE);
            siege.refuses(bytes(Frame.of(opcode, "x").unfinished(), more(most)), TOO_LARGE);
            siege.refuses(
                    bytes(Frame.of(opcode, half).unfinished(), more(half).unfinished(), more(utf8("x"))), TOO_LARGE);
            try (RawWebSocket client = siege.open()) {
                client.raw(bytes(Frame.of(opcode, half).unfinished(), more(half).unfinished(), more()));
                assertThat(client.readMessage().payload()).hasSize(MAX_MESSAGE_BYTES);
                assertThat(client.text("next").readText()).isEqualTo("next");
            }
        }
    }
}
