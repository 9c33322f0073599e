package io.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.testing.RawUpgrade;
import io.sluice.testing.RawWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** GRIP with origins that speak WebSocket themselves; and the one that is built in. */
abstract class WebSocketProxyGripCases extends WebSocketCases {
    @Test
    void controlMessagesAndPrefix() throws Exception {
        world().server().expectSubscribed(channel);
        try (WsOrigin origin = accepting("Sec-WebSocket-Extensions: grip; message-prefix=\"x-\"");
                RawWebSocket client = upgrade(WS).send(port())) {
            RawWebSocket.Response response = client.readResponse();
            assertThat(response.status()).isEqualTo(101);
            assertThat(response.header("Sec-WebSocket-Extensions")).isNull();
            RawWebSocket server = origin.next();
            server.text("dropped").text("m:dropped").text("x-one");
            server.text("c:{\"type\":\"subscribe\",\"channel\":\"" + channel + "\"}")
                    .ping("p");
            assertThat(client.readText()).isEqualTo("one");
            client.expect(RawWebSocket.PING);
            world().server().awaitSubscribed(channel);
            world().publish(message(channel, "published"));
            assertThat(client.readText()).isEqualTo("published");
            client.text("c:{}");
            assertThat(server.readText()).isEqualTo("c:{}");
        }
    }

    /** In one frame only: in several it is no control message, and nothing for the client either. */
    @Test
    void aControlMessageInFragments() throws Exception {
        try (WsOrigin origin = accepting(GRIP);
                RawWebSocket client = open(WS);
                RawWebSocket server = origin.next()) {
            String message = "c:{\"type\":\"send-delayed\",\"content\":\"no\",\"timeout\":0}";
            server.fragments(message.substring(0, 5), message.substring(5)).fragments("m:", "o", "ne");
            if (isSluice()) { // 1.36 looks for the prefix in each frame
                server.fragments("drop", "m:ped");
            }
            server.text("m:end");
            assertThat(client.readText()).isEqualTo("one");
            assertThat(client.readText()).isEqualTo("end");
        }
    }

    @ParameterizedTest
    @CsvSource({"ws.test, X-None: none", "ws-raw.test, Sec-WebSocket-Extensions: grip"})
    void noGrip(String host, String header) throws Exception {
        try (WsOrigin origin = accepting(header);
                RawWebSocket client = open(host);
                RawWebSocket server = origin.next()) {
            server.text("c:{}").text("m:one");
            assertThat(client.readText()).isEqualTo("c:{}");
            assertThat(client.readText()).isEqualTo("m:one");
            Received request = origin().received(path).get(0);
            for (String name : List.of("Grip-Sig", "Grip-Feature", "Sec-WebSocket-Extensions")) {
                assertThat(request.header(name) == null).isEqualTo(host.equals("ws-raw.test"));
            }
        }
    }

    /** Of the target, GRIP or not. */
    @ParameterizedTest
    @ValueSource(strings = {"X-None: none", GRIP})
    void theTargetsChannel(String header) throws Exception {
        assumeTrue(isSluice() || !header.equals(GRIP), "1.36 may take many seconds to subscribe a second connection");
        try (WsOrigin origin = accepting(header);
                RawWebSocket client = open("ws-sub.test");
                RawWebSocket server = origin.next()) {
            String once = World.name("once");
            await().until(() -> {
                world().publish(Items.item("implied-by-ws", "ws-message", new JsonObject().put("content", once)));
                return client.readable();
            });
            assertThat(client.readText()).isEqualTo(once);
            server.text("m:still");
        }
    }

    @Test
    void thePrefixOfTheRoute() throws Exception {
        world().server().expectSubscribed("pre-" + channel);
        try (WsOrigin origin = accepting(GRIP);
                RawWebSocket client = open("ws-prefix.test");
                RawWebSocket server = origin.next()) {
            server.text("c:{\"type\":\"subscribe\",\"channel\":\"" + channel + "\"}");
            world().server().awaitSubscribed("pre-" + channel);
            world().publish(Items.item("pre-" + channel, "ws-message", new JsonObject().put("content", "yes")));
            assertThat(client.readText()).isEqualTo("yes");
        }
    }

    /** The publisher closes; the origin hears of it. */
    @Test
    void closeByThePublisher() throws Exception {
        world().server().expectSubscribed(channel);
        try (WsOrigin origin = accepting(GRIP);
                RawWebSocket client = open(WS);
                RawWebSocket server = origin.next()) {
            server.text("c:{\"type\":\"subscribe\",\"channel\":\"" + channel + "\"}");
            world().server().awaitSubscribed(channel);
            world().publish(Items.item(
                    channel,
                    "ws-message",
                    new JsonObject().put("action", "close").put("code", 4000).put("reason", "over")));
            assertThat(client.expectClose(4000)).isEqualTo("over");
            server.expectClose(RawWebSocket.NO_CODE);
            client.close(4000, "over");
            server.close(4000, "over");
            client.expectCut();
        }
    }

    /** The origin goes, the client stays. */
    @Test
    void detach() throws Exception {
        world().server().expectSubscribed(channel);
        try (WsOrigin origin = accepting(GRIP);
                RawWebSocket client = open(WS);
                RawWebSocket server = origin.next()) {
            server.text("c:{\"type\":\"subscribe\",\"channel\":\"" + channel + "\"}");
            world().server().awaitSubscribed(channel);
            server.text("c:{\"type\":\"detach\"}");
            server.expectClose(RawWebSocket.NO_CODE);
            server.close(RawWebSocket.NO_CODE, "").closeSocket();
            client.text("to nobody");
            world().publish(message(channel, "one"));
            assertThat(client.readText()).isEqualTo("one");
        }
    }

    /** The gateway's own handler: an echo that is subscribed. */
    @Test
    void theTestTarget() throws Exception {
        world().server().expectSubscribed(channel);
        try (RawWebSocket client =
                RawUpgrade.to("/ws?channel=" + channel).host("builtin.test").open(port())) {
            world().server().awaitSubscribed(channel);
            client.text("hello").binary((byte) 1);
            assertThat(client.readText()).isEqualTo("hello");
            assertThat(client.readBinary()).containsExactly(1);
            world().publish(message(channel, "published"));
            assertThat(client.readText()).isEqualTo("published");
            client.close(1000, "");
            client.expectClose(1000);
        }
    }

    @Test
    void elsewhereOnTheTestTarget() throws Exception {
        RawWebSocket.Response response =
                RawUpgrade.to("/other").host("builtin.test").refused(port());
        assertThat(response.status()).isEqualTo(404);
        assertThat(response.text()).isEqualTo("no such test resource\n");
    }
}
