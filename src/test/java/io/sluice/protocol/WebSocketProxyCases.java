package io.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.testing.RawWebSocket;
import io.sluice.testing.RawWebSocket.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Origins that speak WebSocket themselves (GRIP, choosing the backend transport). */
abstract class WebSocketProxyCases extends WebSocketCases {
    @Test
    void theRequest() throws Exception {
        try (WsOrigin origin = accepting("Sec-WebSocket-Protocol: second", "X-Theirs: kept", "Set-Cookie: a=b");
                RawWebSocket client = upgrade(WS)
                        .header("X-Mine: kept")
                        .header("Cookie: a=b")
                        .header("Grip-Sig: forged")
                        .header("Grip-Forged: forged")
                        .protocols("first, second")
                        .extensions("permessage-deflate")
                        .send(port())) {
            RawWebSocket.Response response = client.readResponse();
            assertThat(response.status()).isEqualTo(101);
            assertThat(response.header("Sec-WebSocket-Protocol")).isEqualTo("second");
            assertThat(response.header("X-Theirs")).isEqualTo("kept");
            assertThat(response.header("Set-Cookie")).isEqualTo("a=b");
            assertThat(response.header("Sec-WebSocket-Extensions")).isNull();
            origin.next();
            Received request = origin().received(path).get(0);
            assertThat(request.method()).isEqualTo("GET");
            assertThat(request.header("Upgrade")).isEqualToIgnoringCase("websocket");
            assertThat(request.header("Connection")).isEqualToIgnoringCase("upgrade");
            assertThat(request.headers().all("Sec-WebSocket-Version")).containsExactly("13");
            assertThat(request.headers().all("Sec-WebSocket-Key")).hasSize(1);
            assertThat(request.headers().all("Sec-WebSocket-Protocol")).containsExactly("first, second");
            assertThat(request.headers().all("Sec-WebSocket-Extensions")).containsExactly("grip");
            assertThat(request.header("X-Mine")).isEqualTo("kept");
            assertThat(request.header("Cookie")).isEqualTo("a=b");
            assertThat(request.header("Grip-Sig")).isNotNull();
            assertThat(request.headers().lines()).noneMatch(line -> line.value().equals("forged"));
        }
    }

    @Test
    void bothWays() throws Exception {
        try (WsOrigin origin = accepting();
                RawWebSocket client = open(WS);
                RawWebSocket server = origin.next()) {
            client.text("eins \u00e4").binary((byte) 0, (byte) 255).text("");
            assertThat(server.readText()).isEqualTo("eins \u00e4");
            assertThat(server.readBinary()).containsExactly(0, 255);
            assertThat(server.readText()).isEmpty();
            server.text("zwei \u00fc").binary((byte) 0, (byte) 254).text("");
            assertThat(client.readText()).isEqualTo("zwei \u00fc");
            assertThat(client.readBinary()).containsExactly(0, 254);
            assertThat(client.readText()).isEmpty();
        }
    }

    /** In the frames they came in; what matters is that each is one message. */
    @Test
    void fragments() throws Exception {
        try (WsOrigin origin = accepting();
                RawWebSocket client = open(WS);
                RawWebSocket server = origin.next()) {
            client.fragments("hel", "lo ", "world").text("end");
            assertThat(server.readText()).isEqualTo("hello world");
            assertThat(server.readText()).isEqualTo("end");
            server.fragments("hel", "lo ", "world").text("end");
            assertThat(client.readText()).isEqualTo("hello world");
            assertThat(client.readText()).isEqualTo("end");
        }
    }

    /** Not gathered: the first part is there before the last is sent. */
    @Test
    void fragmentsAreNotWaitedFor() throws Exception {
        assumeTrue(!isSluice(), "Sluice may join fragments");
        try (WsOrigin origin = accepting();
                RawWebSocket client = open(WS);
                RawWebSocket server = origin.next()) {
            client.send(Frame.of(RawWebSocket.TEXT, "hel").unfinished());
            assertThat(server.readFrame().fin()).isFalse();
            server.send(Frame.of(RawWebSocket.TEXT, "hel").unfinished());
            assertThat(client.readFrame().fin()).isFalse();
        }
    }

    @Test
    void large() throws Exception {
        String large = "0123456789".repeat(isSluice() ? 30_000 : 800);
        try (WsOrigin origin = accepting();
                RawWebSocket client = open(WS);
                RawWebSocket server = origin.next()) {
            client.text(large);
            assertThat(server.readText().equals(large)).isTrue();
            server.text(large);
            assertThat(client.readText().equals(large)).isTrue();
        }
    }

    /** End to end: the gateway answers none itself. Their payload 1.36 loses, both ways. */
    @Test
    void pingsAndPongs() throws Exception {
        try (WsOrigin origin = accepting();
                RawWebSocket client = open(WS);
                RawWebSocket server = origin.next()) {
            client.ping("a").ping("");
            assertThat(server.expect(RawWebSocket.PING).text()).isEqualTo(isSluice() ? "a" : "");
            assertThat(server.expect(RawWebSocket.PING).text()).isEmpty();
            server.pong("a").ping("b");
            assertThat(client.expect(RawWebSocket.PONG).text()).isEqualTo(isSluice() ? "a" : "");
            assertThat(client.expect(RawWebSocket.PING).text()).isEqualTo(isSluice() ? "b" : "");
            client.pong("b");
            assertThat(server.expect(RawWebSocket.PONG).text()).isEqualTo(isSluice() ? "b" : "");
        }
    }

    @ParameterizedTest
    @CsvSource({"1000, bye", "1001, ''", "4999, 'zwei \u00fc'"})
    void closeByTheClient(int code, String reason) throws Exception {
        try (WsOrigin origin = accepting();
                RawWebSocket client = open(WS);
                RawWebSocket server = origin.next()) {
            client.text("last").close(code, reason);
            assertThat(server.readText()).isEqualTo("last");
            assertThat(server.expectClose(code)).isEqualTo(reason);
            server.close(code, reason);
            assertThat(client.expectClose(code)).isEqualTo(reason);
            client.expectCut();
            server.closeSocket();
        }
    }

    @ParameterizedTest
    @CsvSource({"1000, bye", "1001, ''", "4999, 'zwei \u00fc'"})
    void closeByTheOrigin(int code, String reason) throws Exception {
        try (WsOrigin origin = accepting();
                RawWebSocket client = open(WS);
                RawWebSocket server = origin.next()) {
            server.text("last");
            if (isSluice()) { // 1.36 may lose what is just before a close
                server.close(code, reason);
                assertThat(client.readText()).isEqualTo("last");
            } else {
                assertThat(client.readText()).isEqualTo("last");
                server.close(code, reason);
            }
            assertThat(client.expectClose(code)).isEqualTo(reason);
            client.close(code, reason);
            assertThat(server.expectClose(code)).isEqualTo(reason);
            server.closeSocket();
            client.expectCut();
        }
    }

    @Test
    void closeWithoutACode() throws Exception {
        try (WsOrigin origin = accepting();
                RawWebSocket client = open(WS);
                RawWebSocket server = origin.next()) {
            client.close(RawWebSocket.NO_CODE, "");
            server.expectClose(RawWebSocket.NO_CODE);
            server.close(RawWebSocket.NO_CODE, "");
            client.expectClose(isSluice() ? RawWebSocket.NO_CODE : 1000); // 1.36 makes one up
        }
    }

    @Test
    void theOriginDrops() throws Exception {
        try (WsOrigin origin = accepting();
                RawWebSocket client = open(WS);
                RawWebSocket server = origin.next()) {
            server.closeSocket();
            client.expectCut();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theClientDrops(boolean reset) throws Exception {
        try (WsOrigin origin = accepting();
                RawWebSocket client = open(WS);
                RawWebSocket server = origin.next()) {
            if (reset) {
                client.reset();
            } else {
                client.closeSocket();
            }
            assertThat(untilEnd(server)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"401 Unauthorized, 401", "200 OK, 200", "500 Internal Server Error, 500"})
    void refused(String status, int code) throws Exception {
        origin().on(path, Answer.of(status, "no\n", "X-Theirs: kept", "Content-Type: text/x"));
        RawWebSocket.Response response = upgrade(WS).refused(port());
        assertThat(response.status()).isEqualTo(code);
        if (isSluice()) { // 1.36 loses the headers
            assertThat(response.header("X-Theirs")).isEqualTo("kept");
            assertThat(response.header("Content-Type")).isEqualTo("text/x");
        }
        assertThat(response.text()).isEqualTo("no\n");
    }

    @Test
    void nobodyThere() throws Exception {
        RawWebSocket.Response response = upgrade("ws-down.test").refused(port());
        assertThat(response.status()).isEqualTo(502);
        assertThat(response.text()).isEqualTo(FailureCases.PLAIN);
    }

    @Test
    void noAnswer() throws Exception {
        origin().onSocket(path, (head, in, socket) -> {});
        RawWebSocket.Response response = upgrade(WS).refused(port());
        assertThat(response.status()).isEqualTo(502);
        assertThat(response.text()).isEqualTo(FailureCases.PLAIN);
    }

    /** 1.36 does not look. */
    @Test
    void aWrongAcceptance() throws Exception {
        assumeTrue(isSluice());
        origin().onSocket(path, (head, in, socket) -> RawWebSocket.accept(socket, in, "another key"));
        RawWebSocket.Response response = upgrade(WS).refused(port());
        assertThat(response.status()).isEqualTo(502);
    }

    @Test
    void theNextTarget() throws Exception {
        try (WsOrigin origin = accepting();
                RawWebSocket client = open("ws-failover.test");
                RawWebSocket server = origin.next()) {
            client.text("hello");
            assertThat(server.readText()).isEqualTo("hello");
        }
    }
}
