package io.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.testing.RawWebSocket;
import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A WebSocket over HTTP that does not open: the origin refuses, answers nonsense or is not there. */
abstract class WebSocketRefusalCases extends WebSocketCases {
    private RawWebSocket.Response refused(String host) throws IOException {
        return upgrade(host).refused(port());
    }

    @ParameterizedTest
    @CsvSource({"401 Unauthorized, 401", "404 Not Found, 404", "500 Internal Server Error, 500"})
    void theOriginsAnswer(String status, int code) throws IOException {
        origin().on(path, Answer.of(status, "no, said the origin\n", "X-Theirs: kept", "Content-Type: text/x"));
        RawWebSocket.Response response = refused(WOH);
        assertThat(response.status()).isEqualTo(code);
        assertThat(response.head()).startsWith("HTTP/1.1 " + status);
        assertThat(response.header("X-Theirs")).isEqualTo("kept");
        assertThat(response.header("Content-Type")).isEqualTo("text/x");
        assertThat(response.header("Upgrade")).isNull();
        assertThat(response.header("Sec-WebSocket-Accept")).isNull();
        assertThat(response.text()).isEqualTo("no, said the origin\n");
    }

    @Test
    void anEmptyBody() throws IOException {
        origin().on(path, Answer.of("403 Forbidden", ""));
        RawWebSocket.Response response = refused(WOH);
        assertThat(response.status()).isEqualTo(403);
        assertThat(response.text()).isEmpty();
    }

    /** Only the very type is events: what else answers 200 does not know WebSocket-over-HTTP, and is relayed. */
    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/websocket-event"})
    void anotherType(String type) throws IOException {
        origin().on(path, Answer.ok("OPEN\r\n", "Content-Type: " + type));
        RawWebSocket.Response response = refused(WOH);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("Content-Type")).isEqualTo(type);
        assertThat(response.text()).isEqualTo("OPEN\r\n");
    }

    /** Frameworks add a charset to what they send: Pushpin takes that for another type. */
    @Test
    void aParameterOfTheType() throws IOException {
        origin().on(path, Answer.ok("OPEN\r\n", "Content-Type: application/websocket-events; charset=utf-8"));
        if (isSluice()) {
            open(WOH).close();
        } else {
            assertThat(refused(WOH).status()).isEqualTo(200);
        }
    }

    /** 201 of the right type is no opening either. */
    @Test
    void anotherStatusOfTheType() throws IOException {
        origin().on(path, Answer.of("201 Created", "OPEN\r\n", "Content-Type: " + WohOrigin.TYPE));
        assertThat(refused(WOH).status()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "TEXT 5|hello|",
                "CLOSE|",
                "DISCONNECT|",
                "TEXT 5|hello|OPEN|",
                "open|",
                "OPEN",
                "nonsense",
                "OPEN x|",
                "OPEN|TEXT zz|hello|",
            })
    void notAnOpening(String body) throws IOException {
        origin().on(path, Answer.ok(body.replace("|", "\r\n"), "Content-Type: " + WohOrigin.TYPE));
        RawWebSocket.Response response = refused(WOH);
        assertThat(response.status()).isEqualTo(502);
        assertThat(response.text()).isEqualTo(FailureCases.PLAIN);
    }

    /** 1.36 takes what there is for the content, and passes over what comes instead of a line end. */
    @ParameterizedTest
    @CsvSource({"OPEN|TEXT 5|hel, hel", "OPEN|TEXT 5|hello world|, hello"})
    void contentOfAnotherLength(String body, String lenient) throws IOException {
        origin().on(path, Answer.ok(body.replace("|", "\r\n"), "Content-Type: " + WohOrigin.TYPE));
        if (isSluice()) {
            assertThat(refused(WOH).status()).isEqualTo(502);
            return;
        }
        try (RawWebSocket client = open(WOH)) {
            assertThat(client.readText()).isEqualTo(lenient);
        }
    }

    @Test
    void aCutAnswer() throws IOException {
        origin().on(
                        path,
                        Answer.raw("HTTP/1.1 200 OK\r\nContent-Type: " + WohOrigin.TYPE
                                + "\r\nContent-Length: 100\r\n\r\nOPEN\r\n"));
        RawWebSocket.Response response = refused(WOH);
        assertThat(response.status()).isEqualTo(502);
        assertThat(response.text()).isEqualTo(FailureCases.PLAIN);
    }

    /** An opening is not repeated where the origin may have seen it. */
    @Test
    void noAnswer() throws IOException {
        origin().onRaw(path, (head, in, out) -> {});
        RawWebSocket.Response response = refused(WOH);
        assertThat(response.status()).isEqualTo(502);
        assertThat(response.text()).isEqualTo(FailureCases.PLAIN);
        if (isSluice()) { // zurl has connections in stock that may have been closed, and tries them all
            assertThat(origin().received(path)).hasSize(1);
        }
    }

    @Test
    void nobodyThere() throws IOException {
        RawWebSocket.Response response = refused("woh-down.test");
        assertThat(response.status()).isEqualTo(502);
        if (isSluice()) { // 1.36 does not say
            assertThat(response.header("Content-Type")).startsWith("text/plain");
        }
        assertThat(response.text()).isEqualTo(FailureCases.PLAIN);
    }

    /** Found anew for each request: the next ones of the connection too pass over the target that is down. */
    @Test
    void theNextTarget() throws IOException {
        WohOrigin woh = opening().then(WsEvent.text("one"));
        try (RawWebSocket client = open("woh-failover.test")) {
            client.text("1");
            assertThat(client.readText()).isEqualTo("one");
            assertThat(woh.events()).containsExactly("OPEN", "TEXT 1");
        }
    }

    /** 100000 bytes are the limit. 1.36 ends the connection behind the head. */
    @Test
    void anAnswerThatIsTooLarge() throws IOException {
        origin().on(path, Answer.of("403 Forbidden", "x".repeat(200_000)));
        if (isSluice()) {
            assertThat(refused(WOH).status()).isEqualTo(502);
        } else {
            assertThatThrownBy(() -> refused(WOH)).isInstanceOf(EOFException.class);
        }
    }

    /** The clients of one origin cannot speak for the gateway. */
    @Test
    void eventsOfAClient() throws IOException {
        opening();
        Reply reply = HttpWire.exchange(
                port(), HttpWire.request("POST", path, "OPEN\r\n", "Host: " + WOH, "Content-Type: " + WohOrigin.TYPE));
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.text().strip()).isEqualTo("Client not allowed to send WebSocket events directly.");
        assertThat(origin().received(path)).isEmpty();
    }

    /** Anything else over HTTP is a request like any, on a route of this kind too; and elsewhere that type has no meaning. */
    @Test
    void otherRequestsPass() throws IOException {
        origin().on(path, request -> Answer.ok(request.method() + " " + request.text()));
        assertThat(HttpWire.exchange(
                                port(),
                                HttpWire.request("POST", path, "OPEN\r\n", "Host: " + WOH, "Content-Type: text/plain"))
                        .text())
                .isEqualTo("POST OPEN\r\n");
        assertThat(HttpWire.exchange(
                                port(), HttpWire.request("POST", path, "OPEN\r\n", "Content-Type: " + WohOrigin.TYPE))
                        .text())
                .isEqualTo("POST OPEN\r\n");
    }

    @Test
    void noRoute() throws IOException {
        RawWebSocket.Response response = refused("http-only.test");
        assertThat(response.status()).isEqualTo(502);
        assertThat(origin().received(path)).isEmpty();
    }

    /** The first of two rules that match but for the protocol is not for WebSockets. */
    @Test
    void theRouteOfTheProtocol() throws IOException {
        origin().on(path, request -> Answer.of("403 Forbidden", String.valueOf(request.header("X-Route"))));
        assertThat(refused("by-proto.test").text()).isEqualTo("ws");
        assertThat(world().get(path, "Host: by-proto.test").text()).isEqualTo("http");
    }

    /** What is between origin and gateway is nothing for the client. 1.36 lets it through here. */
    @Test
    void headersOfARefusal() throws IOException {
        origin().on(
                        path,
                        Answer.of(
                                "403 Forbidden", "", "Set-Meta-User: a", GRIP, "Keep-Alive-Interval: 60", "Grip-X: a"));
        RawWebSocket.Response response = refused(WOH);
        assertThat(response.header("Sec-WebSocket-Extensions")).isNull();
        assertThat(response.header("Set-Meta-User") == null).isEqualTo(isSluice());
        assertThat(response.header("Keep-Alive-Interval") == null).isEqualTo(isSluice());
        assertThat(response.header("Grip-X") == null).isEqualTo(isSluice());
    }
}
