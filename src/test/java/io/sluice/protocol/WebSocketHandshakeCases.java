package io.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.testing.RawUpgrade;
import io.sluice.testing.RawWebSocket;
import io.sluice.testing.RawWebSocket.Frame;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Upgrade requests and frames that are wrong, and what is right though it looks odd (RFC 6455; GRIP, WebSocket server side). */
abstract class WebSocketHandshakeCases extends WebSocketCases {
    /** 1.36 closes without a word. */
    private void bad(RawUpgrade upgrade) throws IOException {
        bad(upgrade, 400);
    }

    private void bad(RawUpgrade upgrade, int status) throws IOException {
        opening();
        if (isSluice()) {
            RawWebSocket.Response response = upgrade.refused(port());
            assertThat(response.status()).isEqualTo(status);
            assertThat(response.header("Content-Type")).startsWith("text/plain");
            assertThat(response.text()).isNotEmpty();
        } else {
            assertThatThrownBy(() -> upgrade.refused(port())).isInstanceOf(EOFException.class);
        }
        assertThat(origin().received(path)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Sec-WebSocket-Version", "Sec-WebSocket-Key"})
    void aLineIsMissing(String name) throws IOException {
        bad(upgrade(WOH).without(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"8", "14", "x"})
    void anotherVersion(String version) throws IOException {
        bad(upgrade(WOH).header("Sec-WebSocket-Version: " + version), 426);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT"})
    void anotherMethod(String method) throws IOException {
        bad(upgrade(WOH).method(method));
    }

    @Test
    void aBody() throws IOException {
        bad(upgrade(WOH).header("Content-Length: 5").body("hello"));
    }

    /** 1.36 refuses any length. */
    @Test
    void anEmptyBody() throws IOException {
        assumeTrue(isSluice());
        opens(upgrade(WOH).header("Content-Length: 0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection: keep-alive, Upgrade", "Connection: upgrade"})
    void oddAndGood(String line) throws IOException {
        opens(upgrade(WOH).header(line));
    }

    /** 16 bytes in base64 are asked for. 1.36 takes anything. */
    @Test
    void aShortKey() throws IOException {
        RawUpgrade upgrade = upgrade(WOH).header("Sec-WebSocket-Key: abcde");
        if (isSluice()) {
            bad(upgrade);
        } else {
            opens(upgrade);
        }
    }

    /** To 1.36 that is a request like any other. */
    @ParameterizedTest
    @ValueSource(strings = {"WebSocket", "WEBSOCKET"})
    void theNameInAnyCase(String name) throws IOException {
        RawUpgrade upgrade = upgrade(WOH).header("Upgrade: " + name);
        if (isSluice()) {
            opens(upgrade);
        } else {
            origin().on(path, request -> Answer.ok(request.method()));
            assertThat(upgrade.refused(port()).text()).isEqualTo("GET");
        }
    }

    @Test
    void anotherUpgradeIsNone() throws IOException {
        origin().on(path, request -> Answer.ok(request.method()));
        RawWebSocket.Response response = upgrade(WOH).header("Upgrade: h2c").refused(port());
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("GET");
    }

    /** None is granted as the servers are configured here. */
    @Test
    void extensionsAreNotGranted() throws IOException {
        opening();
        try (RawWebSocket client = upgrade(WOH)
                .extensions("permessage-deflate, grip, x-other; a=1")
                .send(port())) {
            RawWebSocket.Response response = client.readResponse();
            assertThat(response.status()).isEqualTo(101);
            assertThat(response.header("Sec-WebSocket-Extensions")).isNull();
        }
    }

    private void opens(RawUpgrade upgrade) throws IOException {
        WohOrigin woh = opening();
        try (RawWebSocket client = upgrade.open(port())) {
            client.text("good");
            assertThat(woh.events(1)).containsExactly("TEXT good");
        }
    }

    static Stream<Arguments> brokenFrames() {
        byte[] x = {'x'};
        return Stream.of(
                Arguments.of("RSV1 without an extension", RawWebSocket.encode(new Frame(true, 4, 1, x), true)),
                Arguments.of("data opcode 3", RawWebSocket.encode(Frame.of(3, "x"), true)),
                Arguments.of("control opcode 11", RawWebSocket.encode(Frame.of(11, "x"), true)),
                Arguments.of("a long ping", RawWebSocket.encode(Frame.of(RawWebSocket.PING, "x".repeat(126)), true)),
                Arguments.of(
                        "half a ping",
                        RawWebSocket.encode(Frame.of(RawWebSocket.PING, "x").unfinished(), true)),
                Arguments.of(
                        "nothing to continue", RawWebSocket.encode(Frame.of(RawWebSocket.CONTINUATION, "x"), true)));
    }

    /** The client is cut, with or without a word. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenFrames")
    void brokenFrame(String what, byte[] bytes) throws Exception {
        WohOrigin woh = opening();
        try (RawWebSocket client = open(WOH)) {
            client.raw(bytes);
            assertThat(untilEnd(client)).as(what).allMatch(event -> event.startsWith("CLOSE 1002"));
            woh.awaitEvents("OPEN", "DISCONNECT");
        }
    }

    static Stream<Arguments> frames136Takes() {
        byte[] x = {'x'};
        return Stream.of(
                Arguments.of("unmasked", RawWebSocket.encode(Frame.of(RawWebSocket.TEXT, "x"), false)),
                Arguments.of("RSV3", RawWebSocket.encode(new Frame(true, 1, 1, x), true)),
                Arguments.of("RSV2", RawWebSocket.encode(new Frame(true, 2, 1, x), true)));
    }

    /** Wrong, and Pushpin 1.36 takes it. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("frames136Takes")
    void brokenFrameThatPushpinTakes(String what, byte[] bytes) throws Exception {
        WohOrigin woh = opening();
        try (RawWebSocket client = open(WOH)) {
            client.raw(bytes);
            if (isSluice()) {
                assertThat(untilEnd(client)).as(what).allMatch(event -> event.startsWith("CLOSE 1002"));
                woh.awaitEvents("OPEN", "DISCONNECT");
            } else {
                woh.awaitEvents("OPEN", "TEXT x");
            }
        }
    }

    /** A message in another: the first is never finished. */
    @Test
    void aMessageBetweenFragments() throws Exception {
        WohOrigin woh = opening();
        try (RawWebSocket client = open(WOH)) {
            client.send(Frame.of(RawWebSocket.TEXT, "a").unfinished()).text("b");
            assertThat(untilEnd(client)).allMatch(event -> event.startsWith("CLOSE 1002"));
            woh.awaitEvents("OPEN", "DISCONNECT");
        }
    }

    /** More than there can be: not waited for. 1.36 waits. */
    @Test
    void aFrameOfNegativeLength() throws Exception {
        assumeTrue(isSluice());
        opening();
        try (RawWebSocket client = open(WOH)) {
            client.raw(RawWebSocket.encode(Frame.of(RawWebSocket.TEXT, "x"), true, 8, -1));
            assertThat(untilEnd(client)).allMatch(event -> event.startsWith("CLOSE 10"));
        }
    }

    /** A whole head at once, and each byte alone. */
    @Test
    void bytesOneByOne() throws Exception {
        WohOrigin woh = opening();
        try (RawWebSocket client = open(WOH)) {
            for (byte b : RawWebSocket.encode(Frame.of(RawWebSocket.TEXT, "slow"), true)) {
                client.raw(new byte[] {b});
            }
            byte[] two = (new String(
                                    RawWebSocket.encode(Frame.of(RawWebSocket.TEXT, "one"), true),
                                    StandardCharsets.ISO_8859_1)
                            + new String(
                                    RawWebSocket.encode(Frame.of(RawWebSocket.TEXT, "two"), true),
                                    StandardCharsets.ISO_8859_1))
                    .getBytes(StandardCharsets.ISO_8859_1);
            client.raw(two);
            ProtocolCases.await()
                    .untilAsserted(() ->
                            assertThat(woh.events()).isEqualTo(List.of("OPEN", "TEXT slow", "TEXT one", "TEXT two")));
        }
    }
}
