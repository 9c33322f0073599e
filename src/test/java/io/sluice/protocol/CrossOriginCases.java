package io.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Automatic CORS headers and JSON-P (GRIP, auto cross origin). */
abstract class CrossOriginCases extends ProtocolCases {
    @Test
    void corsHeadersAreAdded() throws IOException {
        String path = "/" + World.name("cors");
        origin().on(path, Answer.ok("body", "X-Mine: 1", "ETag: x"));
        Reply reply = world().get(
                        path,
                        "Host: cors.test",
                        "Origin: http://page.example",
                        "Access-Control-Request-Headers: X-A, X-B");
        assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo("http://page.example");
        assertThat(reply.header("Access-Control-Allow-Credentials")).isEqualTo("true");
        assertThat(reply.header("Access-Control-Allow-Methods")).isEqualTo("OPTIONS, HEAD, GET, POST, PUT, DELETE");
        assertThat(reply.header("Access-Control-Allow-Headers")).isEqualTo("X-A, X-B");
        assertThat(reply.header("Access-Control-Max-Age")).isEqualTo("3600");
        assertThat(reply.header("Access-Control-Expose-Headers"))
                .contains("X-Mine", "ETag")
                .doesNotContain("Content-Type");
    }

    @Test
    void corsHeadersOfTheOriginStay() throws IOException {
        String path = "/" + World.name("cors-own");
        origin().on(path, Answer.ok("body", "Access-Control-Allow-Origin: null", "Access-Control-Max-Age: 1"));
        Reply reply = world().get(path, "Host: cors.test");
        assertThat(reply.headers().all("Access-Control-Allow-Origin")).containsExactly("null");
        assertThat(reply.headers().all("Access-Control-Max-Age")).containsExactly("1");
        assertThat(reply.header("Access-Control-Allow-Headers")).isNull();
    }

    @Test
    void corsHeadersOfHolds() throws Exception {
        String channel = World.name("cors-hold");
        origin().on("/" + channel, Answer.ok("", "Grip-Hold: response", "Grip-Channel: " + channel));
        try (HttpWire wire = world().held("/" + channel, channel, "Host: cors.test")) {
            world().publish(Items.response(channel, "x"));
            assertThat(wire.reply().header("Access-Control-Allow-Origin")).isEqualTo("*");
        }
    }

    @Test
    void otherRoutesAddNothing() throws IOException {
        String path = "/" + World.name("no-cors");
        origin().on(path, Answer.ok("body"));
        Reply reply = world().get(path, "Origin: http://page.example");
        assertThat(reply.header("Access-Control-Allow-Origin")).isNull();
    }

    @Test
    void jsonp() throws IOException {
        String path = "/" + World.name("jsonp");
        origin().on(path, Answer.of("201 Made", "{\"a\":1}", "X-A: b"));
        Reply reply = world().get(
                        path + "?x=1&callback=cb%2Ea&_method=POST&_headers=%7B%22X-Q%22%3A%22q%22%7D&_body=hello",
                        "Host: jsonp.test");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo("application/javascript");
        JsonObject wrapped = wrapped(reply, "cb.a");
        assertThat(wrapped.getInteger("code")).isEqualTo(201);
        assertThat(wrapped.getString("reason")).isEqualTo("Made");
        assertThat(wrapped.getJsonObject("headers").getString("X-A")).isEqualTo("b");
        assertThat(wrapped.getString("body")).isEqualTo("{\"a\":1}");
        Received received = origin().received(path).get(0);
        assertThat(received.method()).isEqualTo("POST");
        assertThat(received.target()).isEqualTo(path + "?x=1");
        assertThat(received.header("X-Q")).isEqualTo("q");
        assertThat(received.text()).isEqualTo("hello");
    }

    private static JsonObject wrapped(Reply reply, String callback) {
        String text = reply.text();
        assertThat(text).startsWith("/**/" + callback + "({").endsWith("});\n");
        return new JsonObject(text.substring(callback.length() + 5, text.length() - 3));
    }

    @Test
    void basicJsonp() throws IOException {
        String path = "/" + World.name("jsonp-basic");
        origin().on(path, Answer.ok("{\"hello\": \"world\"}\n"));
        Reply reply = world().get(path + "?bparam=%7B%7D", "Host: jsonp-basic.test");
        assertThat(reply.text()).isEqualTo("/**/jpcb({\"hello\": \"world\"});\n");
        Received received = origin().received(path).get(0);
        assertThat(received.method()).isEqualTo("POST");
        assertThat(received.target()).isEqualTo(path);
        assertThat(received.header("Content-Type")).isEqualTo("application/json");
        assertThat(received.text()).isEqualTo("{}");
    }

    @Test
    void jsonpOfALongPoll() throws Exception {
        String channel = World.name("jsonp-hold");
        origin().on("/" + channel, Answer.ok("", "Grip-Hold: response", "Grip-Channel: " + channel));
        try (HttpWire wire = world().held("/" + channel + "?callback=cb", channel, "Host: jsonp.test")) {
            world().publish(Items.response(channel, "news"));
            assertThat(wrapped(wire.reply(), "cb").getString("body")).isEqualTo("news");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "callback=                   | Invalid callback parameter.",
                "callback=cb&_headers=%7B    | Invalid _headers parameter.",
                "callback=cb&_headers=1      | Invalid _headers parameter.",
            })
    void badParameters(String query, String text) throws IOException {
        String path = "/" + World.name("jsonp-bad");
        origin().on(path, Answer.ok("x"));
        Reply reply = world().get(path + "?" + query.strip(), "Host: jsonp.test");
        assertThat(reply.text()).contains(text);
        assertThat(origin().received(path)).isEmpty();
    }
}
