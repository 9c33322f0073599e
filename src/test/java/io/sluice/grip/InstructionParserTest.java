package io.sluice.grip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstructionParserTest {
    @Test
    void gripIsKnownByAnyOfItsHeadersOrItsType() {
        assertThat(InstructionParser.isGrip(Headers.of("gRIP-foo", "bar"))).isTrue();
        assertThat(InstructionParser.isGrip(Headers.of("Content-Type", "application/grip-instruct; charset=x")))
                .isTrue();
        assertThat(InstructionParser.isGrip(Headers.of("Content-Type", "application/grip-instructs", "Grip", "x")))
                .isFalse();
    }

    @Test
    void withoutHoldTheResponseIsCleaned() throws GripException {
        Instruction instruction = InstructionParser.parse(response(
                "hello",
                "Content-Type",
                "text/plain",
                "Grip-Channel",
                "apple",
                "Connection",
                "close",
                "Keep-Alive",
                "timeout=5",
                "Content-Encoding",
                "gzip",
                "Content-Length",
                "5",
                "X-Other",
                "1"));
        assertThat(instruction.hold()).isEqualTo(HoldMode.NONE);
        assertThat(instruction.channels()).extracting(ChannelSpec::name).containsExactly("apple");
        assertThat(instruction.response().headers())
                .isEqualTo(Headers.of("Content-Type", "text/plain", "X-Other", "1"));
        assertThat(new String(instruction.response().body(), UTF_8)).isEqualTo("hello");
        assertThat(instruction.timeoutSeconds()).isEqualTo(55);
        assertThat(instruction.keepAlive()).isNull();
        assertThat(instruction.next()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "404,404,Not Found",
        "404 Nothing To See Here,404,Nothing To See Here",
        "0,0,''",
        "299,299,''",
        "' 304 ',304,Not Modified"
    })
    void statusIsOverridden(String header, int status, String reason) throws GripException {
        GripResponse response = InstructionParser.parse(response("", "Grip-Status", header.strip()))
                .response();
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.reason()).isEqualTo(reason);
    }

    @Test
    void exposedHeadersAloneRemain() throws GripException {
        Instruction instruction = InstructionParser.parse(response(
                "",
                "A",
                "1",
                "B",
                "2",
                "C",
                "3",
                "Grip-Expose-Headers",
                "a",
                "Grip-Expose-Headers",
                "x, C, Grip-Hold"));
        assertThat(instruction.response().headers()).isEqualTo(Headers.of("A", "1", "C", "3"));
    }

    @Test
    void responseHold() throws GripException {
        Instruction instruction = InstructionParser.parse(response(
                "timeout",
                "Grip-Hold",
                "response",
                "Grip-Channel",
                "apple; prev-id=item1; filter=f1",
                "Grip-Channel",
                "banana; filter=f2, cherry; Filter=f1; filter=f2; other=x",
                "Grip-Timeout",
                "120",
                "Grip-Set-Meta",
                "foo=bar, bar=\"b,a\\\"z\"; lost=1",
                "Grip-Link",
                "</gone?a=b>; rel=gone"));
        assertThat(instruction.hold()).isEqualTo(HoldMode.RESPONSE);
        assertThat(instruction.channels())
                .containsExactly(
                        new ChannelSpec("apple", "item1", List.of("f1")),
                        new ChannelSpec("banana", null, List.of("f2")),
                        new ChannelSpec("cherry", null, List.of("f1", "f2")));
        assertThat(instruction.timeoutSeconds()).isEqualTo(120);
        assertThat(instruction.meta()).isEqualTo(Map.of("foo", "bar", "bar", "b,a\"z"));
        assertThat(instruction.gone()).isEqualTo("/gone?a=b");
    }

    @Test
    void responseHoldInJson() throws GripException {
        Instruction instruction = InstructionParser.parse(json("""
                {"hold": {"channels": [{"name": "apple", "prev-id": "item1", "filters": ["f1"]}, {"name": "bänana"}],
                  "timeout": 2.0, "meta": {"foo": "bar"}, "other": 1},
                 "response": {"code": 404, "headers": {"X": "grün", "Grip-Foo": "x", "connection": "close"}, "body": "ü"}}
                """));
        assertThat(instruction.hold()).isEqualTo(HoldMode.RESPONSE);
        assertThat(instruction.channels())
                .containsExactly(
                        new ChannelSpec("apple", "item1", List.of("f1")), new ChannelSpec("bänana", null, List.of()));
        assertThat(instruction.timeoutSeconds()).isEqualTo(5);
        assertThat(instruction.meta()).isEqualTo(Map.of("foo", "bar"));
        assertThat(instruction.response().status()).isEqualTo(404);
        assertThat(instruction.response().reason()).isEqualTo("Not Found");
        assertThat(instruction.response().headers()).isEqualTo(Headers.of("X", HeaderText.encode("grün")));
        assertThat(instruction.response().body()).isEqualTo("ü".getBytes(UTF_8));
    }

    @Test
    void jsonGoesOverHeadersAndClearsTheResponse() throws GripException {
        Instruction instruction = InstructionParser.parse(new GripResponse(
                200,
                "Fine",
                Headers.of(
                        "Content-Type", "application/grip-instruct",
                        "X", "1",
                        "Grip-Hold", "response",
                        "Grip-Channel", "a; filter=x, b",
                        "Grip-Timeout", "77",
                        "Grip-Keep-Alive", "ping; timeout=3; mode=interval",
                        "Grip-Link", "</next>; rel=next; timeout=0"),
                "{\"hold\":{\"mode\":\"stream\",\"channels\":[{\"name\":\"a\",\"prev-id\":\"1\"}]}}".getBytes(UTF_8)));
        assertThat(instruction.hold()).isEqualTo(HoldMode.STREAM);
        assertThat(instruction.channels())
                .containsExactlyInAnyOrder(new ChannelSpec("a", "1", List.of()), new ChannelSpec("b", null, List.of()));
        assertThat(instruction.timeoutSeconds()).isEqualTo(77);
        assertThat(instruction.next()).isEqualTo(new NextLink("/next", 0));
        assertThat(instruction.response().status()).isEqualTo(200);
        assertThat(instruction.response().headers()).isEqualTo(Headers.EMPTY);
        assertThat(instruction.response().body()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ping1\\n; timeout=10|ping1\\\\n|10|IDLE",
                "a, b|a, b|55|IDLE",
                "ping2\\n\\x41\\\\\\q\\r; format=cstring; mode=idle|ping2\\nA\\\\\\r|55|IDLE",
                "cGlu*Z zMK; format=base64; mode=interval; timeout=0|ping3\\n|1|INTERVAL",
                "cGluZzMK; format=base64|ping3\\n|55|IDLE",
            })
    void keepAlive(String header, String content, int timeoutSeconds, KeepAlive.Mode mode) throws GripException {
        KeepAlive keepAlive =
                InstructionParser.parse(response("", "Grip-Keep-Alive", header)).keepAlive();
        assertThat(keepAlive).isNotNull();
        assertThat(new String(keepAlive.content(), UTF_8)).isEqualTo(content.translateEscapes());
        assertThat(keepAlive.timeoutSeconds()).isEqualTo(timeoutSeconds);
        assertThat(keepAlive.mode()).isEqualTo(mode);
    }

    @Test
    void keepAliveInJson() throws GripException {
        KeepAlive keepAlive = InstructionParser.parse(
                        json("{\"hold\":{\"mode\":\"stream\",\"channels\":[],\"keep-alive\":{\"content-bin\":\"cGk=\","
                                + "\"timeout\":0,\"mode\":\"interval\"}}}"))
                .keepAlive();
        assertThat(keepAlive).isNotNull();
        assertThat(new String(keepAlive.content(), UTF_8)).isEqualTo("pi");
        assertThat(keepAlive.timeoutSeconds()).isEqualTo(1);
        assertThat(keepAlive.mode()).isEqualTo(KeepAlive.Mode.INTERVAL);
        assertThat(InstructionParser.parse(
                                json("{\"hold\":{\"channels\":[],\"keep-alive\":{\"content\":\"\",\"timeout\":9}}}"))
                        .keepAlive())
                .as("there is nothing to send")
                .isNull();
    }

    @Test
    void linksAreKeptInStrictForm() throws GripException {
        Instruction instruction = InstructionParser.parse(response(
                "",
                "Grip-Link",
                "<http://host/a>; rel=next, </b|c?x={\"y\"}%zz&\u00c3\u00bc>; rel=next; timeout=7",
                "Grip-Link",
                "<?q>; rel=other; timeout=x, <no-parameters>"));
        assertThat(instruction.next()).isEqualTo(new NextLink("/b%7Cc?x=%7B%22y%22%7D%25zz&%C3%BC", 7));
        assertThat(instruction.gone()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://my_host:8000/x|http://my_host:8000/x",
                "HTTPS://[::1]:443?q|HTTPS://[::1]:443?q",
                "//host/x|//host/x",
                "x/../y#f|x/../y#f",
                "?a=b|?a=b",
                "/a b|/a%20b",
                "/%41%4|/%41%254",
            })
    void linksOfManyKinds(String link, String expected) throws GripException {
        Instruction instruction = InstructionParser.parse(response("", "Grip-Link", "<" + link + ">; rel=gone"));
        assertThat(instruction.gone()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http:/x",
                "http://",
                "//",
                "ftp://h/",
                "ws://h/",
                "http://u@h/",
                "http://h:70000/",
                "http://h:x/",
                "a:b",
                "/a\u0000b"
            })
    void linksThatLeadNowhere(String link) {
        refused(response("", "Grip-Link", "<" + link + ">; rel=gone"), "Grip-Link contains invalid link");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Grip-Hold|Stream|Grip-Hold must be set to either 'response' or 'stream'",
                "Grip-Hold|''|Grip-Hold must be set to either 'response' or 'stream'",
                "Grip-Channel|a; filter=1; filter=2; filter=3; filter=4; filter=5; filter=6|too many filters for channel 'a'",
                "Grip-Channel|; prev-id=1|failed to parse Grip-Channel",
                "Grip-Timeout|x|failed to parse Grip-Timeout",
                "Grip-Timeout|3000000000|failed to parse Grip-Timeout",
                "Grip-Timeout|-1|Grip-Timeout has invalid value",
                "Grip-Keep-Alive|''|Grip-Keep-Alive cannot be empty",
                "Grip-Keep-Alive|; timeout=5|Grip-Keep-Alive cannot be empty",
                "Grip-Keep-Alive|x; mode=never|no such Grip-Keep-Alive mode 'never'",
                "Grip-Keep-Alive|x; format=hex|no such Grip-Keep-Alive format 'hex'",
                "Grip-Keep-Alive|x; timeout=1s|failed to parse Grip-Keep-Alive timeout value",
                "Grip-Keep-Alive|x; timeout=-1|Grip-Keep-Alive timeout has invalid value",
                "Grip-Keep-Alive|x\\; format=cstring|failed to parse Grip-Keep-Alive cstring format",
                "Grip-Keep-Alive|x\\x4; format=cstring|failed to parse Grip-Keep-Alive cstring format",
                "Grip-Keep-Alive|\\xzz; format=cstring|failed to parse Grip-Keep-Alive cstring format",
                "Grip-Status|abc|Grip-Status contains invalid status code",
                "Grip-Status|1000|Grip-Status contains invalid status code",
                "Grip-Status|-1 No|Grip-Status contains invalid status code",
                "Grip-Link|/next; rel=next|failed to parse Grip-Link value",
                "Grip-Link|<>; rel=next|failed to parse Grip-Link value",
                "Grip-Link|<http://>; rel=next|Grip-Link contains invalid link",
                "Grip-Link|<mailto:a@b>; rel=next|Grip-Link contains invalid link",
                "Grip-Link|</n>; rel=next; timeout=x|failed to parse Grip-Link timeout value",
                "Grip-Link|</n>; rel=next; timeout=-5|Grip-Link timeout has invalid value",
            })
    void headersThatAreRefused(String name, String value, String message) {
        refused(response("", name, value), message);
    }

    @Test
    void aReliableStreamNeedsANextLink() throws GripException {
        Instruction withoutLink =
                InstructionParser.parse(response("", "Grip-Hold", "stream", "Grip-Channel", "x, y; prev-id=1"));
        assertThatThrownBy(() -> withoutLink.requireLink(channel -> channel.equals("x")))
                .isInstanceOf(GripException.class)
                .hasMessage("channel 'y' specifies prev-id, but no next link found");
        withoutLink.requireLink(channel -> channel.equals("y"));
        assertThat(InstructionParser.parse(response("", "Grip-Hold", "response", "Grip-Channel", "y; prev-id=1"))
                        .channels())
                .hasSize(1);
        assertThat(InstructionParser.parse(response("", "Grip-Hold", "stream", "Grip-Channel", "y; prev-id="))
                        .channels())
                .containsExactly(new ChannelSpec("y", null, List.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\1',
            value = {
                "|failed to parse application/grip-instruct content as JSON",
                "{|failed to parse application/grip-instruct content as JSON",
                "{} {}|failed to parse application/grip-instruct content as JSON",
                "[]|instruct must be an object",
                "null|instruct must be an object",
                "{\"hold\": []}|instruct contains 'hold' with wrong type",
                "{\"response\": 1}|instruct contains 'response' with wrong type",
                "{\"hold\": {\"mode\": \"x\", \"channels\": []}}|hold 'mode' must be set to either 'response' or 'stream'",
                "{\"hold\": {\"mode\": 1}}|hold contains 'mode' with wrong type",
                "{\"hold\": {}}|hold does not contain 'channels'",
                "{\"hold\": {\"channels\": {}}}|hold contains 'channels' with wrong type",
                "{\"hold\": {\"channels\": [1]}}|channel is not an object",
                "{\"hold\": {\"channels\": [{}]}}|channel does not contain 'name'",
                "{\"hold\": {\"channels\": [{\"name\": null}]}}|channel contains 'name' with wrong type",
                "{\"hold\": {\"channels\": [{\"name\": \"a\\r\\nb\"}]}}|channel contains 'name' with invalid value",
                "{\"hold\": {\"channels\": [{\"name\": \"\"}]}}|channel contains 'name' with invalid value",
                "{\"hold\": {\"channels\": [{\"name\": \"a\", \"prev-id\": 1}]}}|channel contains 'prev-id' with wrong type",
                "{\"hold\": {\"channels\": [{\"name\": \"a\", \"prev-id\": \"\\n\"}]}}|channel contains 'prev-id' with invalid value",
                "{\"hold\": {\"channels\": [{\"name\": \"a\", \"filters\": \"x\"}]}}|channel contains 'filters' with wrong type",
                "{\"hold\": {\"channels\": [{\"name\": \"a\", \"filters\": [1]}]}}|filters contains value with wrong type",
                "{\"hold\": {\"channels\": [{\"name\": \"a\", \"filters\": [\"1\",\"2\",\"3\",\"4\",\"5\",\"6\"]}]}}|too many filters for channel 'a'",
                "{\"hold\": {\"channels\": [], \"timeout\": \"1\"}}|hold contains 'timeout' with wrong type",
                "{\"hold\": {\"channels\": [], \"timeout\": 1.5}}|hold contains 'timeout' with wrong type",
                "{\"hold\": {\"channels\": [], \"timeout\": -1}}|hold contains 'timeout' with invalid value",
                "{\"hold\": {\"channels\": [], \"timeout\": 99999999999999999999}}|hold contains 'timeout' with invalid value",
                "{\"hold\": {\"channels\": [], \"timeout\": 1e999}}|hold contains 'timeout' with invalid value",
                "{\"hold\": {\"channels\": [], \"keep-alive\": 1}}|hold contains 'keep-alive' with wrong type",
                "{\"hold\": {\"channels\": [], \"keep-alive\": {\"content\": 1}}}|keep-alive contains 'content' with wrong type",
                "{\"hold\": {\"channels\": [], \"keep-alive\": {\"timeout\": []}}}|keep-alive contains 'timeout' with wrong type",
                "{\"hold\": {\"channels\": [], \"keep-alive\": {\"mode\": \"x\"}}}|no such keep-alive mode 'x'",
                "{\"hold\": {\"channels\": [], \"meta\": []}}|hold contains 'meta' with wrong type",
                "{\"hold\": {\"channels\": [], \"meta\": {\"k\": 1}}}|'meta' contains 'k' with wrong type",
                "{\"response\": {\"code\": \"200\"}}|response contains 'code' with wrong type",
                "{\"response\": {\"code\": 1e3}}|response contains 'code' with invalid value",
                "{\"response\": {\"reason\": 1}}|response contains 'reason' with wrong type",
                "{\"response\": {\"reason\": \"a\\r\\nb\"}}|response contains 'reason' with invalid value",
                "{\"response\": {\"headers\": 1}}|response contains 'headers' with wrong type",
                "{\"response\": {\"headers\": [1]}}|headers contains element with wrong type",
                "{\"response\": {\"headers\": [[]]}}|headers contains list with wrong number of elements",
                "{\"response\": {\"headers\": [[1, \"a\"]]}}|header contains name element with wrong type",
                "{\"response\": {\"headers\": [[\"a\", 1]]}}|header contains value element with wrong type",
                "{\"response\": {\"headers\": [[\"a b\", \"1\"]]}}|header contains name element with invalid value",
                "{\"response\": {\"headers\": [[\"a\", \"1\\r\\nX: y\"]]}}|header contains value element with invalid value",
                "{\"response\": {\"headers\": {\"a\": null}}}|headers contains 'a' with wrong type",
                "{\"response\": {\"headers\": {\"a\": \"\\u0000b\"}}}|headers contains 'a' with invalid value",
                "{\"response\": {\"headers\": {\"\": \"b\"}}}|headers contains '' with invalid value",
                "{\"response\": {\"body\": {}}}|response contains 'body' with wrong type",
                "{\"response\": {\"body-bin\": 1}}|response contains 'body-bin' with wrong type",
            })
    void jsonThatIsRefused(String body, String message) {
        refused(json(body == null ? "" : body), message);
    }

    @Test
    void jsonNeedsStatus200() {
        refused(
                new GripResponse(
                        201, "Created", Headers.of("Content-Type", "application/grip-instruct"), "{}".getBytes(UTF_8)),
                "response code for application/grip-instruct content must be 200");
    }

    @Test
    void theHeadAloneSuffices() throws GripException {
        Instruction instruction = InstructionParser.parseHead(
                200, "OK", Headers.of("Grip-Hold", "stream", "Grip-Status", "206", "Content-Length", "999999"));
        assertThat(instruction.hold()).isEqualTo(HoldMode.STREAM);
        assertThat(instruction.response().status()).isEqualTo(206);
        assertThat(instruction.response().headers()).isEqualTo(Headers.EMPTY);
        assertThat(instruction.response().body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1e99999999999}",
                "[[[[[[[[",
                "\"\\ud800\"",
                "{\"hold\":{\"channels\":[{\"name\":\"\\ud800\"}]}}"
            })
    void oddJsonIsNoCrash(String body) {
        onlyGripException(json(body));
    }

    @Test
    void endlessNumbersAreNoCrash() {
        for (String number :
                List.of("9".repeat(5000), "0." + "9".repeat(5000), "1e" + "9".repeat(900), "-0", "1e-99999")) {
            onlyGripException(json("{\"hold\":{\"channels\":[],\"timeout\":" + number + "}}"));
        }
    }

    @Test
    void deepJsonIsRefused() {
        refused(
                json("[".repeat(100_000) + "]".repeat(100_000)),
                "failed to parse application/grip-instruct content as JSON");
    }

    @Property
    void anyBodyIsReadOrRefused(@ForAll byte[] body) {
        onlyGripException(new GripResponse(200, "", Headers.of("Content-Type", "application/grip-instruct"), body));
    }

    @Property
    void anyHeadersAreReadOrRefused(@ForAll("gripLines") List<Header> lines) {
        onlyGripException(new GripResponse(200, "", Headers.copyOf(lines), new byte[0]));
    }

    @Property
    void jsonOfAnyShapeIsReadOrRefused(@ForAll("shapes") String json) {
        onlyGripException(json(json));
    }

    @Provide
    Arbitrary<List<Header>> gripLines() {
        Arbitrary<String> names = Arbitraries.of(
                "Grip-Hold",
                "Grip-Channel",
                "Grip-Timeout",
                "Grip-Keep-Alive",
                "Grip-Set-Meta",
                "Grip-Link",
                "Grip-Status",
                "Grip-Expose-Headers",
                "X");
        Arbitrary<String> words = Arbitraries.of(
                "stream",
                "response",
                "a",
                ";",
                ",",
                "\"",
                "\\",
                "=",
                "<",
                ">",
                "rel=next",
                "rel=gone",
                "timeout=",
                "1",
                "-",
                "%",
                "/",
                "http://",
                "format=cstring",
                "format=base64",
                "filter=f",
                "prev-id=1",
                "\u00fc",
                " ",
                "x");
        Arbitrary<String> values = words.list().ofMaxSize(12).map(list -> String.join("", list));
        return names.flatMap(name -> values.map(value -> new Header(name, value)))
                .list()
                .ofMaxSize(8);
    }

    @Provide
    Arbitrary<String> shapes() {
        return JsonShapes.of(
                "hold",
                "response",
                "mode",
                "channels",
                "name",
                "prev-id",
                "filters",
                "timeout",
                "keep-alive",
                "content",
                "content-bin",
                "meta",
                "code",
                "reason",
                "headers",
                "body",
                "body-bin");
    }

    private static void onlyGripException(GripResponse response) {
        try {
            Instruction instruction = InstructionParser.parse(response);
            assertThat(instruction.timeoutSeconds()).isGreaterThanOrEqualTo(5);
            assertThat(instruction.response().headers().lines())
                    .allMatch(line -> HeaderText.isName(line.name()) && HeaderText.isValue(line.value()));
        } catch (GripException e) {
            assertThat(e.text()).isNotEmpty();
        }
    }

    private static void refused(GripResponse response, String message) {
        assertThatExceptionOfType(GripException.class)
                .isThrownBy(() -> InstructionParser.parse(response))
                .withMessage(message);
    }

    private static GripResponse response(String body, String... headers) {
        return new GripResponse(200, "OK", Headers.of(headers), body.getBytes(UTF_8));
    }

    private static GripResponse json(String body) {
        return response(body, "Content-Type", "application/grip-instruct");
    }
}
