package io.sluice.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Filters that ask the origin for each item and connection (GRIP, http-check and http-modify). Pushpin has them from 2.0 on. */
class HttpFiltersIT {
    private static @Nullable World shared;

    private final String channel = World.name("ask");
    private final String path = "/" + channel;

    @BeforeAll
    static void start() throws Exception {
        shared = new World(SluiceServer::start);
    }

    @AfterAll
    static void stop() throws Exception {
        world().close();
    }

    private static World world() {
        if (shared == null) {
            throw new IllegalStateException("not started");
        }
        return shared;
    }

    private void hold(String mode, String filter) {
        world().origin()
                .on(
                        path,
                        Answer.ok(
                                mode.equals("stream") ? "" : "timeout",
                                "Grip-Hold: " + mode,
                                "Grip-Channel: " + channel + "; filter=" + filter,
                                "Grip-Set-Meta: user=alice, url=\"" + path + "/ask?x=1\""));
    }

    /** Answers as the item's meta asks for. */
    private void answer() {
        world().origin().on(path + "/ask", request -> switch (new JsonObject(String.valueOf(request.header("Pub-Meta")))
                .getString("verdict", "pass")) {
            case "drop" -> Answer.of("200 OK", "", "Action: drop");
            case "bad" -> Answer.of("400 Bad Request", "no");
            case "rewrite" ->
                Answer.ok("<" + request.text() + " for "
                        + new JsonObject(String.valueOf(request.header("Sub-Meta"))).getString("user")
                        + ">");
            default -> new Answer("HTTP/1.1 204 No Content\r\n\r\n".getBytes(UTF_8), false);
        });
    }

    private JsonObject item(String verdict, String content) {
        return Items.meta(Items.stream(channel, content), "verdict", verdict);
    }

    @Test
    void theOriginDecidesItemByItem() throws Exception {
        hold("stream", "http-check");
        answer();
        try (HttpWire wire = world().held(path, channel)) {
            wire.head();
            world().publish(item("pass", "a"), item("drop", "b"), item("bad", "c"), item("pass", "d|"));
            assertThat(wire.readUntil("|")).isEqualTo("ad|");
        }
        List<Received> asked = asked();
        assertThat(asked).hasSize(4);
        assertThat(asked.get(0).method()).isEqualTo("POST");
        assertThat(asked.get(0).query()).isEqualTo("x=1");
        assertThat(asked.get(0).body()).isEmpty();
        assertThat(asked.get(0).header("Grip-Sig")).isNotNull();
        assertThat(new JsonObject(String.valueOf(asked.get(1).header("Pub-Meta"))))
                .isEqualTo(new JsonObject().put("verdict", "drop"));
        assertThat(new JsonObject(String.valueOf(asked.get(1).header("Sub-Meta"))).getString("user"))
                .isEqualTo("alice");
    }

    @Test
    void theOriginRewritesItemByItem() throws Exception {
        hold("stream", "http-modify");
        answer();
        try (HttpWire wire = world().held(path, channel)) {
            wire.head();
            world().publish(
                            item("rewrite", "a"),
                            item("pass", "b"),
                            item("bad", "c"),
                            item("drop", "d"),
                            item("pass", "|"));
            assertThat(wire.readUntil("|")).isEqualTo("<a for alice>b|");
        }
        assertThat(asked().get(1).text()).isEqualTo("b");
    }

    @Test
    void aLongPollWaitsForAnItemThatPasses() throws Exception {
        hold("response", "http-modify");
        answer();
        try (HttpWire wire = world().held(path, channel)) {
            world().publish(
                            Items.meta(Items.response(channel, "no"), "verdict", "drop"),
                            Items.meta(Items.response(channel, "yes"), "verdict", "rewrite"));
            assertThat(wire.reply().text()).isEqualTo("<yes for alice>");
        }
    }

    private List<Received> asked() {
        return world().origin().received(path + "/ask");
    }
}
