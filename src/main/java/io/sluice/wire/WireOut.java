package io.sluice.wire;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes values compactly: whole numbers as variable-length groups of seven bits (signed ones zigzag), strings as UTF-8 after their
 * length, absent ones as length 0 with all lengths one higher. Read back by {@link WireIn}. One thread.
 */
public final class WireOut {
    private final Buffer buffer;

    /** Appends to the buffer. */
    public WireOut(Buffer buffer) {
        this.buffer = buffer;
    }

    public void octet(int value) {
        buffer.appendByte((byte) value);
    }

    public void bool(boolean value) {
        octet(value ? 1 : 0);
    }

    /** A number that is rarely negative, in 1 to 10 bytes. */
    public void number(long value) {
        long rest = (value << 1) ^ (value >> 63);
        while ((rest & ~0x7FL) != 0) {
            buffer.appendByte((byte) (rest | 0x80));
            rest >>>= 7;
        }
        buffer.appendByte((byte) rest);
    }

    /** A number that fills its 64 bits. */
    public void fixed64(long value) {
        buffer.appendLong(value);
    }

    public void string(String value) {
        bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    public void optionalString(@Nullable String value) {
        optionalBytes(value == null ? null : value.getBytes(StandardCharsets.UTF_8));
    }

    public void bytes(byte[] value) {
        number(value.length);
        buffer.appendBytes(value);
    }

    public void optionalBytes(byte @Nullable [] value) {
        if (value == null) {
            number(0);
            return;
        }
        number(value.length + 1L);
        buffer.appendBytes(value);
    }

    public <T> void list(Collection<T> values, BiConsumer<WireOut, T> write) {
        number(values.size());
        for (T value : values) {
            write.accept(this, value);
        }
    }

    public void stringMap(Map<String, String> map) {
        number(map.size());
        for (Map.Entry<String, String> entry : map.entrySet()) {
            string(entry.getKey());
            string(entry.getValue());
        }
    }
}
