package io.sluice.grip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishItemsTest {
    @Test
    void allFormatsInOneItem() throws GripException {
        PublishItem item = PublishItems.parse("""
                {"items": [{"channel": "grün", "id": "2", "prev-id": "1", "no-seq": true, "size": 3.0, "meta": {"sender": "me"},
                  "formats": {
                    "http-response": {"code": 2.0e2, "reason": "Fine", "headers": [["A", "ü"], ["Grip-X", "1"]], "body": "hello"},
                    "http-stream": {"content-bin": "aGk=", "content": "lost", "content-filters": ["build-id"]},
                    "ws-message": {"content": "text"},
                    "unknown": 1}}]}
                """.getBytes(UTF_8)).get(0);
        assertThat(item.channel()).isEqualTo("grün");
        assertThat(item.id()).isEqualTo("2");
        assertThat(item.prevId()).isEqualTo("1");
        assertThat(item.noSeq()).isTrue();
        assertThat(item.size()).isEqualTo(3);
        assertThat(item.meta()).isEqualTo(Map.of("sender", "me"));
        Format.HttpResponse response = item.response();
        assertThat(response).isNotNull();
        assertThat(response.code()).isEqualTo(200);
        assertThat(response.reason()).isEqualTo("Fine");
        assertThat(response.headers()).isEqualTo(Headers.of("A", "\u00c3\u00bc", "Grip-X", "1"));
        assertThat(response.body()).isEqualTo("hello".getBytes(UTF_8));
        assertThat(response.contentFilters()).isNull();
        assertThat(item.stream()).isNotNull();
        assertThat(item.stream().content()).isEqualTo("hi".getBytes(UTF_8));
        assertThat(item.stream().contentFilters()).containsExactly("build-id");
        assertThat(item.message()).isNotNull();
        assertThat(item.message().type()).isEqualTo(Format.WsMessage.Type.TEXT);
    }

    @ParameterizedTest
    @CsvSource({"channel", "id", "prev-id"})
    void namesAreBounded(String field) throws GripException {
        var item = new JsonObject("{\"channel\":\"c\",\"http-stream\":{\"content\":\"\"}}");
        String longest = "\u20ac".repeat(341) + "x";
        PublishItems.parseItem(item.copy().put(field, longest));
        assertThatExceptionOfType(GripException.class)
                .isThrownBy(() -> PublishItems.parseItem(item.copy().put(field, longest + "x")))
                .withMessage("publish item object contains '" + field + "' with invalid value");
    }

    @Test
    void defaults() throws GripException {
        PublishItem item = PublishItems.parseItem(
                new JsonObject("{\"channel\":\"c\",\"http-response\":{\"body\":\"\",\"code\":404}}"));
        assertThat(item.id()).isNull();
        assertThat(item.prevId()).isNull();
        assertThat(item.noSeq()).isFalse();
        assertThat(item.size()).isEqualTo(-1);
        assertThat(item.meta()).isEmpty();
        assertThat(item.stream()).isNull();
        assertThat(item.response()).isNotNull();
        assertThat(item.response().reason()).isEqualTo("Not Found");
        assertThat(item.response().body()).isEmpty();
        assertThat(item.response().bodyPatch()).isNull();
    }

    @Test
    void priorityIsReadAndWritten() throws GripException {
        for (Priority priority : Priority.values()) {
            var json = new JsonObject("{\"channel\":\"c\",\"formats\":{\"http-stream\":{\"content\":\"x\"}}}")
                    .put("priority", priority.text());
            PublishItem item = PublishItems.parseItem(json);
            assertThat(item.priority()).isEqualTo(priority);
            assertThat(PublishItems.parseItem(PublishItems.toJson(item)).priority())
                    .isEqualTo(priority);
        }
        assertThat(PublishItems.parseItem(new JsonObject("{\"channel\":\"c\",\"formats\":{\"xmpp\":{}}}"))
                        .priority())
                .isEqualTo(Priority.NORMAL);
    }

    @Test
    void unknownFormatsAloneAreAccepted() throws GripException {
        PublishItem item = PublishItems.parseItem(new JsonObject("{\"channel\":\"c\",\"formats\":{\"xmpp\":{}}}"));
        assertThat(item.response()).isNull();
        assertThat(item.stream()).isNull();
        assertThat(item.message()).isNull();
    }

    @Test
    void patchAndPrecedence() throws GripException {
        Format.HttpResponse patch = PublishItems.parseItem(new JsonObject(
                        "{\"channel\":\"c\",\"formats\":{\"http-response\":{\"body-patch\":[{\"op\":\"test\"}]}}}"))
                .response();
        assertThat(patch).isNotNull();
        assertThat(patch.body()).isNull();
        assertThat(new JsonArray(patch.bodyPatch())).isEqualTo(new JsonArray("[{\"op\":\"test\"}]"));
        Format.HttpResponse body = PublishItems.parseItem(new JsonObject("{\"channel\":\"c\",\"formats\":"
                        + "{\"http-response\":{\"body-patch\":1,\"body\":\"b\",\"body-bin\":\"YQ\"}}}"))
                .response();
        assertThat(body).isNotNull();
        assertThat(body.body()).isEqualTo("a".getBytes(UTF_8));
        assertThat(body.bodyPatch()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\1',
            value = {
                "{\"content-bin\": \"AA==\"}|SEND BINARY 1 -1",
                "{\"content-bin\": \"AA==\", \"type\": \"text\"}|SEND TEXT 1 -1",
                "{\"type\": \"ping\"}|SEND PING 0 -1",
                "{\"type\": \"pong\", \"content\": \"ab\"}|SEND PONG 2 -1",
                "{\"action\": \"close\"}|CLOSE TEXT 0 -1",
                "{\"action\": \"close\", \"code\": 1001, \"reason\": \"bye\"}|CLOSE TEXT 0 1001bye",
                "{\"action\": \"refresh\", \"content\": 1}|REFRESH TEXT 0 -1",
                "{\"action\": \"hint\"}|HINT TEXT 0 -1",
            })
    void messages(String json, String expected) throws GripException {
        Format.WsMessage message =
                PublishItems.parseItem(item("ws-message", json)).message();
        assertThat(message).isNotNull();
        assertThat(message.action() + " " + message.type() + " " + message.content().length + " " + message.closeCode()
                        + message.closeReason())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"hint,HINT", "close,CLOSE", "refresh,REFRESH"})
    void otherActionsNeedNothing(String name, Action action) throws GripException {
        String json = "{\"action\":\"" + name + "\",\"code\":\"x\",\"content-filters\":1}";
        Format.HttpResponse response =
                PublishItems.parseItem(item("http-response", json)).response();
        assertThat(response).isNotNull();
        assertThat(response.action()).isEqualTo(action);
        Format.HttpStream stream = PublishItems.parseItem(item("http-stream", json)).stream();
        assertThat(stream).isNotNull();
        assertThat(stream.action()).isEqualTo(action);
        assertThat(stream.content()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\1',
            value = {
                "|Body is not valid JSON.",
                "{|Body is not valid JSON.",
                "{\"items\": []} x|Body is not valid JSON.",
                "[]|Invalid format.",
                "null|Invalid format.",
                "1|Invalid format.",
                "{}|Invalid format: object does not contain 'items'",
                "{\"items\": {}}|Invalid format: object contains 'items' with wrong type",
                "{\"items\": null}|Invalid format: object contains 'items' with wrong type",
                "{\"items\": [1]}|Invalid format: publish item object is not an object",
                "{\"items\": [null]}|Invalid format: publish item object is not an object",
                "{\"items\": [{}]}|Invalid format: publish item object does not contain 'channel'",
            })
    void bodiesThatAreRefused(String body, String message) {
        assertThatExceptionOfType(GripException.class)
                .isThrownBy(() -> PublishItems.parse((body == null ? "" : body).getBytes(UTF_8)))
                .withMessage(message);
    }

    @Test
    void oneBadItemRefusesAll() {
        String good = item("http-stream", "{\"content\":\"x\"}").encode();
        assertThatExceptionOfType(GripException.class)
                .isThrownBy(
                        () -> PublishItems.parse(("{\"items\":[" + good + ",{\"channel\":\"c\"}]}").getBytes(UTF_8)))
                .withMessage("Invalid format: no formats specified");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\1',
            value = {
                "{\"channel\": 1}|publish item object contains 'channel' with wrong type",
                "{\"channel\": \"\"}|publish item object contains 'channel' with invalid value",
                "{\"channel\": \"a\\nb\"}|publish item object contains 'channel' with invalid value",
                "{\"channel\": \"c\", \"id\": null}|publish item object contains 'id' with wrong type",
                "{\"channel\": \"c\", \"id\": \"\\u0000\"}|publish item object contains 'id' with invalid value",
                "{\"channel\": \"c\", \"prev-id\": 1}|publish item object contains 'prev-id' with wrong type",
                "{\"channel\": \"c\", \"formats\": []}|publish item object contains 'formats' with wrong type",
                "{\"channel\": \"c\", \"formats\": {}}|no formats specified",
                "{\"channel\": \"c\"}|no formats specified",
                "{\"channel\": \"c\", \"http-stream\": null}|'http-stream' is not an object",
                "{\"channel\": \"c\", \"formats\": {\"x\": 1}, \"meta\": 1}|publish item object contains 'meta' with wrong type",
                "{\"channel\": \"c\", \"formats\": {\"x\": 1}, \"meta\": {\"k\": 1}}|'meta' contains 'k' with wrong type",
                "{\"channel\": \"c\", \"formats\": {\"x\": 1}, \"size\": \"1\"}|publish item object contains 'size' with wrong type",
                "{\"channel\": \"c\", \"formats\": {\"x\": 1}, \"size\": -1}|publish item object contains 'size' with invalid value",
                "{\"channel\": \"c\", \"formats\": {\"x\": 1}, \"size\": 1e10}|publish item object contains 'size' with invalid value",
                "{\"channel\": \"c\", \"formats\": {\"x\": 1}, \"size\": 99999999999999999999999}|publish item object contains 'size' with invalid value",
                "{\"channel\": \"c\", \"formats\": {\"x\": 1}, \"priority\": \"urgent\"}|priority must be low, normal or high",
                "{\"channel\": \"c\", \"formats\": {\"x\": 1}, \"priority\": 1}|publish item object contains 'priority' with wrong type",
                "{\"channel\": \"c\", \"formats\": {\"x\": 1}, \"no-seq\": \"true\"}|publish item object contains 'no-seq' with wrong type",
            })
    void itemsThatAreRefused(String json, String message) {
        refused(new JsonObject(json), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\1',
            value = {
                "http-response|{\"action\": \"explode\"}|'http-response' contains 'action' with unknown value",
                "http-response|{\"action\": 1}|'http-response' contains 'action' with wrong type",
                "http-response|{\"code\": \"200\", \"body\": \"\"}|'http-response' contains 'code' with wrong type",
                "http-response|{\"code\": true, \"body\": \"\"}|'http-response' contains 'code' with wrong type",
                "http-response|{\"code\": 200.5, \"body\": \"\"}|'http-response' contains 'code' with wrong type",
                "http-response|{\"code\": 1000, \"body\": \"\"}|'http-response' contains 'code' with invalid value",
                "http-response|{\"code\": 1e3, \"body\": \"\"}|'http-response' contains 'code' with invalid value",
                "http-response|{\"code\": -1, \"body\": \"\"}|'http-response' contains 'code' with invalid value",
                "http-response|{\"reason\": \"a\\nb\", \"body\": \"\"}|'http-response' contains 'reason' with invalid value",
                "http-response|{\"headers\": \"x\", \"body\": \"\"}|'http-response' contains 'headers' with wrong type",
                "http-response|{\"headers\": [\"x\"], \"body\": \"\"}|headers contains element with wrong type",
                "http-response|{\"headers\": [[\"x\"]], \"body\": \"\"}|headers contains list with wrong number of elements",
                "http-response|{\"headers\": [[1, \"x\"]], \"body\": \"\"}|header contains name element with wrong type",
                "http-response|{\"headers\": [[\"x\", 1]], \"body\": \"\"}|header contains value element with wrong type",
                "http-response|{\"headers\": {\"x\": 1}, \"body\": \"\"}|headers contains 'x' with wrong type",
                "http-response|{\"headers\": {\"x\": \"a\\rb\"}, \"body\": \"\"}|headers contains 'x' with invalid value",
                "http-response|{\"content-filters\": 1, \"body\": \"\"}|'http-response' contains 'content-filters' with wrong type",
                "http-response|{\"content-filters\": [1], \"body\": \"\"}|content-filters contains element with wrong type",
                "http-response|{}|'http-response' does not contain 'body', 'body-bin', or 'body-patch'",
                "http-response|{\"body\": 1}|'http-response' contains 'body' with wrong type",
                "http-response|{\"body-bin\": 1}|'http-response' contains 'body-bin' with wrong type",
                "http-response|{\"body-patch\": {}}|'http-response' contains 'body-patch' with wrong type",
                "http-stream|1|'http-stream' is not an object",
                "http-stream|{}|'http-stream' does not contain 'content' or 'content-bin'",
                "http-stream|{\"content\": null}|'http-stream' contains 'content' with wrong type",
                "http-stream|{\"content-bin\": 1, \"content\": \"\"}|'http-stream' contains 'content-bin' with wrong type",
                "http-stream|{\"content-filters\": {}, \"content\": \"\"}|'http-stream' contains 'content-filters' with wrong type",
                "ws-message|{}|'ws-message' does not contain 'content' or 'content-bin'",
                "ws-message|{\"type\": \"binary\"}|'ws-message' does not contain 'content' or 'content-bin'",
                "ws-message|{\"type\": \"x\"}|'ws-message' contains 'type' with unknown value",
                "ws-message|{\"type\": 1}|'ws-message' contains 'type' with wrong type",
                "ws-message|{\"type\": \"ping\", \"content\": 1}|'ws-message' contains 'content' with wrong type",
                "ws-message|{\"action\": \"close\", \"code\": \"1\"}|'ws-message' contains 'code' with wrong type",
                "ws-message|{\"action\": \"close\", \"code\": -1}|'ws-message' contains 'code' with invalid value",
                "ws-message|{\"action\": \"close\", \"code\": 1005}|'ws-message' contains 'code' with invalid value",
                "ws-message|{\"action\": \"close\", \"code\": 999}|'ws-message' contains 'code' with invalid value",
                "ws-message|{\"action\": \"close\", \"code\": 5000}|'ws-message' contains 'code' with invalid value",
                "ws-message|{\"type\": \"text\", \"content-bin\": \"/w==\"}|'ws-message' contains 'content-bin' with invalid value",
                "ws-message|{\"action\": \"close\", \"reason\": 1}|'ws-message' contains 'reason' with wrong type",
            })
    void formatsThatAreRefused(String format, String json, String message) {
        refused(new JsonObject("{\"channel\":\"c\",\"formats\":{\"" + format + "\":" + json + "}}"), message);
        refused(new JsonObject("{\"channel\":\"c\",\"" + format + "\":" + json + "}"), message);
    }

    @Test
    void theChannelMayComeFromElsewhere() throws GripException {
        var json = new JsonObject("{\"channel\":5,\"http-stream\":{\"action\":\"close\"}}");
        assertThat(PublishItems.parseItem(json, "topic").channel()).isEqualTo("topic");
    }

    @Property
    void anyBytesAreReadOrRefused(@ForAll byte[] body) {
        onlyGripException(body);
    }

    @Property(tries = 3000)
    void anyShapeIsReadOrRefused(@ForAll("shapes") String item) {
        onlyGripException(("{\"items\":[" + item + "]}").getBytes(UTF_8));
        onlyGripException(("{\"items\":[{\"channel\":\"c\",\"formats\":" + item + "}]}").getBytes(UTF_8));
    }

    @Property
    void whatIsWrittenIsReadBack(@ForAll("items") PublishItem item) throws GripException {
        JsonObject json = PublishItems.toJson(item);
        String text = "{\"items\":[" + json.encode() + "]}";
        PublishItem back = PublishItems.parse(text.getBytes(UTF_8)).get(0);
        assertThat(back).usingRecursiveComparison().isEqualTo(item);
    }

    @Provide
    Arbitrary<String> shapes() {
        return JsonShapes.of(
                "channel",
                "id",
                "prev-id",
                "no-seq",
                "size",
                "meta",
                "formats",
                "http-response",
                "http-stream",
                "ws-message",
                "action",
                "code",
                "reason",
                "headers",
                "body",
                "body-bin",
                "body-patch",
                "content",
                "content-bin",
                "content-filters",
                "type");
    }

    @Provide
    Arbitrary<PublishItem> items() {
        Arbitrary<String> names =
                Arbitraries.strings().withChars("abcé;,\"= €").ofMinLength(1).ofMaxLength(8);
        Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(6);
        Arbitrary<List<String>> filters = names.list().ofMaxSize(2).injectNull(0.5);
        Arbitrary<Format.HttpResponse> responses = Combinators.combine(
                        Arbitraries.integers().between(0, 999), bytes.injectNull(0.3), filters, names)
                .as((code, body, list, name) -> new Format.HttpResponse(
                        Action.SEND,
                        code,
                        Reasons.of(code).isEmpty() ? "x" : Reasons.of(code),
                        Headers.of("X", HeaderText.encode(name.strip()), "x", "1"),
                        body,
                        body == null ? "[{\"op\":\"remove\",\"path\":\"/a\"}]" : null,
                        list));
        Arbitrary<Format.HttpStream> streams = Combinators.combine(bytes, filters)
                .as((content, list) -> new Format.HttpStream(Action.SEND, content, list));
        Arbitrary<Format.WsMessage> messages = Combinators.combine(
                        bytes, names, filters, Arbitraries.of(Format.WsMessage.Type.values()))
                .as((content, text, list, type) -> new Format.WsMessage(
                        Action.SEND,
                        type,
                        type == Format.WsMessage.Type.TEXT ? text.getBytes(UTF_8) : content,
                        -1,
                        "",
                        list));
        return Combinators.combine(
                        names,
                        names.injectNull(0.5),
                        names.injectNull(0.5),
                        Arbitraries.of(true, false),
                        Arbitraries.integers().between(-1, 100),
                        responses,
                        streams.injectNull(0.3),
                        messages.injectNull(0.3))
                .as((channel, id, prevId, noSeq, size, response, stream, message) -> new PublishItem(
                        channel, id, prevId, noSeq, size, Map.of(channel, "v"), response, stream, message));
    }

    private static void onlyGripException(byte[] body) {
        List<PublishItem> items;
        try {
            items = PublishItems.parse(body);
        } catch (GripException e) {
            assertThat(e.text()).isNotEmpty();
            return;
        }
        for (PublishItem item : items) {
            if (item.response() != null || item.stream() != null || item.message() != null) {
                assertThat(readBack(item)).usingRecursiveComparison().isEqualTo(item);
            }
        }
    }

    private static PublishItem readBack(PublishItem item) {
        try {
            return PublishItems.parseItem(PublishItems.toJson(item));
        } catch (GripException e) {
            throw new AssertionError(e.text() + " in " + PublishItems.toJson(item), e);
        }
    }

    private static void refused(JsonObject json, String message) {
        assertThatExceptionOfType(GripException.class)
                .isThrownBy(() -> PublishItems.parseItem(json))
                .withMessage(message);
    }

    private static JsonObject item(String format, String json) {
        return new JsonObject("{\"channel\":\"c\",\"formats\":{\"" + format + "\":" + json + "}}");
    }
}
