package io.sluice.wire;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what {@link WireOut} wrote. Never reads past the end, nor allocates for more than is there: throws {@link WireException}. */
public final class WireIn {
    private final Buffer buffer;
    private int at;

    public WireIn(Buffer buffer, int at) {
        this.buffer = buffer;
        this.at = at;
    }

    /** Where the next value begins. */
    public int position() {
        return at;
    }

    public int octet() {
        need(1);
        return buffer.getByte(at++) & 0xFF;
    }

    public boolean bool() {
        int value = octet();
        if (value > 1) {
            throw new WireException("not a truth value: " + value);
        }
        return value == 1;
    }

    public long number() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int group = octet();
            value |= (long) (group & 0x7F) << shift;
            if (group < 0x80) {
                return (value >>> 1) ^ -(value & 1);
            }
        }
        throw new WireException("number too long");
    }

    public int integer() {
        long value = number();
        if (value != (int) value) {
            throw new WireException("number too large: " + value);
        }
        return (int) value;
    }

    public long fixed64() {
        need(8);
        long value = buffer.getLong(at);
        at += 8;
        return value;
    }

    public String string() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    public @Nullable String optionalString() {
        byte[] bytes = optionalBytes();
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    public byte[] bytes() {
        return take(length());
    }

    public byte @Nullable [] optionalBytes() {
        int length = integer();
        return length == 0 ? null : take(length - 1);
    }

    /** Each value takes at least one byte. */
    public <T> List<T> list(Function<WireIn, T> read) {
        int size = length();
        need(size);
        var values = new ArrayList<T>(size);
        for (int i = 0; i < size; i++) {
            values.add(read.apply(this));
        }
        return List.copyOf(values);
    }

    /** In the order written. */
    public Map<String, String> stringMap() {
        int size = length();
        need(size);
        if (size == 0) {
            return Map.of();
        }
        var map = new LinkedHashMap<String, String>();
        for (int i = 0; i < size; i++) {
            map.put(string(), string());
        }
        return map;
    }

    /** The constant of that number. */
    public <E extends Enum<E>> E constant(E[] values) {
        int ordinal = octet();
        if (ordinal >= values.length) {
            throw new WireException("no such constant: " + ordinal);
        }
        return Objects.requireNonNull(values[ordinal]);
    }

    private int length() {
        int length = integer();
        if (length < 0) {
            throw new WireException("negative length");
        }
        return length;
    }

    private byte[] take(int length) {
        need(length);
        byte[] bytes = buffer.getBytes(at, at + length);
        at += length;
        return bytes;
    }

    private void need(int bytes) {
        if (bytes < 0 || bytes > buffer.length() - at) {
            throw new WireException("cut short: " + bytes + " bytes wanted, " + (buffer.length() - at) + " there");
        }
    }
}
