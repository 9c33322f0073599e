package io.sluice.bus;

import io.sluice.wire.WireException;
import io.sluice.wire.WireIn;
import io.sluice.wire.WireOut;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Immutable records on the bus: the same object inside a node, bytes behind a version between nodes. */
final class RecordCodec<T extends Record> implements MessageCodec<T, T> {
    private static final int VERSION = 1;

    private final String name;
    private final BiConsumer<WireOut, T> write;
    private final Function<WireIn, T> read;

    RecordCodec(Class<T> type, BiConsumer<WireOut, T> write, Function<WireIn, T> read) {
        this.name = "sluice." + type.getSimpleName();
        this.write = write;
        this.read = read;
    }

    @Override
    public void encodeToWire(Buffer buffer, T message) {
        var out = new WireOut(buffer);
        out.octet(VERSION);
        write.accept(out, message);
    }

    @Override
    public T decodeFromWire(int position, Buffer buffer) {
        var in = new WireIn(buffer, position);
        int version = in.octet();
        if (version != VERSION) {
            throw new WireException(name + " of version " + version + ", this node knows " + VERSION);
        }
        return read.apply(in);
    }

    @Override
    public T transform(T message) {
        return message;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
