package io.sluice.grip;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** The value of {@code Grip-Keep-Alive}. */
final class KeepAliveHeader {
    static final int DEFAULT_TIMEOUT_SECONDS = 55;
    static final int MIN_TIMEOUT_SECONDS = 1;

    private static final String NAME = "Grip-Keep-Alive";
    private static final String BAD_CSTRING = "failed to parse Grip-Keep-Alive cstring format";

    private KeepAliveHeader() {}

    /** Null when there is nothing to send: broken quoting, or base64 of nothing. */
    static @Nullable KeepAlive parse(String text) throws GripException {
        HeaderElement element = HeaderElement.parseSingle(text);
        if (element == null) {
            return null;
        }
        if (element.value().isEmpty()) {
            throw new GripException(NAME + " cannot be empty");
        }
        KeepAlive.Mode mode = mode(element.parameter("mode"), NAME);
        int timeoutSeconds = timeoutSeconds(element.parameter("timeout"));
        byte[] content = content(element);
        return content.length == 0 ? null : new KeepAlive(content, timeoutSeconds, mode);
    }

    /** @param owner what the error text names: the header, or the JSON object */
    static KeepAlive.Mode mode(@Nullable String text, String owner) throws GripException {
        if (text == null || text.isEmpty() || text.equals("idle")) {
            return KeepAlive.Mode.IDLE;
        }
        if (text.equals("interval")) {
            return KeepAlive.Mode.INTERVAL;
        }
        throw new GripException("no such " + owner + " mode '" + HeaderText.decode(text) + "'");
    }

    private static int timeoutSeconds(@Nullable String text) throws GripException {
        int seconds = text == null
                ? DEFAULT_TIMEOUT_SECONDS
                : InstructionHeaders.integer(text, "failed to parse Grip-Keep-Alive timeout value");
        if (seconds < 0) {
            throw new GripException("Grip-Keep-Alive timeout has invalid value");
        }
        return Math.max(seconds, MIN_TIMEOUT_SECONDS);
    }

    private static byte[] content(HeaderElement element) throws GripException {
        String format = element.parameter("format");
        if (format == null || format.isEmpty() || format.equals("raw")) {
            return HeaderText.bytes(element.value());
        }
        return switch (format) {
            case "cstring" -> cstring(HeaderText.bytes(element.value()));
            case "base64" -> LenientBase64.decode(element.value());
            default -> throw new GripException("no such Grip-Keep-Alive format '" + HeaderText.decode(format) + "'");
        };
    }

    /** Unknown escapes vanish; that nothing is left counts as an error, as does a truncated escape. */
    private static byte[] cstring(byte[] text) throws GripException {
        var out = new ByteArrayOutputStream(text.length);
        int i = 0;
        while (i < text.length) {
            byte c = text[i++];
            if (c != '\\') {
                out.write(c);
                continue;
            }
            if (i == text.length) {
                throw new GripException(BAD_CSTRING);
            }
            switch (text[i++]) {
                case '\\' -> out.write('\\');
                case 'r' -> out.write('\r');
                case 'n' -> out.write('\n');
                case 'x' -> {
                    out.write(hexByte(text, i));
                    i += 2;
                }
                default -> {}
            }
        }
        if (out.size() == 0) {
            throw new GripException(BAD_CSTRING);
        }
        return out.toByteArray();
    }

    private static int hexByte(byte[] text, int index) throws GripException {
        int high = index + 1 < text.length ? HexDigits.value((char) text[index]) : -1;
        int low = index + 1 < text.length ? HexDigits.value((char) text[index + 1]) : -1;
        if (high < 0 || low < 0) {
            throw new GripException(BAD_CSTRING);
        }
        return (high << 4) | low;
    }
}
