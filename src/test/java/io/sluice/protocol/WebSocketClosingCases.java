package io.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawWebSocket;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ends of WebSockets over HTTP: orderly from either side, and cuts. */
abstract class WebSocketClosingCases extends WebSocketCases {
    @ParameterizedTest
    @CsvSource({"1000, bye", "1000, ''", "1001, 'zwei \u00fc'", "3000, x", "4999, x"})
    void byTheClient(int code, String reason) throws Exception {
        WohOrigin woh = opening();
        try (RawWebSocket client = open(WOH)) {
            client.close(code, reason);
            assertThat(client.expectClose(code)).isEqualTo(reason);
            client.expectCut();
            woh.awaitEvents("OPEN", ("CLOSE " + code + " " + reason).strip());
        }
    }

    @Test
    void byTheClientWithoutACode() throws Exception {
        WohOrigin woh = opening();
        try (RawWebSocket client = open(WOH)) {
            client.close(RawWebSocket.NO_CODE, "");
            client.expectClose(isSluice() ? RawWebSocket.NO_CODE : 1000); // 1.36 makes one up
            client.expectCut();
            woh.awaitEvents("OPEN", "CLOSE");
        }
    }

    /** The origin's code is the one that the client gets. */
    @Test
    void byTheClientAnsweredOtherwise() throws Exception {
        opening().then(WsEvent.text("last words"), WsEvent.close(4001, "mine"));
        try (RawWebSocket client = open(WOH)) {
            client.close(1000, "bye");
            assertThat(untilEnd(client)).containsExactly("TEXT last words", "CLOSE 4001 mine");
        }
    }

    /** Messages before the close in the same request. */
    @Test
    void behindMessages() throws Exception {
        var go = new CountDownLatch(1);
        WohOrigin woh = opening().then(go);
        try (RawWebSocket client = open(WOH)) {
            client.text("1");
            woh.request(1);
            client.text("2").text("3").close(1000, "");
            go.countDown();
            client.expectClose(1000);
            woh.awaitEvents("OPEN", "TEXT 1", "TEXT 2", "TEXT 3", "CLOSE 1000");
        }
    }

    /** An origin that says nothing to a close, and does not poll: Pushpin cuts, Sluice answers as the client closed. */
    @Test
    void anUnansweredClose() throws Exception {
        WohOrigin woh = opening().then(WsEvent.text("not a close"));
        try (RawWebSocket client = open(WOH)) {
            client.close(1000, "");
            if (isSluice()) {
                assertThat(untilEnd(client)).containsExactly("TEXT not a close", "CLOSE 1000");
            } else {
                assertThat(untilEnd(client)).noneMatch(event -> event.startsWith("CLOSE"));
            }
            assertThat(woh.events()).startsWith("OPEN", "CLOSE 1000");
        }
    }

    @ParameterizedTest
    @CsvSource({"1000, bye", "1001, ''", "1011, 'zwei \u00fc'", "4999, x"})
    void byTheOrigin(int code, String reason) throws Exception {
        WohOrigin woh = opening().then(WsEvent.text("1"), WsEvent.close(code, reason), WsEvent.text("too late"));
        try (RawWebSocket client = open(WOH)) {
            client.text("go");
            assertThat(client.readText()).isEqualTo("1");
            assertThat(client.expectClose(code)).isEqualTo(reason);
            client.close(code, reason);
            client.expectCut();
            woh.awaitEvents("OPEN", "TEXT go", ("CLOSE " + code + " " + reason).strip());
        }
    }

    @Test
    void byTheOriginWithoutACode() throws Exception {
        WohOrigin woh = opening().then(WsEvent.CLOSE);
        try (RawWebSocket client = open(WOH)) {
            client.text("go");
            client.expectClose(isSluice() ? RawWebSocket.NO_CODE : 1000); // 1.36 makes one up
            client.close(RawWebSocket.NO_CODE, "");
            client.expectCut();
            await().untilAsserted(
                            () -> assertThat(woh.events(2)).hasSize(1).allMatch(event -> event.startsWith("CLOSE")));
        }
    }

    @Test
    void withTheOpening() throws Exception {
        WohOrigin woh = overHttp().then(WsEvent.OPEN, WsEvent.text("1"), WsEvent.close(4000, "no"));
        try (RawWebSocket client = open(WOH)) {
            assertThat(client.readText()).isEqualTo("1");
            assertThat(client.expectClose(4000)).isEqualTo("no");
            client.close(4000, "no");
            client.expectCut();
            woh.awaitEvents("OPEN", "CLOSE 4000 no");
        }
    }

    @Test
    void disconnectOfTheOrigin() throws Exception {
        WohOrigin woh = opening().then(WsEvent.text("1"), WsEvent.DISCONNECT, WsEvent.text("too late"));
        try (RawWebSocket client = open(WOH)) {
            client.text("go");
            assertThat(untilEnd(client)).isSubsetOf("TEXT 1"); // 1.36 loses it
            assertThat(woh.events()).startsWith("OPEN", "TEXT go");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theClientVanishes(boolean reset) throws Exception {
        WohOrigin woh = opening();
        RawWebSocket client = open(WOH);
        client.text("1");
        woh.request(1);
        if (reset) {
            client.reset();
        } else {
            client.closeSocket();
        }
        woh.awaitEvents("OPEN", "TEXT 1", "DISCONNECT");
        assertThat(woh.request(2).header("Connection-Id"))
                .isEqualTo(woh.request(0).header("Connection-Id"));
    }

    @Test
    void vanishesInARequest() throws Exception {
        var go = new CountDownLatch(1);
        WohOrigin woh = opening().then(go);
        RawWebSocket client = open(WOH);
        client.text("1");
        woh.request(1);
        client.text("2");
        client.reset();
        go.countDown();
        await().untilAsserted(() -> assertThat(woh.events()).endsWith("DISCONNECT")); // "2" may be lost
    }

    static List<Answer> breaks() {
        return List.of(
                Answer.of("500 Internal Server Error", "", "Content-Type: " + WohOrigin.TYPE),
                Answer.of("404 Not Found", "no such connection"),
                Answer.of("201 Created", "", "Content-Type: " + WohOrigin.TYPE),
                Answer.ok("TEXT 1\r\nx\r\n", "Content-Type: text/plain"),
                Answer.ok("nonsense", "Content-Type: " + WohOrigin.TYPE),
                Answer.ok("TEXT zz\r\nx\r\n", "Content-Type: " + WohOrigin.TYPE),
                WohOrigin.answer(WsEvent.OPEN, WsEvent.text("x")),
                Answer.raw("HTTP/1.1 200 OK\r\nContent-Type: " + WohOrigin.TYPE
                        + "\r\nContent-Length: 100\r\n\r\nTEXT 1\r\nx\r\n"),
                Answer.raw("nonsense\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("breaks")
    void whatAnOriginMayNotAnswer(Answer answer) throws Exception {
        WohOrigin woh = opening().then(answer);
        try (RawWebSocket client = open(WOH)) {
            expectFailed(client.text("go"));
            assertThat(woh.events()).startsWith("OPEN", "TEXT go");
        }
    }

    /** The origin had the whole request: nobody knows what it did with it, so it is not repeated. */
    @Test
    void noAnswer() throws Exception {
        WohOrigin woh = opening();
        try (RawWebSocket client = open(WOH)) {
            woh.request(0);
            origin().onRaw(path, (head, in, out) -> ScriptedOrigin.body(head.headers(), in));
            expectFailed(client.text("going"));
            if (isSluice()) { // zurl has connections in stock that may have been closed, and tries them all
                assertThat(origin().received(path).stream().map(request -> request.header("Content-Length")))
                        .containsOnlyOnce("15"); // TEXT 5 going
            }
        }
    }
}
