package io.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.testing.RawWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Prefixes and control messages of WebSockets over HTTP (GRIP over WebSocket). */
abstract class WebSocketControlCases extends WebSocketCases {
    private static WsEvent binary(String latin1) {
        return WsEvent.binary(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String string(byte[] latin1) {
        return new String(latin1, StandardCharsets.ISO_8859_1);
    }

    @Test
    void theDefaultPrefix() throws Exception {
        grip(WsEvent.text("m:one"), WsEvent.text("dropped"))
                .then(
                        WsEvent.text("M:dropped"),
                        binary("dropped"),
                        binary("m:two"),
                        WsEvent.text(""),
                        WsEvent.text("m:"),
                        WsEvent.text("m:m:three"),
                        WsEvent.of("PING", "four"));
        try (RawWebSocket client = open(WOH)) {
            assertThat(client.readText()).isEqualTo("one");
            client.text("go");
            assertThat(string(client.readBinary())).isEqualTo("two");
            assertThat(client.readText()).isEmpty();
            assertThat(client.readText()).isEqualTo("m:three");
            assertThat(client.expect(RawWebSocket.PING).text()).isEqualTo("four");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "grip; message-prefix=x-, x-",
        "'grip; message-prefix=\"x, \"', 'x, '",
        "'grip; message-prefix=\"\"', ''"
    })
    void anotherPrefix(String extension, String prefix) throws Exception {
        overHttp()
                .then(WohOrigin.answer(
                        List.of("Sec-WebSocket-Extensions: " + extension),
                        WsEvent.OPEN,
                        WsEvent.subscribe(channel),
                        WsEvent.text("m:" + (prefix.isEmpty() ? "kept" : "dropped")),
                        WsEvent.text(prefix + "one")))
                .then(binary(prefix + "two"));
        try (RawWebSocket client = subscribed(WOH, channel)) {
            if (prefix.isEmpty()) {
                assertThat(client.readText()).isEqualTo("m:kept");
            }
            assertThat(client.readText()).isEqualTo("one");
            client.text("go");
            assertThat(string(client.readBinary())).isEqualTo("two");
            world().publish(message(channel, "published"));
            assertThat(client.readText()).isEqualTo("published");
        }
    }

    /** The client does not see them, and cannot send any: its messages pass as they are. */
    @Test
    void whatTheClientSaysIsNoControl() throws Exception {
        WohOrigin woh = grip(WsEvent.subscribe(channel));
        try (RawWebSocket client = subscribed(WOH, channel)) {
            String message = "c:{\"type\":\"unsubscribe\",\"channel\":\"" + channel + "\"}";
            client.text(message).text("m:x");
            woh.awaitEvents("OPEN", "TEXT " + message, "TEXT m:x");
            world().publish(message(channel, "still there"));
            assertThat(client.readText()).isEqualTo("still there");
        }
    }

    /** Without the extension, or on a route that has no GRIP: nothing means anything. */
    @ParameterizedTest
    @CsvSource({"woh.test, X-None: none", "woh-raw.test, Sec-WebSocket-Extensions: grip"})
    void noGrip(String host, String header) throws Exception {
        WohOrigin woh = overHttp()
                .then(WohOrigin.answer(
                        List.of(header),
                        WsEvent.OPEN,
                        WsEvent.text("c:{}"),
                        WsEvent.text("m:one"),
                        WsEvent.text("two")));
        try (RawWebSocket client = upgrade(host).send(port())) {
            RawWebSocket.Response response = client.readResponse();
            assertThat(response.status()).isEqualTo(101);
            assertThat(response.header("Sec-WebSocket-Extensions")).isNull();
            assertThat(client.readText()).isEqualTo("c:{}");
            assertThat(client.readText()).isEqualTo("m:one");
            assertThat(client.readText()).isEqualTo("two");
            for (String name : List.of("Grip-Sig", "Grip-Feature", "Sec-WebSocket-Extensions")) {
                assertThat(woh.request(0).header(name) == null).isEqualTo(host.equals("woh-raw.test"));
            }
        }
    }

    @Test
    void subscribeWithTheOpening() throws Exception {
        grip(WsEvent.subscribe(channel), WsEvent.text("m:welcome"));
        try (RawWebSocket client = subscribed(WOH, channel)) {
            assertThat(client.readText()).isEqualTo("welcome");
            world().publish(message(channel, "one"), message("nobody's", "x"), message(channel, "two"));
            assertThat(client.readText()).isEqualTo("one");
            assertThat(client.readText()).isEqualTo("two");
        }
    }

    @Test
    void subscribeLater() throws Exception {
        grip().then(WsEvent.subscribe(channel), WsEvent.subscribe(channel + "-2"));
        try (RawWebSocket client = open(WOH)) {
            world().server().expectSubscribed(channel);
            world().server().expectSubscribed(channel + "-2");
            client.text("go");
            world().server().awaitSubscribed(channel);
            world().server().awaitSubscribed(channel + "-2");
            // Each channel has its own order.
            world().publish(message(channel, "one"), message(channel + "-2", "two"));
            assertThat(List.of(client.readText(), client.readText())).containsExactlyInAnyOrder("one", "two");
        }
    }

    /** Subscribed twice is subscribed. */
    @Test
    void subscribeAgain() throws Exception {
        grip(WsEvent.subscribe(channel), WsEvent.subscribe(channel));
        try (RawWebSocket client = subscribed(WOH, channel)) {
            world().publish(message(channel, "one"), message(channel, "two"));
            assertThat(client.readText()).isEqualTo("one");
            assertThat(client.readText()).isEqualTo("two");
        }
    }

    @Test
    void unsubscribe() throws Exception {
        grip(WsEvent.subscribe(channel + "-other"), WsEvent.subscribe(channel))
                .then(
                        WsEvent.control("unsubscribe", "channel", channel),
                        WsEvent.control("unsubscribe", "channel", "never"));
        try (RawWebSocket client = subscribed(WOH, channel)) {
            client.text("go");
            await().until(() -> {
                world().publish(message(channel, "one"), message(channel + "-other", "mark"));
                String first = client.readText();
                return first.equals("mark") || !client.readText().equals("mark");
            });
        }
    }

    @Test
    void thePrefixOfTheRoute() throws Exception {
        grip(WsEvent.subscribe(channel));
        try (RawWebSocket client = subscribed("woh-prefix.test", "pre-" + channel)) {
            world().publish(message(channel, "no"), message("pre-" + channel, "yes"));
            assertThat(client.readText()).isEqualTo("yes");
        }
    }

    /** Of the target, prefix or not, GRIP or not; there for good. */
    @ParameterizedTest
    @ValueSource(strings = {"X-None: none", GRIP})
    void theTargetsChannel(String header) throws Exception {
        assumeTrue(isSluice() || !header.equals(GRIP), "1.36 may take many seconds to subscribe a second connection");
        overHttp()
                .then(WohOrigin.answer(List.of(header), WsEvent.OPEN, WsEvent.text("m:open")))
                .then(WsEvent.control("unsubscribe", "channel", "implied-by-woh"), WsEvent.text("m:done"));
        try (RawWebSocket client = open("woh-sub.test")) {
            assertThat(client.readText()).endsWith("open");
            if (header.equals(GRIP)) {
                client.text("go");
                assertThat(client.readText()).isEqualTo("done");
            }
            String once = World.name("once");
            await().until(() -> {
                world().publish(message("implied-by-woh", once));
                return client.readable();
            });
            assertThat(client.readText()).isEqualTo(once);
        }
    }

    /** Each alone: 1.36 may pass over good ones in the same answer. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "c:",
                "c:nonsense",
                "c:[]",
                "c:{}",
                "c:null",
                "c:{\"type\":1}",
                "c:{\"type\":\"no-such-type\"}",
                "c:{\"type\":\"subscribe\"}",
                "c:{\"type\":\"subscribe\",\"channel\":\"\"}",
                "c:{\"type\":\"subscribe\",\"channel\":5}",
                "c:{\"type\":\"subscribe\",\"channel\":\"x\",\"filters\":\"y\"}",
                "c:{\"type\":\"unsubscribe\"}",
                "c:{\"type\":\"set-meta\"}",
                "c:{\"type\":\"keep-alive\",\"timeout\":-1,\"content\":\"x\"}",
                "c:{\"type\":\"keep-alive\",\"timeout\":\"x\",\"content\":\"x\"}",
                "c:{\"type\":\"keep-alive\",\"content\":\"x\",\"message-type\":\"x\"}",
                "c:{\"type\":\"send-delayed\"}",
                "c:{\"type\":\"flush-delayed\"}",
            })
    void malformedMessagesAreHarmless(String message) throws Exception {
        grip().then(WsEvent.text(message), WsEvent.text("m:one")).then(WsEvent.subscribe(channel));
        try (RawWebSocket client = open(WOH)) {
            client.text("go");
            assertThat(client.readText()).isEqualTo("one");
            world().server().expectSubscribed(channel);
            client.text("go");
            world().server().awaitSubscribed(channel);
            world().publish(message(channel, "two"));
            assertThat(client.readText()).isEqualTo("two");
        }
    }

    @Test
    void moreThanFiveFilters() throws Exception {
        var message = new JsonObject()
                .put("type", "subscribe")
                .put("channel", channel)
                .put("filters", new JsonArray(List.of("a", "b", "c", "d", "e", "f")));
        grip().then(WsEvent.control(message));
        try (RawWebSocket client = open(WOH)) {
            world().server().expectSubscribed(channel);
            client.text("go");
            if (isSluice()) {
                client.expectClose(1011);
                client.close(1011, "").expectCut();
            } else {
                world().server().awaitSubscribed(channel);
                world().publish(message(channel, "one"));
                assertThat(client.readText()).isEqualTo("one");
            }
        }
    }

    /** Twenty channels a connection; the twenty-first is passed over. */
    @Test
    void onlyTwentyChannels() throws Exception {
        var events = new WsEvent[21];
        for (int i = 0; i < events.length; i++) {
            events[i] = WsEvent.subscribe(channel + "-" + i);
        }
        grip(events);
        try (RawWebSocket client = subscribed(WOH, channel + "-19")) {
            world().publish(
                            message(channel + "-20", "no"),
                            message(channel + "-0", "first"),
                            message(channel + "-19", "last"));
            assertThat(client.readText()).isEqualTo("first");
            assertThat(client.readText()).isEqualTo("last");
        }
    }
}
