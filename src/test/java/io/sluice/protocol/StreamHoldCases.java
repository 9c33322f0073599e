package io.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP streams (GRIP, stream hold). */
abstract class StreamHoldCases extends ProtocolCases {
    private String path = "";
    private String channel = "";

    private void hold(String body, String... more) {
        channel = World.name("stream");
        path = "/" + channel;
        String[] headers = new String[more.length + 2];
        headers[0] = "Grip-Hold: stream";
        headers[1] = "Grip-Channel: " + channel;
        System.arraycopy(more, 0, headers, 2, more.length);
        origin().on(path, Answer.ok(body, headers));
    }

    @Test
    void openThenContentThenClose() throws Exception {
        hold("stream open\n", "Content-Type: text/event-stream", "X-Other: kept");
        try (HttpWire wire = world().held(path, channel)) {
            Reply head = wire.head();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("Content-Type")).isEqualTo("text/event-stream");
            assertThat(head.header("X-Other")).isEqualTo("kept");
            assertThat(head.header("Content-Length")).isNull();
            assertThat(head.header("Transfer-Encoding")).isEqualTo("chunked");
            assertThat(head.headers().lines())
                    .noneMatch(line -> line.name().toLowerCase(Locale.ROOT).startsWith("grip-"));
            assertThat(wire.readUntil("open\n")).isEqualTo("stream open\n");
            world().publish(Items.stream(channel, "one\n"), Items.stream(channel, "zwei \u00fc\n"));
            assertThat(wire.readUntil("\u00fc\n")).isEqualTo("one\nzwei \u00fc\n");
            world().publish(Items.action(channel, "http-stream", "close"));
            assertThat(wire.textToEnd()).isEmpty();
        }
    }

    @Test
    void theHeadLeavesWithoutABody() throws Exception {
        hold("");
        try (HttpWire wire = world().held(path, channel)) {
            assertThat(wire.head().status()).isEqualTo(200);
            world().publish(Items.item(channel, "http-stream", new JsonObject().put("content-bin", "AP8K")));
            world().publish(Items.action(channel, "http-stream", "close"));
            assertThat(wire.readToEnd()).isEqualTo(new byte[] {0, (byte) 0xff, '\n'});
        }
    }

    @Test
    void http10StreamsUntilClose() throws Exception {
        hold("open\n");
        try (HttpWire wire = world().heldBy("GET " + path + " HTTP/1.0\r\n\r\n", channel)) {
            assertThat(wire.head().header("Transfer-Encoding")).isNull();
            wire.readUntil("open\n");
            world().publish(Items.stream(channel, "one\n"), Items.action(channel, "http-stream", "close"));
            assertThat(wire.textToEnd()).isEqualTo("one\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"refresh", "hint"})
    void actionsWithoutMeaningHere(String action) throws Exception {
        assumeTrue(isSluice() || action.equals("hint"), "Pushpin 1.36 has no refresh action");
        hold("");
        try (HttpWire wire = world().held(path, channel)) {
            wire.head();
            world().publish(
                            Items.action(channel, "http-stream", action),
                            Items.response(channel, "not for streams"),
                            Items.stream(channel, "after\n"));
            assertThat(wire.readUntil("\n")).isEqualTo("after\n");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ping\\n; timeout=1                 | ping\\n",
                "ping, a; timeout=1; format=raw     | ping, a",
                "ping\\n; timeout=1; format=cstring | ping~",
                "\\x41\\\\; timeout=1; format=cstring | A\\",
                "cGluZzMK; timeout=1; format=base64 | ping3~",
            })
    void keepAlives(String value, String expected) throws Exception {
        hold("", "Grip-Keep-Alive: " + value);
        try (HttpWire wire = world().held(path, channel)) {
            wire.head();
            String text = expected.replace('~', '\n');
            assertThat(wire.readUntil(text)).isEqualTo(text);
            assertThat(wire.readUntil(text)).isEqualTo(text);
        }
    }

    @Test
    void aKeepAliveInJson() throws Exception {
        channel = World.name("json-stream");
        path = "/" + channel;
        origin().on(
                        path,
                        Answer.instruct(
                                "{\"hold\":{\"mode\":\"stream\",\"channels\":[{\"name\":\"" + channel
                                        + "\"}],\"keep-alive\":{\"content\":\"ping\",\"timeout\":1}},\"response\":{\"body\":\"open\"}}"));
        try (HttpWire wire = world().held(path, channel)) {
            assertThat(wire.head().status()).isEqualTo(200);
            assertThat(wire.readUntil("openping")).isEqualTo("openping");
        }
    }

    @Test
    void aPositionWithoutANextLink() throws Exception {
        hold("", "Grip-Channel: reliable; prev-id=1");
        String text = "channel 'reliable' specifies prev-id, but no next link found";
        for (String host : new String[] {"localhost", "debug.test"}) {
            try (var wire = world().client()) {
                wire.send(HttpWire.request("GET", path, null, "Host: " + host));
                Reply reply = wire.head();
                String body = wire.textToEnd();
                assertThat(reply.status() == 200 || reply.status() == 502).isTrue();
                assertThat(body.contains(text)).isEqualTo(host.equals("debug.test"));
            }
        }
    }

    @Test
    void onlyTwentyChannels() throws Exception {
        String stem = World.name("many");
        path = "/" + stem;
        var names = new StringBuilder();
        for (int i = 1; i <= 21; i++) {
            names.append(i == 1 ? "" : ", ").append(stem).append('.').append(i);
        }
        origin().on(path, Answer.ok("", "Grip-Hold: stream", "Grip-Channel: " + names));
        try (HttpWire wire = world().held(path, stem + ".1")) {
            wire.head();
            var items = new JsonObject[21];
            for (int i = 1; i <= 21; i++) {
                items[i - 1] = Items.stream(stem + "." + i, i + ",");
            }
            world().publish(items);
            var got = new StringBuilder();
            for (int i = 0; i < 20; i++) {
                got.append(wire.readUntil(","));
            }
            // Which one is left out is not said: by name on one, by place on the other.
            world().publish(items);
            for (int i = 0; i < 20; i++) {
                got.append(wire.readUntil(","));
            }
            assertThat(got.toString().split(",")).hasSize(40);
            assertThat(new java.util.HashSet<>(java.util.List.of(got.toString().split(","))).size())
                    .isEqualTo(20);
        }
    }

    @Test
    void aClientThatLeavesHurtsNobody() throws Exception {
        hold("");
        try (HttpWire stays = world().held(path, channel)) {
            stays.head();
            HttpWire leaves = world().client().send(HttpWire.request("GET", path, null));
            leaves.head();
            leaves.reset();
            world().publish(Items.stream(channel, "still here\n"));
            assertThat(stays.readUntil("\n")).isEqualTo("still here\n");
        }
    }
}
