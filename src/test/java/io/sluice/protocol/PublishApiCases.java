package io.sluice.protocol;

import static io.sluice.protocol.HttpWire.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The control HTTP API (GRIP, publishing). */
abstract class PublishApiCases extends ProtocolCases {
    private static final String OK =
            "{\"items\":[{\"channel\":\"nobody\",\"formats\":{\"http-stream\":{\"content\":\"x\"}}}]}";

    @ParameterizedTest
    @ValueSource(strings = {"/publish", "/publish/"})
    void published(String path) throws IOException {
        Reply reply = world().control("POST", path, OK);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo("text/plain");
        assertThat(reply.text()).isEqualTo("Published\n");
    }

    @ParameterizedTest
    @CsvSource({"/publish, Published", "/recover, Updated", "/recover/, Updated"})
    void inJson(String path, String message) throws IOException {
        Reply reply = world().control("POST", path, OK, "Accept: application/json");
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        assertThat(reply.text()).endsWith("}\n");
        assertThat(new JsonObject(reply.text()).getString("message")).isEqualTo(message);
    }

    /** Sluice alone tells what became of each item. */
    @Test
    void aReceipt() throws IOException {
        assumeTrue(isSluice(), "Pushpin's reply says nothing of the items");
        String channel = World.name("receipt");
        origin().on("/" + channel, Answer.ok("", "Grip-Hold: stream", "Grip-Channel: " + channel));
        try (HttpWire wire = world().held("/" + channel, channel)) {
            wire.head();
            JsonArray items = new JsonArray()
                    .add(Items.stream(channel, "1,").put("id", "1"))
                    .add(Items.stream(channel, "1,").put("id", "1"))
                    .add(Items.stream(channel, "3", "2", "3,"))
                    .add(Items.response(channel, "for nobody"));
            Reply reply = world().control(
                            "POST",
                            "/publish",
                            new JsonObject().put("items", items).encode(),
                            "Accept: application/json");
            JsonArray told = new JsonObject(reply.text()).getJsonArray("items");
            assertThat(told.stream().map(item -> ((JsonObject) item).getString("status")))
                    .containsExactly("accepted", "duplicate", "waiting", "accepted");
            assertThat(told.stream().map(item -> ((JsonObject) item).getInteger("matched")))
                    .containsExactly(1, 1, 1, 0);
            assertThat(told.getJsonObject(0).getString("channel")).isEqualTo(channel);
            assertThat(told.getJsonObject(0).getString("id")).isEqualTo("1");
            assertThat(told.getJsonObject(0).getJsonObject("position").getLong("sequence"))
                    .isPositive();
            assertThat(wire.readUntil("1,")).isEqualTo("1,");
        }
    }

    @Test
    void nothingToPublishIsFine() throws IOException {
        assertThat(world().control("POST", "/publish", "{\"items\":[]}").text()).isEqualTo("Published\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{                 | Body is not valid JSON.",
                "''                | Body is not valid JSON.",
                "[]                | Invalid format.",
                "{}                | Invalid format: object does not contain 'items'",
                "{\"items\":{}}    | Invalid format: object contains 'items' with wrong type",
                "{\"items\":[1]}   | Invalid format: publish item object is not an object",
                "{\"items\":[{}]}  | Invalid format: publish item object does not contain 'channel'",
                "{\"items\":[{\"channel\":1}]} | Invalid format: publish item object contains 'channel' with wrong type",
                "{\"items\":[{\"channel\":\"c\"}]} | Invalid format: no formats specified",
                "{\"items\":[{\"channel\":\"c\",\"formats\":{}}]} | Invalid format: no formats specified",
                "{\"items\":[{\"channel\":\"c\",\"formats\":1}]} | Invalid format: publish item object contains 'formats' with wrong type",
                "{\"items\":[{\"channel\":\"c\",\"id\":1,\"formats\":{\"http-stream\":{\"content\":\"x\"}}}]} | Invalid format: publish item object contains 'id' with wrong type",
                "{\"items\":[{\"channel\":\"c\",\"prev-id\":[],\"formats\":{\"http-stream\":{\"content\":\"x\"}}}]} | Invalid format: publish item object contains 'prev-id' with wrong type",
                "{\"items\":[{\"channel\":\"c\",\"size\":-1,\"formats\":{\"http-stream\":{\"content\":\"x\"}}}]} | Invalid format: publish item object contains 'size' with invalid value",
                "{\"items\":[{\"channel\":\"c\",\"no-seq\":1,\"formats\":{\"http-stream\":{\"content\":\"x\"}}}]} | Invalid format: publish item object contains 'no-seq' with wrong type",
                "{\"items\":[{\"channel\":\"c\",\"meta\":{\"k\":1},\"formats\":{\"http-stream\":{\"content\":\"x\"}}}]} | Invalid format: 'meta' contains 'k' with wrong type",
            })
    void badItems(String body, String text) throws IOException {
        refused(body, text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http-response | 1                                        | 'http-response' is not an object",
                "http-response | {}                                       | 'http-response' does not contain 'body', 'body-bin', or 'body-patch'",
                "http-response | {\"body\":1}                             | 'http-response' contains 'body' with wrong type",
                "http-response | {\"code\":1000,\"body\":\"\"}            | 'http-response' contains 'code' with invalid value",
                "http-response | {\"headers\":1,\"body\":\"\"}            | 'http-response' contains 'headers' with wrong type",
                "http-response | {\"headers\":[1],\"body\":\"\"}          | headers contains element with wrong type",
                "http-response | {\"headers\":[[\"a\"]],\"body\":\"\"}    | headers contains list with wrong number of elements",
                "http-response | {\"headers\":[[1,\"a\"]],\"body\":\"\"}  | header contains name element with wrong type",
                "http-response | {\"headers\":[[\"a\",1]],\"body\":\"\"}  | header contains value element with wrong type",
                "http-stream   | {}                                       | 'http-stream' does not contain 'content' or 'content-bin'",
                "http-stream   | {\"content\":1}                          | 'http-stream' contains 'content' with wrong type",
                "http-stream   | {\"content\":\"x\",\"content-filters\":1}   | 'http-stream' contains 'content-filters' with wrong type",
                "http-stream   | {\"content\":\"x\",\"content-filters\":[1]} | content-filters contains element with wrong type",
                "ws-message    | {}                                       | 'ws-message' does not contain 'content' or 'content-bin'",
                "ws-message    | {\"content\":\"x\",\"type\":\"x\"}       | 'ws-message' contains 'type' with unknown value",
            })
    void badFormats(String format, String fields, String text) throws IOException {
        refused(
                "{\"items\":[{\"channel\":\"c\",\"formats\":{\"" + format + "\":" + fields + "}}]}",
                "Invalid format: " + text);
    }

    /** Pushpin 1.36 takes a text for a number (and reads 0). */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"channel\":\"c\",\"size\":\"x\",\"formats\":{\"http-stream\":{\"content\":\"x\"}}} | publish item object contains 'size' with wrong type",
                "{\"channel\":\"c\",\"formats\":{\"http-response\":{\"code\":\"x\",\"body\":\"\"}}}   | 'http-response' contains 'code' with wrong type",
            })
    void aTextForANumber(String item, String text) throws IOException {
        if (isSluice()) {
            refused("{\"items\":[" + item + "]}", "Invalid format: " + text);
        } else {
            assertThat(world().control("POST", "/publish", "{\"items\":[" + item + "]}")
                            .status())
                    .isEqualTo(200);
        }
    }

    /** Quirk 14: Pushpin forgets to say what is wrong. */
    @Test
    void anUnknownAction() throws IOException {
        Reply reply = world().control(
                        "POST",
                        "/publish",
                        new JsonObject()
                                .put("items", new JsonArray().add(Items.action("c", "http-stream", "jump")))
                                .encode());
        assertThat(reply.status()).isEqualTo(400);
        if (isSluice()) {
            assertThat(reply.text()).startsWith("Invalid format: ").contains("action");
        } else {
            assertThat(reply.text()).isEqualTo("Invalid format: \n");
        }
    }

    private void refused(String body, String text) throws IOException {
        Reply reply = world().control("POST", "/publish/", body, "Accept: application/json, text/plain");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("Content-Type")).isEqualTo("text/plain");
        assertThat(reply.text()).isEqualTo(text + "\n");
    }

    @ParameterizedTest
    @CsvSource({"GET, /publish", "PUT, /publish/", "GET, /recover", "DELETE, /recover/"})
    void otherMethods(String method, String path) throws IOException {
        Reply reply = world().control(method, path, "");
        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.header("Allow")).isEqualTo("POST");
        assertThat(reply.text()).isEqualTo("Method not allowed: " + method + ".\n");
    }

    @Test
    void otherPaths() throws IOException {
        Reply reply = world().control("GET", "/nothing", "");
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.text()).isEqualTo("Not Found\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "DELETE"})
    void somebodyIsThere(String method) throws IOException {
        Reply reply = world().control(method, "/", "");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.text()).isEqualTo(isSluice() ? "Sluice API\n" : "Pushpin API\n");
    }

    /** Quirk 16: Pushpin's last entry wins, whatever its quality. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/*                                | text/plain       | text/plain",
                "text/*                             | text/plain       | text/plain",
                "application/*                      | application/json | application/json",
                "application/json, text/plain;q=0.1 | application/json | text/plain",
                "text/plain, application/json;q=0.1 | text/plain       | application/json",
            })
    void negotiation(String accept, String sluice, String pushpin) throws IOException {
        Reply reply = world().control("POST", "/publish", OK, "Accept: " + accept);
        assertThat(reply.header("Content-Type")).isEqualTo(isSluice() ? sluice : pushpin);
    }

    @Test
    void nothingAcceptable() throws IOException {
        Reply reply = world().control("POST", "/publish", OK, "Accept: image/png");
        assertThat(reply.status()).isEqualTo(406);
        assertThat(reply.text()).isEqualTo("Not Acceptable. Supported formats are text/plain and application/json.\n");
    }

    /** Sluice takes what Pushpin does not: a query (quirk 16), and a body in chunks. */
    @Test
    void queriesAndChunks() throws IOException {
        assertThat(world().control("POST", "/publish/?x=1", OK).status()).isEqualTo(isSluice() ? 200 : 404);
        Reply chunked = HttpWire.exchange(
                world().server().controlPort(),
                request("POST", "/publish", null, "Transfer-Encoding: chunked") + Integer.toHexString(OK.length())
                        + "\r\n" + OK + "\r\n0\r\n\r\n");
        assertThat(chunked.status()).isEqualTo(isSluice() ? 200 : 411);
    }

    @Test
    void tooLarge() throws IOException {
        if (isSluice()) { // Pushpin answers 400 and closes, so that who is still sending may not see it
            Reply body = world().control("POST", "/publish", OK + " ".repeat(1_000_000));
            assertThat(body.status()).isEqualTo(413);
            assertThat(body.text()).isEqualTo("Request body too large.\n");
        }
        Reply head = world().control("GET", "/", "", "A: " + "x".repeat(11_000));
        assertThat(head.status()).isEqualTo(isSluice() ? 431 : 400);
        assertThat(head.text())
                .isEqualTo(
                        isSluice()
                                ? "Request header size exceeded limit of 10000 bytes.\n"
                                : "Request header too large.\n");
    }

    @Test
    void expectContinue() throws IOException {
        try (var wire = HttpWire.open(world().server().controlPort())) {
            wire.send(request("POST", "/publish", null, "Expect: 100-continue", "Content-Length: " + OK.length()));
            assertThat(wire.reply().status()).isEqualTo(100);
            wire.send(OK);
            assertThat(wire.reply().text()).isEqualTo("Published\n");
        }
    }
}
