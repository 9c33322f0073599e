package io.sluice.grip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TnetstringTest {
    private static @Nullable Object decode(String text) throws GripException {
        return Tnetstring.decode(text.getBytes(UTF_8), 0);
    }

    @Test
    void every_type_is_read() throws GripException {
        assertThat(decode("5:h\u00e9lo,")).isEqualTo("h\u00e9lo");
        assertThat(decode("0:,")).isEqualTo("");
        assertThat(decode("2:42#")).isEqualTo(42L);
        assertThat(decode("4:-1.5^")).isEqualTo(-1.5);
        assertThat(decode("4:true!")).isEqualTo(true);
        assertThat(decode("5:false!")).isEqualTo(false);
        assertThat(decode("0:~")).isNull();
        assertThat(decode("8:1:a,1:1#]")).isEqualTo(List.of("a", 1L));
        assertThat(decode("8:1:a,1:1#}")).isEqualTo(Map.of("a", 1L));
    }

    @Test
    void what_is_written_is_read_back() throws GripException {
        var map = new JsonObject("{\"a\":[1,2.5,true,null,{\"b\":\"\u00e9\"}],\"c\":\"\"}");
        assertThat(Tnetstring.decodeMap(Tnetstring.encode(map)).encode()).isEqualTo(map.encode());
        assertThat(Tnetstring.encode("\u00e9")).isEqualTo("2:\u00e9,".getBytes(UTF_8));
        assertThatThrownBy(() -> Tnetstring.encode(new Object())).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|tnetstring without a length",
                "5|tnetstring without a length",
                ":,|tnetstring without a length",
                "x:,|tnetstring without a length",
                "9999999999:x,|tnetstring without a length",
                "5:abc,|tnetstring is cut off",
                "3:abc|tnetstring is cut off",
                "3:abc?|tnetstring of unknown type",
                "3:abc,x|bytes after the tnetstring",
                "1:x#|tnetstring with a malformed number",
                "1:x^|tnetstring with a malformed number",
                "1:x!|tnetstring with a malformed boolean",
                "1:x~|tnetstring with a malformed null",
                "8:1:1#1:1#}|tnetstring map with a key that is not text",
                "4:1:a,}|tnetstring without a length",
                "4:9:a,]|tnetstring is cut off",
            })
    void what_breaks_a_rule_is_refused_with_it(String text, String reason) {
        assertThatThrownBy(() -> decode(text)).isInstanceOf(GripException.class).hasMessage(reason);
    }

    @Test
    void a_tower_of_lists_does_not_overflow_the_stack() {
        String tower = "0:]";
        for (int i = 0; i < 1000; i++) {
            tower = tower.length() + ":" + tower + "]";
        }
        String high = tower;
        assertThatThrownBy(() -> decode(high)).hasMessage("nested too deeply");
    }

    @Test
    void an_item_comes_as_a_tnetstring_with_or_without_mark_and_as_json() throws GripException {
        var item = new JsonObject("""
                {"channel":"c","id":"1","prev-id":"0","meta":{"k":"v"},
                 "formats":{"http-stream":{"content":"hi\\n"},"http-response":{"body":"b","code":201}}}""");
        byte[] tnetstring = Tnetstring.encode(item);
        byte[] marked = ("T" + new String(tnetstring, ISO_8859_1)).getBytes(ISO_8859_1);
        byte[] json = ("J" + item.encode()).getBytes(UTF_8);
        JsonObject expected = PublishItems.toJson(PublishItems.parseItem(item));
        for (byte[] message : List.of(tnetstring, marked, json)) {
            assertThat(PublishItems.toJson(PublishItems.parseMessage(message, null)))
                    .isEqualTo(expected);
        }
        item.remove("channel");
        assertThat(PublishItems.parseMessage(Tnetstring.encode(item), "topic").channel())
                .isEqualTo("topic");
    }

    @Test
    void content_of_a_tnetstring_may_be_any_bytes() throws GripException {
        byte[] bytes = {(byte) 0xff, 0, 'x'};
        var stream = Map.of("channel", "c", "http-stream", Map.of("content", new RawBytes(bytes)));
        assertThat(item(stream).stream())
                .isNotNull()
                .satisfies(format -> assertThat(format.content()).isEqualTo(bytes));
        // Binary fields are base64 in JSON, and bytes here.
        var message = Map.of("channel", "c", "ws-message", Map.of("content-bin", "aGk="));
        assertThat(item(message).message()).isNotNull().satisfies(format -> {
            assertThat(format.content()).isEqualTo("aGk=".getBytes(UTF_8));
            assertThat(format.type()).isEqualTo(Format.WsMessage.Type.BINARY);
        });
        var broken = Map.of("channel", "c", "ws-message", Map.of("content", new RawBytes(bytes)));
        assertThatThrownBy(() -> item(broken)).hasMessage("'ws-message' contains 'content' with invalid value");
        var name = Map.of("channel", new RawBytes(bytes), "http-stream", Map.of("content", ""));
        assertThatThrownBy(() -> item(name)).hasMessage("publish item object contains 'channel' with wrong type");
    }

    @Test
    void only_the_content_of_a_format_is_bytes_by_its_name() throws GripException {
        Map<String, ?> named = Map.of(
                "channel", "c",
                "meta", Map.of("user-bin", "a", "content-bin", "b"),
                "http-response", Map.of("body-bin", "aGk=", "headers", Map.of("trace-bin", "1", "body-bin", "2")));
        PublishItem item = item(named);
        assertThat(item.meta()).isEqualTo(Map.of("user-bin", "a", "content-bin", "b"));
        assertThat(item.response()).isNotNull().satisfies(format -> {
            assertThat(format.body()).isEqualTo("aGk=".getBytes(UTF_8));
            assertThat(format.headers().first("trace-bin")).isEqualTo("1");
            assertThat(format.headers().first("body-bin")).isEqualTo("2");
        });
    }

    @Test
    void a_body_patch_must_be_text() throws GripException {
        assertThat(item(patch("x")).response())
                .isNotNull()
                .satisfies(format -> assertThat(format.bodyPatch()).contains("\"photo-bin\":\"x\""));
        assertThatThrownBy(() -> item(patch(new RawBytes(new byte[] {(byte) 0xff}))))
                .isInstanceOf(GripException.class)
                .hasMessage("'http-response' contains 'body-patch' with invalid value");
    }

    private static Map<String, ?> patch(Object photo) {
        var add = Map.of("op", "add", "path", "/p", "value", Map.of("photo-bin", photo));
        return Map.of("channel", "c", "formats", Map.of("http-response", Map.of("body-patch", List.of(add))));
    }

    @Test
    void messages_that_are_no_items_are_refused() {
        assertThatThrownBy(() -> PublishItems.parseMessage(new byte[0], null)).isInstanceOf(GripException.class);
        assertThatThrownBy(() -> PublishItems.parseMessage("J{".getBytes(UTF_8), null))
                .hasMessage("not valid JSON");
        assertThatThrownBy(() -> PublishItems.parseMessage("J[]".getBytes(UTF_8), null))
                .hasMessage("publish item object is not an object");
        assertThatThrownBy(() -> PublishItems.parseMessage("1:x,".getBytes(UTF_8), null))
                .hasMessage("publish item object is not an object");
    }

    private static PublishItem item(Map<String, ?> map) throws GripException {
        return PublishItems.parseMessage(Tnetstring.encode(map), null);
    }
}
