package io.sluice.grip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tnetstrings, {@code LENGTH:DATA TYPE}: what Pushpin's ZeroMQ sockets speak (GRIP, ZeroMQ). Read into what JSON is read into, so that the same
 * rules hold for both. Pure; any thread.
 */
public final class Tnetstring {
    /** Publish items need five; who sends more wants to see the stack overflow. */
    private static final int MAX_DEPTH = 32;

    private static final int MAX_LENGTH_DIGITS = 9;
    /** In a format, these are bytes, whatever they look like. A name that only ends like them is anybody's: of meta, of a header. */
    private static final Set<String> BINARY_FIELDS = Set.of("body-bin", "content-bin");

    private static final Set<String> FORMATS =
            Set.of(PublishFormats.RESPONSE, PublishFormats.STREAM, PublishFormats.MESSAGE);

    private final byte[] bytes;
    private int at;

    private Tnetstring(byte[] bytes, int from) {
        this.bytes = bytes;
        at = from;
    }

    /**
     * The one value that the bytes are, from that place on: Map, List, String, {@link RawBytes}, Long, Double, Boolean or null.
     *
     * @throws GripException with the rule that they break
     */
    static @Nullable Object decode(byte[] bytes, int from) throws GripException {
        var reader = new Tnetstring(bytes, from);
        Object value = reader.value(bytes.length, 0, "", false);
        if (reader.at != bytes.length) {
            throw new GripException("bytes after the tnetstring");
        }
        return value;
    }

    /** As {@link #decode}, of a map. */
    public static JsonObject decodeMap(byte[] bytes) throws GripException {
        return map(decode(bytes, 0));
    }

    @SuppressWarnings("unchecked") // maps of value() have keys of text
    static JsonObject map(@Nullable Object value) throws GripException {
        if (value instanceof Map<?, ?> map) {
            return new JsonObject((Map<String, Object>) map);
        }
        throw new GripException("not a map");
    }

    /** @param field that it stands in; empty for none */
    private @Nullable Object value(int end, int depth, String field, boolean binary) throws GripException {
        if (depth > MAX_DEPTH) {
            throw new GripException("nested too deeply");
        }
        int length = length(end);
        int start = at;
        int stop = start + length;
        if (stop >= end) {
            throw new GripException("tnetstring is cut off");
        }
        Object value = switch (bytes[stop]) {
            case ',' -> string(start, stop, binary);
            case '}' -> map(stop, depth, FORMATS.contains(field));
            case ']' -> list(stop, depth);
            case '#' -> whole(start, stop);
            case '^' -> fraction(start, stop);
            case '!' -> flag(start, stop);
            case '~' -> nothing(length);
            default -> throw new GripException("tnetstring of unknown type");
        };
        at = stop + 1;
        return value;
    }

    private int length(int end) throws GripException {
        int length = 0;
        for (int digits = 0; at < end; digits++) {
            byte b = bytes[at++];
            if (b == ':' && digits > 0) {
                return length;
            }
            if (b < '0' || b > '9' || digits == MAX_LENGTH_DIGITS) {
                break;
            }
            length = length * 10 + b - '0';
        }
        throw new GripException("tnetstring without a length");
    }

    private Object string(int start, int stop, boolean binary) {
        byte[] own = Arrays.copyOfRange(bytes, start, stop);
        return binary || !Utf8.isValid(own) ? new RawBytes(own) : new String(own, UTF_8);
    }

    private Map<String, @Nullable Object> map(int stop, int depth, boolean format) throws GripException {
        var map = new LinkedHashMap<String, @Nullable Object>();
        while (at < stop) {
            if (!(value(stop, depth + 1, "", false) instanceof String key)) {
                throw new GripException("tnetstring map with a key that is not text");
            }
            map.put(key, value(stop, depth + 1, key, format && BINARY_FIELDS.contains(key)));
        }
        return map;
    }

    private List<@Nullable Object> list(int stop, int depth) throws GripException {
        var list = new ArrayList<@Nullable Object>();
        while (at < stop) {
            list.add(value(stop, depth + 1, "", false));
        }
        return list;
    }

    private Object whole(int start, int stop) throws GripException {
        try {
            return Long.parseLong(text(start, stop));
        } catch (NumberFormatException e) {
            throw new GripException("tnetstring with a malformed number");
        }
    }

    private Object fraction(int start, int stop) throws GripException {
        try {
            return Double.parseDouble(text(start, stop));
        } catch (NumberFormatException e) {
            throw new GripException("tnetstring with a malformed number");
        }
    }

    private Object flag(int start, int stop) throws GripException {
        return switch (text(start, stop)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new GripException("tnetstring with a malformed boolean");
        };
    }

    private static @Nullable Object nothing(int length) throws GripException {
        if (length > 0) {
            throw new GripException("tnetstring with a malformed null");
        }
        return null;
    }

    private String text(int start, int stop) {
        return new String(bytes, start, stop - start, ISO_8859_1);
    }

    /**
     * Writes text, bytes, numbers, booleans, null, and maps and lists of them.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static byte[] encode(@Nullable Object value) {
        if (value instanceof String text) {
            return framed(text.getBytes(UTF_8), ',');
        } else if (value instanceof RawBytes raw) {
            return framed(raw.bytes(), ',');
        } else if (value instanceof JsonObject json) {
            return encode(json.getMap());
        } else if (value instanceof JsonArray json) {
            return encode(json.getList());
        } else if (value instanceof Map<?, ?> map) {
            var content = new ByteArrayOutputStream();
            map.forEach((key, each) -> {
                content.writeBytes(encode(key));
                content.writeBytes(encode(each));
            });
            return framed(content.toByteArray(), '}');
        } else if (value instanceof Iterable<?> list) {
            var content = new ByteArrayOutputStream();
            list.forEach(each -> content.writeBytes(encode(each)));
            return framed(content.toByteArray(), ']');
        } else if (value instanceof Boolean flag) {
            return framed(flag.toString().getBytes(US_ASCII), '!');
        } else if (value instanceof Integer || value instanceof Long) {
            return framed(value.toString().getBytes(US_ASCII), '#');
        } else if (value instanceof Number number) {
            return framed(number.toString().getBytes(US_ASCII), '^');
        } else if (value == null) {
            return framed(new byte[0], '~');
        }
        throw new IllegalArgumentException("no tnetstring: " + value.getClass());
    }

    private static byte[] framed(byte[] content, char type) {
        byte[] length = (content.length + ":").getBytes(US_ASCII);
        byte[] framed = Arrays.copyOf(length, length.length + content.length + 1);
        System.arraycopy(content, 0, framed, length.length, content.length);
        framed[framed.length - 1] = (byte) type;
        return framed;
    }
}
