package io.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Control messages with which the gateway speaks to the client on its own (GRIP over WebSocket). */
abstract class WebSocketAloneCases extends WebSocketCases {
    @ParameterizedTest
    @CsvSource({"text, TEXT", "binary, BINARY", "ping, PING", "pong, PONG", "'', TEXT"})
    void keepAlive(String type, String expected) throws Exception {
        var message = new JsonObject()
                .put("type", "keep-alive")
                .put("content", "alive?")
                .put("timeout", 1);
        if (!type.isEmpty()) {
            message.put("message-type", type);
        }
        grip(WsEvent.control(message)).then(WsEvent.control("keep-alive"), WsEvent.text("m:off"));
        try (RawWebSocket client = open(WOH)) {
            for (int i = 0; i < 2; i++) {
                RawWebSocket.Frame frame = client.readMessage();
                assertThat(List.of("-", "TEXT", "BINARY", "", "", "", "", "", "", "PING", "PONG")
                                .get(frame.opcode()))
                        .isEqualTo(expected);
                assertThat(frame.text()).isEqualTo("alive?");
            }
            client.text("go");
            String next = client.readMessage().text();
            assertThat(next).isIn("off", "alive?");
        }
    }

    @Test
    void keepAliveInBinary() throws Exception {
        var message = new JsonObject()
                .put("type", "keep-alive")
                .put("content-bin", "AP8=")
                .put("message-type", "binary")
                .put("mode", "interval")
                .put("timeout", 1);
        grip(WsEvent.control(message));
        try (RawWebSocket client = open(WOH)) {
            assertThat(client.readBinary()).containsExactly(0, 255);
            assertThat(client.readBinary()).containsExactly(0, 255);
        }
    }

    @Test
    void sendDelayed() throws Exception {
        grip().then(WsEvent.control("send-delayed", "content", "later"), WsEvent.text("m:now"));
        try (RawWebSocket client = open(WOH)) {
            client.text("go");
            assertThat(client.readText()).isEqualTo("now");
            assertThat(client.readText()).isEqualTo("later");
        }
    }

    /** One at a time: the second sends the first on its way. */
    @Test
    void sendDelayedTwice() throws Exception {
        JsonObject first = new JsonObject()
                .put("type", "send-delayed")
                .put("content", "first")
                .put("timeout", 600);
        JsonObject second = new JsonObject()
                .put("type", "send-delayed")
                .put("content-bin", "AP8=")
                .put("message-type", "binary")
                .put("timeout", 600);
        grip(WsEvent.control(first)).then(WsEvent.control(second)).then(WsEvent.control("flush-delayed"));
        try (RawWebSocket client = open(WOH)) {
            client.text("go");
            assertThat(client.readText()).isEqualTo("first");
            client.text("go");
            assertThat(client.readBinary()).containsExactly(0, 255);
        }
    }

    /** The origin is told that it is over; the client stays for what is published. */
    @Test
    void detach() throws Exception {
        WohOrigin woh = grip(WsEvent.subscribe(channel)).then(WsEvent.text("m:bye"), WsEvent.control("detach"));
        try (RawWebSocket client = subscribed(WOH, channel)) {
            client.text("go");
            assertThat(client.readText()).isEqualTo("bye");
            woh.awaitEvents("OPEN", "TEXT go", "CLOSE");
            client.text("to nobody");
            JsonObject close =
                    new JsonObject().put("action", "close").put("code", 4000).put("reason", "over");
            world().publish(message(channel, "one"), Items.item(channel, "ws-message", close));
            assertThat(client.readText()).isEqualTo("one");
            assertThat(client.expectClose(4000)).isEqualTo("over");
            client.close(4000, "over").expectCut();
            woh.awaitEvents("OPEN", "TEXT go", "CLOSE");
        }
    }

    /** A detached client closes: nobody is asked, it has its close frame back. */
    @Test
    void aDetachedClientCloses() throws Exception {
        WohOrigin woh = grip().then(WsEvent.text("m:bye"), WsEvent.control("detach"));
        try (RawWebSocket client = open(WOH)) {
            client.text("go");
            assertThat(client.readText()).isEqualTo("bye");
            woh.awaitEvents("OPEN", "TEXT go", "CLOSE");
            client.close(1000, "");
            client.expectClose(1000);
            client.expectCut();
            woh.awaitEvents("OPEN", "TEXT go", "CLOSE");
        }
    }
}
