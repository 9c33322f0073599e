package io.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long-polls (GRIP, response hold). A first subscription makes the gateway ask again after a second: origins here answer so twice. */
abstract class ResponseHoldCases extends ProtocolCases {
    private String path = "";
    private String channel = "";

    private void hold(String... more) {
        channel = World.name("poll");
        path = "/" + channel;
        String[] headers = new String[more.length + 3];
        headers[0] = "Grip-Hold: response";
        headers[1] = "Grip-Channel: " + channel;
        headers[2] = "X-Kept: from the origin";
        System.arraycopy(more, 0, headers, 3, more.length);
        origin().on(path, Answer.ok("nothing yet\n", headers));
    }

    @Test
    void aPublishAnswers() throws Exception {
        hold();
        try (HttpWire wire = world().held(path, channel)) {
            world().publish(Items.response(channel, "news\n"));
            Reply reply = wire.reply();
            assertThat(reply.status() + " " + reply.reason()).isEqualTo("200 OK");
            assertThat(reply.header("X-Kept")).isEqualTo("from the origin");
            assertThat(reply.header("Content-Type")).isEqualTo("text/plain");
            assertThat(reply.header("Content-Length")).isEqualTo("5");
            assertThat(reply.text()).isEqualTo("news\n");
            // The connection goes on.
            wire.send(HttpWire.request("GET", "/nothing-here", null));
            assertThat(wire.reply().status()).isEqualTo(404);
        }
    }

    @Test
    void codeReasonAndHeadersArePublished() throws Exception {
        hold();
        try (HttpWire wire = world().held(path, channel)) {
            world().publish(Items.item(
                    channel,
                    "http-response",
                    new JsonObject()
                            .put("code", 201)
                            .put("reason", "Fresh")
                            .put(
                                    "headers",
                                    new JsonObject()
                                            .put("Content-Type", "text/html")
                                            .put("X-New", "1")
                                            .put("Grip-Secret", "x"))
                            .put("body-bin", "aGVsbG8=")));
            Reply reply = wire.reply();
            assertThat(reply.status() + " " + reply.reason()).isEqualTo("201 Fresh");
            assertThat(reply.headers().all("Content-Type")).containsExactly("text/html");
            assertThat(reply.header("X-New")).isEqualTo("1");
            assertThat(reply.header("X-Kept")).isEqualTo("from the origin");
            assertThat(reply.header("Grip-Secret")).isNull();
            assertThat(reply.text()).isEqualTo("hello");
        }
    }

    @Test
    void theStoredBodyIsPatched() throws Exception {
        channel = World.name("patch");
        path = "/" + channel;
        origin().on(
                        path,
                        Answer.ok(
                                "{\"list\":[1],\"old\":true}\n",
                                "Content-Type: application/json",
                                "Grip-Hold: response",
                                "Grip-Channel: " + channel));
        try (HttpWire wire = world().held(path, channel)) {
            JsonArray patch = new JsonArray()
                    .add(new JsonObject()
                            .put("op", "add")
                            .put("path", "/list/-")
                            .put("value", 2))
                    .add(new JsonObject().put("op", "remove").put("path", "/old"));
            world().publish(Items.item(channel, "http-response", new JsonObject().put("body-patch", patch)));
            Reply reply = wire.reply();
            assertThat(reply.text()).endsWith("\n");
            assertThat(new JsonObject(reply.text())).isEqualTo(new JsonObject("{\"list\":[1,2]}"));
        }
    }

    /** 1 is raised to 5. */
    @Test
    void theTimeoutAnswersWithTheOriginsResponse() throws Exception {
        hold("Grip-Timeout: 1");
        long begun = System.nanoTime();
        try (HttpWire wire = world().held(path, channel)) {
            Reply reply = wire.reply();
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.text()).isEqualTo("nothing yet\n");
            assertThat(reply.header("Grip-Hold")).isNull();
        }
        assertThat((System.nanoTime() - begun) / 1_000_000).isBetween(4_500L, 12_000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"timeout\":1,", "\"mode\":\"response\",\"timeout\":0,"})
    void theTimeoutInJson(String timeout) throws Exception {
        channel = World.name("json-poll");
        path = "/" + channel;
        origin().on(
                        path,
                        Answer.instruct("{\"hold\":{" + timeout + "\"channels\":[{\"name\":\"" + channel
                                + "\"}]},\"response\":{\"code\":404,\"body\":\"none\"}}"));
        try (HttpWire wire = world().held(path, channel)) {
            Reply reply = wire.reply();
            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.text()).isEqualTo("none");
        }
    }

    @Test
    void severalChannelsInSeveralLines() throws Exception {
        String third = World.name("third");
        hold("Grip-Channel: " + World.name("second") + ", " + third);
        try (HttpWire wire = world().held(path, third)) {
            world().publish(Items.response(third, "to the third"));
            assertThat(wire.reply().text()).isEqualTo("to the third");
        }
    }

    @Test
    void aHintAsksTheOriginAgain() throws Exception {
        channel = World.name("hint");
        path = "/" + channel;
        var news = new AtomicInteger();
        origin().on(
                        path,
                        request -> news.get() == 0
                                ? Answer.ok("", "Grip-Hold: response", "Grip-Channel: " + channel)
                                : Answer.ok("asked again: " + request.text()));
        String question = HttpWire.request("POST", path + "?q=1", "question", "X-Mine: yes");
        try (HttpWire wire = world().heldBy(question, channel)) {
            news.set(1);
            world().publish(Items.action(channel, "http-response", "hint"));
            assertThat(wire.reply().text()).isEqualTo("asked again: question");
        }
        Received last = origin().received(path).get(origin().received(path).size() - 1);
        assertThat(last.method()).isEqualTo("POST");
        assertThat(last.target()).isEqualTo(path + "?q=1");
        assertThat(last.header("X-Mine")).isEqualTo("yes");
        assertThat(last.header("Grip-Last")).isNull();
    }

    @Test
    void closeMeansNothing() throws Exception {
        hold();
        try (HttpWire wire = world().held(path, channel)) {
            world().publish(Items.action(channel, "http-response", "close"), Items.response(channel, "after"));
            assertThat(wire.reply().text()).isEqualTo("after");
        }
    }

    /** Pushpin knows the action since 1.38. */
    @Test
    void refreshMeansNothing() throws Exception {
        assumeTrue(isSluice(), "Pushpin 1.36 has no refresh action");
        hold();
        try (HttpWire wire = world().held(path, channel)) {
            world().publish(Items.action(channel, "http-response", "refresh"), Items.response(channel, "after"));
            assertThat(wire.reply().text()).isEqualTo("after");
        }
    }

    @Test
    void otherFormatsAreNotForIt() throws Exception {
        hold();
        try (HttpWire wire = world().held(path, channel)) {
            world().publish(Items.stream(channel, "stream"), Items.response(channel, "response"));
            assertThat(wire.reply().text()).isEqualTo("response");
        }
    }

    @Test
    void theRoutesPrefixStandsBeforeTheName() throws Exception {
        hold();
        try (HttpWire wire = world().held(path, "pre-" + channel, "Host: prefix.test")) {
            world().publish(
                            Items.response(channel, "to the bare name"),
                            Items.response("pre-" + channel, "to the full name"));
            assertThat(wire.reply().text()).isEqualTo("to the full name");
        }
    }

    @Test
    void theTargetsOwnChannel() throws Exception {
        hold();
        try (HttpWire wire = world().held(path, "implied-channel", "Host: sub.test")) {
            world().publish(Items.response("implied-channel", "implied"));
            assertThat(wire.reply().text()).isEqualTo("implied");
        }
    }

    @Test
    void everyWaitingClientGetsIt() throws Exception {
        hold();
        try (HttpWire one = world().held(path, channel);
                HttpWire two = world().held(path + "?two", channel)) {
            await().until(() -> origin().received(path).stream()
                    .anyMatch(request -> request.query().equals("two")));
            // No event tells of the second hold; what it missed would leave it waiting.
            var all = new AtomicInteger();
            await().until(() -> {
                world().publish(Items.response(channel, "for all"));
                return all.incrementAndGet() > 5;
            });
            assertThat(one.reply().text()).isEqualTo("for all");
            assertThat(two.reply().text()).isEqualTo("for all");
        }
    }
}
