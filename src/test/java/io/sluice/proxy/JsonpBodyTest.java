package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.grip.Headers;
import io.vertx.core.json.JsonObject;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class JsonpBodyTest {
    private static final JsonpCallback EXTENDED = new JsonpCallback("cb", true);
    private static final JsonpCallback BASIC = new JsonpCallback("cb", false);

    private static String wrap(JsonpCallback callback, Headers headers, byte[]... parts)
            throws CharacterCodingException {
        var body = new JsonpBody(callback);
        var out = new StringBuilder(text(body.start(200, "OK", headers)));
        for (byte[] part : parts) {
            out.append(text(body.part(part)));
        }
        return out.append(text(body.end())).toString();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void gives_status_and_headers() throws CharacterCodingException {
        assertThat(wrap(EXTENDED, Headers.of("A", "1", "a", "2", "B", "\"q\""), bytes("x\n\u2028")))
                .isEqualTo(
                        "/**/cb({\"code\": 200, \"reason\": \"OK\", \"headers\": {\"A\": \"1, 2\", \"B\": \"\\\"q\\\"\"}, "
                                + "\"body\": \"x\\n\\u2028\"});\n");
    }

    @Test
    void gives_the_bare_body_without_its_last_line_end() throws CharacterCodingException {
        assertThat(wrap(BASIC, Headers.EMPTY, bytes("{}\n"))).isEqualTo("/**/cb({});\n");
        assertThat(wrap(BASIC, Headers.EMPTY, bytes("{}\r"), bytes("\n"))).isEqualTo("/**/cb({});\n");
        assertThat(wrap(BASIC, Headers.EMPTY, bytes("1\n"), bytes("\n"))).isEqualTo("/**/cb(1\n);\n");
        assertThat(wrap(BASIC, Headers.EMPTY, bytes("1\n"), bytes("2"))).isEqualTo("/**/cb(1\n2);\n");
        assertThat(wrap(BASIC, Headers.EMPTY)).isEqualTo("/**/cb();\n");
    }

    @Test
    void cannot_carry_other_than_text() throws CharacterCodingException {
        assertThatThrownBy(() -> wrap(EXTENDED, Headers.EMPTY, new byte[] {(byte) 0xff}))
                .isInstanceOf(CharacterCodingException.class);
        assertThatThrownBy(() -> wrap(EXTENDED, Headers.EMPTY, new byte[] {(byte) 0xe2, (byte) 0x82}))
                .isInstanceOf(CharacterCodingException.class);
    }

    @Property
    void carries_any_text_however_it_is_cut(@ForAll String text, @ForAll @IntRange(max = 300) int cut)
            throws CharacterCodingException {
        byte[] whole = bytes(text);
        int at = Math.min(cut, whole.length);
        String script =
                wrap(EXTENDED, Headers.EMPTY, Arrays.copyOf(whole, at), Arrays.copyOfRange(whole, at, whole.length));

        var json = new JsonObject(script.substring("/**/cb(".length(), script.length() - ");\n".length()));
        assertThat(json.getString("body")).isEqualTo(text(whole));
    }

    @Property
    void basic_loses_one_line_end_however_it_is_cut(@ForAll @IntRange(max = 6) int cut)
            throws CharacterCodingException {
        byte[] whole = bytes("a\n\r\n\r\n");
        int at = Math.min(cut, whole.length);

        assertThat(wrap(BASIC, Headers.EMPTY, Arrays.copyOf(whole, at), Arrays.copyOfRange(whole, at, whole.length)))
                .isEqualTo("/**/cb(a\n\r\n);\n");
    }
}
