package io.sluice.proxy;

import io.sluice.grip.Header;
import io.sluice.grip.Headers;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** One JSON-P response on its way: parts in, script out. Event loop of the connection. */
final class JsonpBody {
    private final JsonpCallback callback;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    /** Extended: the start of a character. Basic: a line end that may be the last. */
    private byte[] kept = new byte[0];

    JsonpBody(JsonpCallback callback) {
        this.callback = callback;
    }

    /** The head that the script itself is sent with; always status 200. */
    static Headers outerHeaders(Headers response) {
        Headers outer = Headers.of("Content-Type", "application/javascript", "X-Content-Type-Options", "nosniff");
        for (String value : response.all("Cache-Control")) {
            outer = outer.with("Cache-Control", value);
        }
        return outer;
    }

    byte[] start(int status, String reason, Headers headers) {
        var out = new StringBuilder("/**/").append(callback.name()).append('(');
        if (callback.extended()) {
            out.append("{\"code\": ").append(status).append(", \"reason\": \"");
            escape(reason, out);
            out.append("\", \"headers\": {");
            String separator = "";
            for (Map.Entry<String, String> line : joined(headers).entrySet()) {
                out.append(separator).append('"');
                escape(line.getKey(), out);
                out.append("\": \"");
                escape(line.getValue(), out);
                out.append('"');
                separator = ", ";
            }
            out.append("}, \"body\": \"");
        }
        return utf8(out);
    }

    /** @throws CharacterCodingException in extended mode, when the body is not UTF-8 */
    byte[] part(byte[] content) throws CharacterCodingException {
        byte[] bytes = join(kept, content);
        if (callback.extended()) {
            return utf8(decode(bytes, false));
        }
        int end = bytes.length;
        if (end > 0 && bytes[end - 1] == '\n') {
            end--;
        }
        if (end > 0 && bytes[end - 1] == '\r') {
            end--;
        }
        kept = Arrays.copyOfRange(bytes, end, bytes.length);
        return Arrays.copyOf(bytes, end);
    }

    /** @throws CharacterCodingException in extended mode, when the body ends within a character */
    byte[] end() throws CharacterCodingException {
        if (callback.extended()) {
            return utf8(decode(kept, true).append("\"});\n"));
        }
        boolean lineEnd = kept.length > 0 && kept[kept.length - 1] == '\n';
        return join(lineEnd ? new byte[0] : kept, ");\n".getBytes(StandardCharsets.US_ASCII));
    }

    private StringBuilder decode(byte[] bytes, boolean last) throws CharacterCodingException {
        var in = ByteBuffer.wrap(bytes);
        var chars = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = decoder.decode(in, chars, last);
        if (result.isError()) {
            result.throwException();
        }
        kept = new byte[in.remaining()];
        in.get(kept);
        var out = new StringBuilder(chars.position() + 16);
        escape(chars.flip(), out);
        return out;
    }

    private static Map<String, String> joined(Headers headers) {
        var joined = new LinkedHashMap<String, String>();
        var names = new LinkedHashMap<String, String>();
        for (Header line : headers) {
            String name = names.computeIfAbsent(line.name().toLowerCase(Locale.ROOT), any -> line.name());
            joined.merge(name, line.value(), (first, more) -> first + ", " + more);
        }
        return joined;
    }

    private static void escape(CharSequence text, StringBuilder out) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    // The two separators end a line in old JavaScript, but not in JSON.
                    if (c < ' ' || c == 0x7f || c == '\u2028' || c == '\u2029') {
                        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
    }

    private static byte[] utf8(CharSequence text) {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
