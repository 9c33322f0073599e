package io.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.testing.RawWebSocket;
import io.sluice.testing.RawWebSocket.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of WebSockets over HTTP, both ways (GRIP, WebSocket-over-HTTP, behaviour). */
abstract class WebSocketMessageCases extends WebSocketCases {
    @Test
    void textAndBinary() throws Exception {
        WohOrigin woh = opening()
                .then(WsEvent.text("zwei \u00fc"), WsEvent.binary((byte) 0, (byte) '\r', (byte) '\n', (byte) 255));
        try (RawWebSocket client = open(WOH)) {
            client.text("eins \u00e4");
            assertThat(client.readText()).isEqualTo("zwei \u00fc");
            assertThat(client.readBinary()).containsExactly(0, '\r', '\n', 255);
            client.binary((byte) 0, (byte) '\r', (byte) '\n', (byte) 254);
            assertThat(woh.events(1)).containsExactly("TEXT eins \u00e4");
            assertThat(woh.events(2)).containsExactly("BINARY 000d0afe");
        }
    }

    @Test
    void fragmentsAreJoined() throws Exception {
        WohOrigin woh = opening();
        try (RawWebSocket client = open(WOH)) {
            client.fragments("hel", "", "lo ", "world");
            client.send(new Frame(false, 0, RawWebSocket.BINARY, new byte[] {1}));
            client.send(new Frame(true, 0, RawWebSocket.CONTINUATION, new byte[] {2}));
            woh.awaitEvents("OPEN", "TEXT hello world", "BINARY 0102");
        }
    }

    /** A control frame may be between fragments; 1.36 cuts the client. */
    @Test
    void aPingBetweenFragments() throws Exception {
        WohOrigin woh = opening();
        try (RawWebSocket client = open(WOH)) {
            client.send(Frame.of(RawWebSocket.TEXT, "hello ").unfinished()).ping("between");
            if (isSluice()) {
                client.send(Frame.of(RawWebSocket.CONTINUATION, "world"));
                await().untilAsserted(() ->
                        assertThat(woh.events()).containsExactlyInAnyOrder("OPEN", "PING between", "TEXT hello world"));
            } else {
                client.expectCut();
            }
        }
    }

    /** Both ways as events: nobody answers a ping but the origin. */
    @Test
    void pingsAndPongs() throws Exception {
        WohOrigin woh = opening().then(WsEvent.of("PONG", "a"), WsEvent.of("PING", "b"), WsEvent.of("PING", ""));
        try (RawWebSocket client = open(WOH)) {
            client.ping("a");
            assertThat(client.expect(RawWebSocket.PONG).text()).isEqualTo("a");
            assertThat(client.expect(RawWebSocket.PING).text()).isEqualTo("b");
            assertThat(client.expect(RawWebSocket.PING).text()).isEmpty();
            client.pong("b");
            client.pong("");
            woh.awaitEvents("OPEN", "PING a", "PONG b", "PONG");
        }
    }

    /** One request at a time; what comes meanwhile is in the next, in order. */
    @Test
    void whatComesMeanwhileIsInTheNext() throws Exception {
        var go = new CountDownLatch(1);
        WohOrigin woh = opening().then(go);
        try (RawWebSocket client = open(WOH)) {
            client.text("first");
            woh.request(1);
            var expected = new ArrayList<>(List.of("OPEN", "TEXT first"));
            for (int i = 0; i < 50; i++) {
                client.text("m" + i);
                expected.add("TEXT m" + i);
            }
            client.binary((byte) 1);
            client.ping("last");
            expected.add("BINARY 01");
            expected.add("PING last");
            go.countDown();
            woh.awaitEvents(expected.toArray(String[]::new));
            assertThat(origin().received(path)).hasSizeLessThan(10);
        }
    }

    @Test
    void oneEventARequest() throws Exception {
        var go = new CountDownLatch(1);
        WohOrigin woh = opening().then(go);
        try (RawWebSocket client = open("woh-one.test")) {
            client.text("first");
            woh.request(1);
            client.text("second").text("").text("").text("third").binary((byte) 1);
            go.countDown();
            woh.awaitEvents("OPEN", "TEXT first", "TEXT second", "TEXT", "TEXT", "TEXT third", "BINARY 01");
            assertThat(origin().received(path)).hasSize(7);
        }
    }

    @Test
    void emptyMessages() throws Exception {
        WohOrigin woh = opening().then(WsEvent.text(""), WsEvent.binary(), WsEvent.text("end"));
        try (RawWebSocket client = open(WOH)) {
            client.text("");
            assertThat(client.readText()).isEmpty();
            assertThat(client.readBinary()).isEmpty();
            assertThat(client.readText()).isEqualTo("end");
            client.binary();
            woh.awaitEvents("OPEN", "TEXT", "BINARY");
        }
    }

    /** An origin may write the length of nothing. */
    @Test
    void lengthsOfNothing() throws Exception {
        WohOrigin woh = overHttp()
                .then(Answer.ok(
                        "OPEN 0\r\n\r\nTEXT 0\r\n\r\nTEXT 00A\r\n0123456789\r\nUNKNOWN 3\r\nabc\r\nunknown\r\ntext 1\r\nx\r\nTEXT 3\r\nend\r\n",
                        "Content-Type: " + WohOrigin.TYPE));
        try (RawWebSocket client = open(WOH)) {
            assertThat(client.readText()).isEmpty();
            assertThat(client.readText()).isEqualTo("0123456789");
            assertThat(client.readText()).isEqualTo("end");
            assertThat(woh.events()).containsExactly("OPEN");
        }
    }

    /** Pushpin sends frames of at most 16384 bytes, and 1.36 gets stuck behind the second. */
    @ParameterizedTest
    @ValueSource(ints = {800, 5_000})
    void largeToTheClient(int times) throws Exception {
        assumeTrue(isSluice() || times == 800);
        String large = "0123456789".repeat(times);
        opening().then(WsEvent.text(large), WsEvent.text("end"));
        try (RawWebSocket client = open(WOH)) {
            client.text("go");
            var text = new StringBuilder();
            Frame frame = client.readFrame();
            assertThat(frame.opcode()).isEqualTo(RawWebSocket.TEXT);
            assertThat(frame.payload()).hasSizeLessThanOrEqualTo(isSluice() ? large.length() : 16_384);
            text.append(frame.text());
            while (!frame.fin()) {
                frame = client.readFrame();
                assertThat(frame.opcode()).isEqualTo(RawWebSocket.CONTINUATION);
                text.append(frame.text());
            }
            assertThat(text.toString().equals(large)).isTrue();
            assertThat(client.readText()).isEqualTo("end");
        }
    }

    @Test
    void largeToTheOrigin() throws Exception {
        String large = "0123456789".repeat(10_000);
        WohOrigin woh = opening();
        try (RawWebSocket client = open(WOH)) {
            client.text(large).text("end");
            await().untilAsserted(() -> assertThat(woh.events()).endsWith("TEXT end"));
            assertThat(woh.events().equals(List.of("OPEN", "TEXT " + large, "TEXT end")))
                    .isTrue();
        }
    }

    /** No client message, no request: a silent connection costs the origin nothing. */
    @Test
    void noPollsWithoutAnInterval() throws Exception {
        WohOrigin woh = opening("Keep-Alive-Interval: x").then(WsEvent.text("1"));
        try (RawWebSocket client = open(WOH)) {
            client.text("a").readText();
            assertThat(origin().received(path)).hasSize(2);
            assertThat(woh.events(1)).containsExactly("TEXT a");
        }
    }

    /** Since Pushpin 1.41: the origin takes a part, and is offered the rest with what comes next. */
    @Test
    void aPartIsAccepted() throws Exception {
        assumeTrue(isSluice(), "Pushpin 1.36 does not know Content-Bytes-Accepted");
        WohOrigin woh = opening()
                .then(WohOrigin.answer(List.of("Content-Bytes-Accepted: 5"), WsEvent.text("taken")))
                .then(WsEvent.text("[ok]"));
        try (RawWebSocket client = open(WOH)) {
            client.text("[foo][hello");
            assertThat(client.readText()).isEqualTo("taken");
            client.text(" world]");
            assertThat(client.readText()).isEqualTo("[ok]");
            assertThat(woh.events(1)).containsExactly("TEXT [foo][hello");
            assertThat(woh.request(1).header("Content-Bytes-Replayed")).isNull();
            assertThat(woh.request(2).text()).isEqualTo("TEXT 6\r\n[hello\r\nTEXT 7\r\n world]\r\n");
            assertThat(woh.request(2).header("Content-Bytes-Replayed")).isEqualTo("6");
            client.text("next");
            assertThat(woh.events(3)).containsExactly("TEXT next");
            assertThat(woh.request(3).header("Content-Bytes-Replayed")).isNull();
        }
    }

    /** Nothing is taken of two messages, then the first and a bit. */
    @Test
    void nothingAndThenAPartIsAccepted() throws Exception {
        assumeTrue(isSluice(), "Pushpin 1.36 does not know Content-Bytes-Accepted");
        WohOrigin woh = opening()
                .then(WohOrigin.answer(List.of("Content-Bytes-Accepted: 0"), WsEvent.text("1")))
                .then(WohOrigin.answer(List.of("Content-Bytes-Accepted: 4"), WsEvent.text("2")))
                .then(WsEvent.text("3"));
        try (RawWebSocket client = open(WOH)) {
            client.text("one").readText();
            client.text("two").readText();
            client.text("three").readText();
            assertThat(woh.events(2)).containsExactly("TEXT one", "TEXT two");
            assertThat(woh.request(2).header("Content-Bytes-Replayed")).isEqualTo("3");
            assertThat(woh.events(3)).containsExactly("TEXT wo", "TEXT three");
            assertThat(woh.request(3).header("Content-Bytes-Replayed")).isEqualTo("2");
        }
    }

    @Test
    void moreIsAcceptedThanWasOffered() throws Exception {
        assumeTrue(isSluice(), "Pushpin 1.36 does not know Content-Bytes-Accepted");
        opening().then(WohOrigin.answer(List.of("Content-Bytes-Accepted: 6")));
        try (RawWebSocket client = open(WOH)) {
            expectFailed(client.text("hello"));
        }
    }
}
