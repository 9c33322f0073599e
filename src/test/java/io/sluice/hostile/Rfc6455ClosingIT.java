package io.sluice.hostile;

import static io.sluice.hostile.SocketSiege.bytes;
import static io.sluice.hostile.SocketSiege.text;
import static io.sluice.hostile.SocketSiege.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawWebSocket;
import io.sluice.testing.RawWebSocket.Frame;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of a WebSocket (RFC 6455, 7), in order and not: cases in the spirit of the Autobahn suite, 7. */
class Rfc6455ClosingIT {
    private static final int PROTOCOL_ERROR = 1002;
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

    /** How long the server takes to close the connection. */
    private static Duration untilCut(RawWebSocket client) throws IOException {
        long start = System.nanoTime();
        client.expectCut();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3001, 3999, 4000, 4001,
                4999
            })
    void codes_that_may_be_sent_come_back(int code) throws IOException {
        for (String reason : new String[] {"", "bye", "\ud83d\ude00", "x".repeat(123), "\u20ac".repeat(41)}) {
            try (RawWebSocket client = siege.open()) {
                client.close(code, reason);
                assertThat(client.expectClose(code)).isEqualTo(reason);
                assertThat(untilCut(client)).isLessThan(Duration.ofSeconds(2));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 1999, 2000, 2999, 5000, 9999, 32_767, 32_768, 65_535
            })
    void codes_that_may_not_be_sent_are_refused(int code) throws IOException {
        byte[] codeOnly = {(byte) (code >> 8), (byte) code};
        byte[] withReason = {(byte) (code >> 8), (byte) code, 'x'};
        siege.refuses(bytes(Frame.of(RawWebSocket.CLOSE, codeOnly)), PROTOCOL_ERROR);
        siege.refuses(bytes(Frame.of(RawWebSocket.CLOSE, withReason)), PROTOCOL_ERROR);
    }

    @Test
    void half_a_code_is_refused() throws IOException {
        for (byte b : new byte[] {0, 3, (byte) 0xff}) {
            siege.refuses(bytes(Frame.of(RawWebSocket.CLOSE, new byte[] {b})), PROTOCOL_ERROR);
        }
    }

    @Test
    void a_close_without_code_comes_back_as_one() throws IOException {
        try (RawWebSocket client = siege.open()) {
            client.close(RawWebSocket.NO_CODE, "").expectClose(RawWebSocket.NO_CODE);
            assertThat(untilCut(client)).isLessThan(Duration.ofSeconds(2));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"80", "c3", "e282", "c080", "eda080", "f4908080", "cebae1bdb9cf83cebcceb5eda080656469"})
    void reasons_that_are_not_text_are_refused(String hex) throws IOException {
        byte[] content = HexFormat.of().parseHex("03e8" + hex);
        siege.refuses(bytes(Frame.of(RawWebSocket.CLOSE, content)), PROTOCOL_ERROR, NOT_UTF8);
    }

    @Test
    void what_follows_a_close_is_ignored() throws IOException {
        for (Frame late : new Frame[] {
            text(utf8("late")),
            Frame.of(RawWebSocket.PING, "late"),
            Frame.close(1001, "late"),
            Frame.of(3, "not even a frame"),
            text((byte) 0xff)
        }) {
            try (RawWebSocket client = siege.open()) {
                client.raw(bytes(Frame.close(1000, "first"), late, late));
                assertThat(client.expectClose(1000)).isEqualTo("first");
                client.expectCut();
            }
        }
    }

    @Test
    void what_came_before_a_close_is_answered_before_it() throws IOException {
        try (RawWebSocket client = siege.open()) {
            client.raw(bytes(text(utf8("last words")), Frame.of(RawWebSocket.PING, "p"), Frame.close(1000, "")));
            assertThat(client.readText()).isEqualTo("last words");
            assertThat(client.expect(RawWebSocket.PONG).text()).isEqualTo("p");
            client.expectClose(1000);
            client.expectCut();
        }
    }

    @Test
    void a_close_byte_by_byte() throws IOException {
        try (RawWebSocket client = siege.open()) {
            for (byte b : bytes(Frame.close(4321, "slowly"))) {
                client.raw(new byte[] {b});
            }
            assertThat(client.expectClose(4321)).isEqualTo("slowly");
            client.expectCut();
        }
    }

    @Test
    void a_client_that_closes_and_goes_in_one_packet() throws IOException {
        for (int i = 0; i < 100; i++) {
            RawWebSocket client = siege.open();
            client.raw(bytes(text(utf8("x")), Frame.close(1000, "")));
            if (i % 2 == 0) {
                client.closeSocket();
            } else {
                client.reset();
            }
        }
        siege.deserted();
    }

    private static JsonObject closing(int code, String reason) {
        return new JsonObject().put("action", "close").put("code", code).put("reason", reason);
    }

    @Test
    void a_close_that_the_client_answers() throws IOException {
        try (RawWebSocket client = siege.open()) {
            siege.publish(SocketSiege.CHANNEL, closing(4000, "enough"));
            assertThat(client.expectClose(4000)).isEqualTo("enough");
            client.close(4000, "enough");
            assertThat(untilCut(client)).isLessThan(Duration.ofMillis(900));
        }
    }

    @Test
    @Timeout(value = 15, unit = TimeUnit.SECONDS)
    void a_client_that_does_not_answer_a_close_is_cut() throws IOException {
        try (RawWebSocket silent = siege.open();
                RawWebSocket talker = siege.open();
                RawWebSocket broken = siege.open()) {
            siege.publish(SocketSiege.CHANNEL, closing(1000, ""));
            for (RawWebSocket client : new RawWebSocket[] {silent, talker, broken}) {
                client.expectClose(1000);
            }
            // Nothing of this is a close, or keeps the connection.
            talker.text("still here").ping("?").fragments("a", "b");
            broken.raw(bytes(Frame.of(3, "not a frame")));
            assertThat(untilCut(silent)).isLessThan(Duration.ofSeconds(3));
            talker.expectCut();
            broken.expectCut();
        }
        siege.deserted();
    }

    @Test
    void both_close_at_once() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (RawWebSocket client = siege.open()) {
                client.close(1000, "mine");
                siege.publish(SocketSiege.CHANNEL, closing(1000, "yours"));
                assertThat(client.expectClose(1000)).isIn("mine", "yours");
                assertThat(untilCut(client)).isLessThan(Duration.ofSeconds(2));
            }
        }
    }
}
