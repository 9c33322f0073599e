package io.sluice.cli;

import static io.sluice.protocol.HttpWire.exchange;
import static io.sluice.protocol.HttpWire.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.Settings;
import io.sluice.config.SettingsLoader;
import io.sluice.protocol.HttpWire;
import io.sluice.testing.RawUpgrade;
import io.sluice.testing.RawWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The demo as who opens its page finds it: four ways to hear the same. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoIT {
    private final List<AutoCloseable> opened = new ArrayList<>();
    private RunningNode node;
    private int http;
    private int control;

    @BeforeAll
    void start() throws Exception {
        Settings settings = new SettingsLoader()
                .flag("--set", "http.host", "127.0.0.1")
                .flag("--set", "http.port", "0")
                .flag("--set", "control.port", "0")
                .flag("--set", "ops.port", "0")
                .load()
                .settings();
        node = new GatewayLaunch().demo(settings);
        http = port(node.http());
        control = port(node.control());
    }

    @AfterAll
    void stop() throws Exception {
        node.closing().close().await(60, TimeUnit.SECONDS);
    }

    @AfterEach
    void closeClients() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        opened.clear();
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private RawWebSocket chat(String query) throws IOException {
        RawWebSocket socket = RawUpgrade.to("/chat" + query).open(http);
        opened.add(socket);
        return socket;
    }

    private static JsonObject read(RawWebSocket socket) throws IOException {
        return new JsonObject(socket.readText());
    }

    /** Opens one and gives its first position. */
    private long position() throws IOException {
        return read(chat("")).getLong("last");
    }

    private HttpWire get(String target) throws IOException {
        HttpWire wire = HttpWire.open(http).send(request("GET", target, null));
        opened.add(wire);
        return wire;
    }

    private void send(String text) throws IOException {
        assertThat(exchange(http, request("POST", "/send", text)).status()).isEqualTo(200);
    }

    @Test
    void what_is_said_in_the_chat_is_heard_in_each_way() throws Exception {
        RawWebSocket ann = chat("");
        RawWebSocket bob = chat("");
        long last = read(ann).getLong("last");
        assertThat(read(bob).getLong("last")).isEqualTo(last);
        HttpWire events = get("/events");
        events.head();
        events.readUntil("\n\n");
        HttpWire raw = get("/raw");
        raw.head();

        ann.text("hello, bob");
        assertThat(read(bob)).contains(entry("id", last + 1), entry("text", "hello, bob"));
        bob.text("hello, ann");
        send("hello, all");

        assertThat(texts(read(ann))).containsExactly("hello, bob");
        for (RawWebSocket each : List.of(ann, bob)) {
            assertThat(texts(read(each), read(each))).containsExactlyInAnyOrder("hello, ann", "hello, all");
        }
        for (HttpWire each : List.of(events, raw)) {
            assertThat(each.readUntil("\n\n")).contains("id: " + (last + 1) + "\n", "hello, bob");
            assertThat(each.readUntil("\n\n") + each.readUntil("\n\n")).contains("hello, ann", "hello, all");
        }
        JsonObject page = new JsonObject(get("/poll?since=" + last).reply().text());
        assertThat(page.getLong("last")).isEqualTo(last + 3);
        assertThat(page.getJsonArray("messages")).hasSize(3);
    }

    @Test
    void a_poll_hears_the_chat() throws Exception {
        RawWebSocket ann = chat("");
        long last = read(ann).getLong("last");
        HttpWire poll = get("/poll?since=" + last);
        // Whether it waits already or comes when the message is there: it is answered with it.
        ann.text("wake up");

        JsonObject page = new JsonObject(poll.reply().text());

        assertThat(page.getLong("last")).isEqualTo(last + 1);
        assertThat(page.getJsonArray("messages").getJsonObject(0).getString("text"))
                .isEqualTo("wake up");
    }

    @Test
    void who_comes_back_hears_what_was_missed_once() throws Exception {
        long last = position();
        send("one");
        send("two");

        RawWebSocket back = chat("?since=" + last);
        assertThat(read(back)).isEqualTo(new JsonObject().put("last", last));
        assertThat(texts(read(back), read(back))).containsExactly("one", "two");
        send("three");
        assertThat(texts(read(back))).containsExactly("three");

        assertThat(texts(read(skipFirst(chat("?since=" + (last + 2)))))).containsExactly("three");
        RawWebSocket fresh = chat("?since=" + (last + 3));
        assertThat(read(fresh)).isEqualTo(new JsonObject().put("last", last + 3));
        fresh.ping("still here?");
        assertThat(fresh.expect(RawWebSocket.PONG).text()).isEqualTo("still here?");
    }

    @Test
    void a_position_from_before_a_restart_is_before_all_there_is() throws Exception {
        send("after the restart");
        RawWebSocket back = chat("?since=57");
        assertThat(read(back)).isEqualTo(new JsonObject().put("last", 57));
        assertThat(texts(read(back))).doesNotContainNull();
    }

    @Test
    void nothing_is_missed_or_heard_twice_while_others_talk() throws Exception {
        RawWebSocket talker = chat("");
        long last = read(talker).getLong("last");
        for (int i = 0; i < 50; i++) {
            talker.text("m" + i);
            if (i % 10 == 5) {
                RawWebSocket joining = chat("?since=" + last);
                read(joining);
            }
        }
        for (int listener = 0; listener < opened.size(); listener++) {
            RawWebSocket socket = (RawWebSocket) opened.get(listener);
            for (int i = 0; i < 50; i++) {
                assertThat(read(socket)).contains(entry("id", last + 1 + i), entry("text", "m" + i));
            }
        }
    }

    @Test
    void anybody_publishes_to_the_channel_demo() throws Exception {
        RawWebSocket ann = chat("");
        read(ann);
        JsonObject item = new JsonObject()
                .put("channel", "demo")
                .put("formats", new JsonObject().put("ws-message", new JsonObject().put("content", "hello from curl")));
        exchange(
                control,
                request(
                        "POST",
                        "/publish/",
                        new JsonObject().put("items", new JsonArray().add(item)).encode()));
        assertThat(ann.readText()).isEqualTo("hello from curl");
    }

    @Test
    void a_close_is_answered() throws Exception {
        RawWebSocket ann = chat("");
        read(ann);
        ann.close(1000, "bye");
        assertThat(ann.expectClose(1000)).isEqualTo("bye");
        ann.expectCut();
    }

    @Test
    void the_page_is_there() throws Exception {
        assertThat(get("/").reply().text())
                .contains("EventSource", "WebSocket", "ws-message", "http://localhost:" + control + "/publish/");
    }

    private static RawWebSocket skipFirst(RawWebSocket socket) throws IOException {
        read(socket);
        return socket;
    }

    private static Map.Entry<String, Object> entry(String key, Object value) {
        return Map.entry(key, value);
    }

    private static List<String> texts(JsonObject... messages) {
        return List.of(messages).stream()
                .map(message -> message.getString("text"))
                .toList();
    }
}
