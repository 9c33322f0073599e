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

/** What publishers send to WebSockets over HTTP, and the filters of their subscriptions (GRIP, publishing; filters). */
abstract class WebSocketPublishCases extends WebSocketCases {
    private JsonObject fields(String... namesAndValues) {
        var fields = new JsonObject();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return Items.item(channel, "ws-message", fields);
    }

    private JsonObject text(String content) {
        return message(channel, content);
    }

    private RawWebSocket client() throws Exception {
        return client(WsEvent.subscribe(channel));
    }

    /** The subscription last, so that what comes before it is in effect too. */
    private RawWebSocket client(WsEvent subscribe, WsEvent... before) throws Exception {
        WsEvent[] events = new WsEvent[before.length + 1];
        System.arraycopy(before, 0, events, 0, before.length);
        events[before.length] = subscribe;
        grip(events);
        return subscribed(WOH, channel);
    }

    private WsEvent filtered(String... filters) {
        return WsEvent.control(new JsonObject()
                .put("type", "subscribe")
                .put("channel", channel)
                .put("filters", new JsonArray(List.of((Object[]) filters))));
    }

    private static WsEvent meta(String name, String value) {
        return WsEvent.control("set-meta", "name", name, "value", value);
    }

    /** What arrives of the item, before the mark that follows it. */
    private String delivered(RawWebSocket client, JsonObject item) throws Exception {
        String mark = World.name("mark");
        world().publish(item, text(mark));
        String first = client.readMessage().text();
        if (first.equals(mark)) {
            return "-";
        }
        assertThat(client.readText()).isEqualTo(mark);
        return first;
    }

    @Test
    void everyType() throws Exception {
        try (RawWebSocket client = client()) {
            world().publish(
                            text("one"),
                            fields("content", "zwei \u00fc", "type", "text"),
                            fields("content", "three", "type", "binary"),
                            fields("content-bin", "AP8="),
                            fields("content-bin", "Zml2ZQ==", "type", "text"),
                            fields("content", "six", "type", "ping"),
                            fields("content", "eight", "type", "pong"),
                            text("c:{}"),
                            text(""),
                            text("end"));
            assertThat(client.readText()).isEqualTo("one");
            assertThat(client.readText()).isEqualTo("zwei \u00fc");
            assertThat(new String(client.readBinary(), StandardCharsets.UTF_8)).isEqualTo("three");
            assertThat(client.readBinary()).containsExactly(0, 255);
            assertThat(client.readText()).isEqualTo("five");
            assertThat(client.expect(RawWebSocket.PING).text()).isEqualTo("six");
            assertThat(client.expect(RawWebSocket.PONG).text()).isEqualTo("eight");
            assertThat(client.readText()).isEqualTo("c:{}");
            assertThat(client.readText()).isEmpty();
            assertThat(client.readText()).isEqualTo("end");
        }
    }

    /** Pings need no content; 1.36 drops what has none. */
    @Test
    void withoutContent() throws Exception {
        try (RawWebSocket client = client()) {
            world().publish(fields("type", "ping"), fields("type", "pong"), text("end"));
            if (isSluice()) {
                assertThat(client.expect(RawWebSocket.PING).payload()).isEmpty();
                assertThat(client.expect(RawWebSocket.PONG).payload()).isEmpty();
            }
            assertThat(client.readText()).isEqualTo("end");
        }
    }

    /** A long one is one message still. */
    @Test
    void large() throws Exception {
        String large = "0123456789".repeat(5_000);
        assumeTrue(isSluice(), "1.36 gets stuck");
        try (RawWebSocket client = client()) {
            world().publish(text(large), text("end"));
            assertThat(client.readText().equals(large)).isTrue();
            assertThat(client.readText()).isEqualTo("end");
        }
    }

    @Test
    void onlyItsFormat() throws Exception {
        try (RawWebSocket client = client()) {
            JsonObject both = text("mine");
            both.getJsonObject("formats").put("http-stream", new JsonObject().put("content", "not mine"));
            world().publish(
                            Items.stream(channel, "not mine"),
                            Items.response(channel, "not mine"),
                            Items.action(channel, "http-stream", "close"),
                            Items.action(channel, "ws-message", "hint"),
                            both);
            assertThat(client.readText()).isEqualTo("mine");
        }
    }

    @ParameterizedTest
    @CsvSource({"4000, over", "1001, ''"})
    void closeWithACode(int code, String reason) throws Exception {
        try (RawWebSocket client = client()) {
            JsonObject close = Items.action(channel, "ws-message", "close");
            close.getJsonObject("formats").getJsonObject("ws-message").put("code", code);
            if (!reason.isEmpty()) {
                close.getJsonObject("formats").getJsonObject("ws-message").put("reason", reason);
            }
            world().publish(text("last"), close, text("too late"));
            assertThat(client.readText()).isEqualTo("last");
            assertThat(client.expectClose(code)).isEqualTo(reason);
            client.close(code, reason);
            client.expectCut();
            await().untilAsserted(() -> assertThat(origin().received(path)).hasSize(2));
            assertThat(WohOrigin.transcript(origin().received(path).get(1))).containsExactly("CLOSE");
        }
    }

    @Test
    void closeWithoutACode() throws Exception {
        try (RawWebSocket client = client()) {
            world().publish(Items.action(channel, "ws-message", "close"));
            client.expectClose(isSluice() ? RawWebSocket.NO_CODE : 1000); // 1.36 makes one up
            client.close(RawWebSocket.NO_CODE, "").expectCut();
        }
    }

    /** The origin is asked, though there is nothing to tell it. */
    @Test
    void refresh() throws Exception {
        assumeTrue(isSluice(), "Pushpin 1.36 has no refresh action");
        WohOrigin woh = grip(WsEvent.subscribe(channel)).then(WsEvent.text("m:refreshed"));
        try (RawWebSocket client = subscribed(WOH, channel)) {
            world().publish(Items.action(channel, "ws-message", "refresh"));
            assertThat(client.readText()).isEqualTo("refreshed");
            assertThat(woh.events(1)).isEmpty();
            assertThat(woh.request(1).body()).isEmpty();
            assertThat(woh.request(1).header("Content-Length")).isEqualTo("0");
        }
    }

    @Test
    void everySubscriber() throws Exception {
        WsEvent subscribe = WsEvent.subscribe(channel);
        grip(subscribe).then(WohOrigin.answer(List.of(GRIP), WsEvent.OPEN, subscribe, WsEvent.text("m:two")));
        try (RawWebSocket one = subscribed(WOH, channel);
                RawWebSocket two = open(WOH)) {
            assertThat(two.readText()).isEqualTo("two");
            await().until(() -> {
                world().publish(text("to all"));
                return two.readable();
            });
            assertThat(two.readText()).isEqualTo("to all");
            assertThat(one.readText()).isEqualTo("to all");
        }
    }

    /** Sequenced as on streams: a message waits for the one before it. */
    @Test
    void sequence() throws Exception {
        try (RawWebSocket client = client()) {
            world().publish(text("1").put("id", "1"));
            world().publish(text("3").put("id", "3").put("prev-id", "2"));
            world().publish(text("2").put("id", "2").put("prev-id", "1"));
            assertThat(client.readText()).isEqualTo("1");
            assertThat(client.readText()).isEqualTo("2");
            assertThat(client.readText()).isEqualTo("3");
            world().publish(text("again").put("id", "3"), text("end"));
            assertThat(client.readText()).isEqualTo("end");
        }
    }

    @Test
    void skipSelf() throws Exception {
        try (RawWebSocket client = client(filtered("skip-self"), meta("user", "alice"))) {
            assertThat(delivered(client, Items.meta(text("x"), "sender", "alice")))
                    .isEqualTo("-");
            assertThat(delivered(client, Items.meta(text("x"), "sender", "bob")))
                    .isEqualTo("x");
            assertThat(delivered(client, text("x"))).isEqualTo("x");
        }
    }

    @Test
    void skipUsers() throws Exception {
        try (RawWebSocket client = client(filtered("skip-users"), meta("user", "alice"))) {
            assertThat(delivered(client, Items.meta(text("x"), "skip_users", "bob, alice")))
                    .isEqualTo("-");
            assertThat(delivered(client, Items.meta(text("x"), "skip_users", "bob")))
                    .isEqualTo("x");
        }
    }

    @Test
    void requireSub() throws Exception {
        try (RawWebSocket client = client(filtered("require-sub"), WsEvent.subscribe(channel + "-other"))) {
            assertThat(delivered(client, Items.meta(text("x"), "require_sub", channel + "-other")))
                    .isEqualTo(isSluice() ? "x" : "-"); // 1.36 knows no channels of WebSockets here
            assertThat(delivered(client, Items.meta(text("x"), "require_sub", "nobody's")))
                    .isEqualTo("-");
        }
    }

    @Test
    void varSubst() throws Exception {
        try (RawWebSocket client = client(filtered("var-subst"), meta("user", "alice"), meta("gone", "x"))) {
            assertThat(delivered(client, text("hello %(user)s, 100%%"))).isEqualTo("hello alice, 100%");
            JsonObject item = text("%(user)s");
            item.getJsonObject("formats")
                    .getJsonObject("ws-message")
                    .put("content-filters", new JsonArray(List.of("var-subst")));
            assertThat(delivered(client, item)).isEqualTo("alice");
        }
    }

    /** No value deletes. */
    @Test
    void metaIsDeleted() throws Exception {
        try (RawWebSocket client =
                client(filtered("skip-self"), meta("user", "alice"), WsEvent.control("set-meta", "name", "user"))) {
            assertThat(delivered(client, Items.meta(text("x"), "sender", "alice")))
                    .isEqualTo("x");
        }
    }

    /** What a subscription cannot make of it is not for it; the connection goes on. */
    @Test
    void aFilterThatFails() throws Exception {
        try (RawWebSocket client = client(filtered("var-subst"))) {
            assertThat(delivered(client, text("x %(nobody)s"))).isEqualTo("-");
            assertThat(delivered(client, text("y"))).isEqualTo("y");
        }
    }

    @Test
    void otherContentFilters() throws Exception {
        try (RawWebSocket client = client(filtered("skip-self"))) {
            JsonObject item = text("%(user)s");
            item.getJsonObject("formats")
                    .getJsonObject("ws-message")
                    .put("content-filters", new JsonArray(List.of("var-subst")));
            assertThat(delivered(client, item)).isEqualTo("-");
            assertThat(delivered(client, text("y"))).isEqualTo("y");
        }
    }

    /** Named again, a channel has the filters of the last time. */
    @Test
    void otherFiltersLater() throws Exception {
        WsEvent first = filtered("skip-self");
        try (RawWebSocket client = client(WsEvent.subscribe(channel), first, meta("user", "alice"))) {
            await().untilAsserted(() -> assertThat(delivered(client, Items.meta(text("x"), "sender", "alice")))
                    .isEqualTo("x"));
        }
    }
}
