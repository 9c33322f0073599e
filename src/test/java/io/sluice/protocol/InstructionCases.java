package io.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** GRIP responses without a hold, and instructions that break a rule (GRIP, response instructions). */
abstract class InstructionCases extends ProtocolCases {
    @Test
    void gripHeadersAreStripped() throws IOException {
        String path = "/" + World.name("strip");
        origin().on(path, Answer.ok("body", "Grip-Channel: apple", "Grip-Unknown: x", "X-Other: kept", "ETag: \"1\""));
        Reply reply = world().get(path);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.text()).isEqualTo("body");
        assertThat(reply.header("Content-Type")).isEqualTo("text/plain");
        assertThat(reply.header("Content-Length")).isEqualTo("4");
        assertThat(reply.header("X-Other")).isEqualTo("kept");
        assertThat(reply.headers().lines())
                .noneMatch(
                        line -> line.name().toLowerCase(java.util.Locale.ROOT).startsWith("grip-"));
    }

    @ParameterizedTest
    @CsvSource({"404, 404 Not Found", "404 Nothing To See Here, 404 Nothing To See Here", "304, 304 Not Modified"})
    void statusIsOverridden(String status, String expected) throws IOException {
        String path = "/" + World.name("status");
        origin().on(path, Answer.ok("", "Grip-Status: " + status));
        Reply reply = world().get(path);
        assertThat(reply.status() + " " + reply.reason()).isEqualTo(expected);
    }

    @Test
    void onlyExposedHeadersStay() throws IOException {
        String path = "/" + World.name("expose");
        origin().on(path, Answer.ok("body", "Grip-Expose-Headers: x-one, X-Two", "X-One: 1", "X-Two: 2", "X-Three: 3"));
        Reply reply = world().get(path);
        assertThat(reply.header("X-One")).isEqualTo("1");
        assertThat(reply.header("X-Two")).isEqualTo("2");
        assertThat(reply.header("X-Three")).isNull();
        assertThat(reply.header("Content-Type")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"response\":{\"code\":201,\"reason\":\"Made\",\"headers\":{\"X-A\":\"1\"},\"body\":\"hello\"}}",
                "{\"response\":{\"code\":201,\"reason\":\"Made\",\"headers\":[[\"X-A\",\"1\"]],\"body-bin\":\"aGVsbG8=\"}}",
            })
    void aResponseInJson(String json) throws IOException {
        String path = "/" + World.name("json");
        origin().on(path, Answer.instruct(json, "X-Outer: gone"));
        Reply reply = world().get(path);
        assertThat(reply.status() + " " + reply.reason()).isEqualTo("201 Made");
        assertThat(reply.header("X-A")).isEqualTo("1");
        assertThat(reply.header("X-Outer")).isNull();
        assertThat(reply.header("Content-Type")).isNull();
        assertThat(reply.text()).isEqualTo("hello");
    }

    @Test
    void aCodeInJsonHasItsReason() throws IOException {
        String path = "/" + World.name("json-code");
        origin().on(path, Answer.instruct("{\"response\":{\"code\":404,\"body\":\"\"}}"));
        Reply reply = world().get(path);
        assertThat(reply.status() + " " + reply.reason()).isEqualTo("404 Not Found");
        assertThat(reply.body()).isEmpty();
    }

    /** Quirk 9: to Pushpin no body is a body that its filters cannot read; to Sluice it is an empty one. */
    @Test
    void jsonWithoutAnything() throws IOException {
        String path = "/" + World.name("json-empty");
        origin().on(path, Answer.instruct("{}"));
        Reply reply = world().get(path);
        assertThat(reply.status()).isEqualTo(isSluice() ? 200 : 502);
        if (isSluice()) {
            assertThat(reply.body()).isEmpty();
            assertThat(reply.header("Content-Type")).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Grip-Hold: maybe    | Grip-Hold must be set to either 'response' or 'stream'",
                "Grip-Hold: Stream   | Grip-Hold must be set to either 'response' or 'stream'",
                "Grip-Hold: response~Grip-Channel: c~Grip-Timeout: x  | failed to parse Grip-Timeout",
                "Grip-Hold: response~Grip-Channel: c~Grip-Timeout: -1 | Grip-Timeout has invalid value",
                "Grip-Hold: stream~Grip-Channel: c~Grip-Keep-Alive: ;timeout=5   | Grip-Keep-Alive cannot be empty",
                "Grip-Hold: stream~Grip-Channel: c~Grip-Keep-Alive: a; format=x  | no such Grip-Keep-Alive format 'x'",
                "Grip-Hold: stream~Grip-Channel: c~Grip-Keep-Alive: a\\x; format=cstring | failed to parse Grip-Keep-Alive cstring format",
                "Grip-Hold: stream~Grip-Channel: c~Grip-Keep-Alive: a; timeout=x | failed to parse Grip-Keep-Alive timeout value",
                "Grip-Hold: stream~Grip-Channel: c~Grip-Keep-Alive: a; timeout=-1 | Grip-Keep-Alive timeout has invalid value",
                "Grip-Link: next; rel=next         | failed to parse Grip-Link value",
                "Grip-Link: <>; rel=next           | failed to parse Grip-Link value",
                "Grip-Link: </n>; rel=next; timeout=x  | failed to parse Grip-Link timeout value",
                "Grip-Link: </n>; rel=next; timeout=-1 | Grip-Link timeout has invalid value",
                "Grip-Status: x    | Grip-Status contains invalid status code",
                "Grip-Status: 1000 | Grip-Status contains invalid status code",
            })
    void badHeaders(String headers, String text) throws IOException {
        String path = "/" + World.name("bad");
        origin().on(path, Answer.ok("secret", headers.strip().split("~")));
        refused(path, text);
    }

    /** Pushpin counts them since 1.38. */
    @Test
    void moreThanFiveFilters() throws IOException {
        String path = "/" + World.name("filters");
        origin().on(
                        path,
                        Answer.ok(
                                "body",
                                "Grip-Channel: many; filter=a; filter=b; filter=c; filter=d; filter=e; filter=f"));
        if (isSluice()) {
            refused(path, "too many filters for channel 'many'");
        } else {
            assertThat(world().get(path).text()).isEqualTo("body");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{                         | failed to parse application/grip-instruct content as JSON",
                "[]                        | instruct must be an object",
                "{\"hold\":1}              | instruct contains 'hold' with wrong type",
                "{\"hold\":{\"mode\":\"x\",\"channels\":[]}} | hold 'mode' must be set to either 'response' or 'stream'",
                "{\"hold\":{}}             | hold does not contain 'channels'",
                "{\"hold\":{\"channels\":[{}]}} | channel does not contain 'name'",
                "{\"hold\":{\"channels\":[{\"name\":\"c\",\"filters\":[1]}]}} | filters contains value with wrong type",
                "{\"hold\":{\"channels\":[],\"timeout\":-1}}  | hold contains 'timeout' with invalid value",
                "{\"hold\":{\"channels\":[],\"keep-alive\":{\"content\":1}}} | keep-alive contains 'content' with wrong type",
                "{\"hold\":{\"channels\":[],\"meta\":{\"k\":1}}} | 'meta' contains 'k' with wrong type",
                "{\"response\":{\"code\":1000}}     | response contains 'code' with invalid value",
                "{\"response\":{\"headers\":[1]}}   | headers contains element with wrong type",
                "{\"response\":{\"headers\":[[\"a\"]]}} | headers contains list with wrong number of elements",
                "{\"response\":{\"headers\":[[1,\"a\"]]}} | header contains name element with wrong type",
                "{\"response\":{\"headers\":[[\"a\",1]]}} | header contains value element with wrong type",
                "{\"response\":{\"headers\":{\"a\":1}}} | headers contains 'a' with wrong type",
                "{\"response\":{\"headers\":1}}     | response contains 'headers' with wrong type",
                "{\"response\":{\"body\":1}}        | response contains 'body' with wrong type",
            })
    void badJson(String json, String text) throws IOException {
        String path = "/" + World.name("bad-json");
        origin().on(path, Answer.instruct(json));
        refused(path, text);
    }

    @Test
    void jsonWithAnotherStatus() throws IOException {
        String path = "/" + World.name("bad-code");
        origin().on(path, Answer.of("201 Made", "{}", "Content-Type: application/grip-instruct"));
        refused(path, "response code for application/grip-instruct content must be 200");
    }

    /** What the client sees of a mistake of the origin: nothing but in debug mode. */
    private void refused(String path, String text) throws IOException {
        Reply reply = world().get(path);
        assertThat(reply.status()).isEqualTo(502);
        assertThat(reply.header("Content-Type")).startsWith("text/plain");
        assertThat(reply.text()).isEqualTo(FailureCases.PLAIN);
        Reply debug = world().get(path, "Host: debug.test");
        assertThat(debug.status()).isEqualTo(502);
        assertThat(debug.text().strip()).isEqualTo("Failed to parse accept instructions: " + text);
    }
}
