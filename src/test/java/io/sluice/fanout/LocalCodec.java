package io.sluice.fanout;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;

/** Hands over the same object; for tests that stand without the bus room's codecs. */
final class LocalCodec<T> implements MessageCodec<T, T> {
    private final String name;

    private LocalCodec(String name) {
        this.name = name;
    }

    static <T> void register(EventBus bus, Class<T> type) {
        bus.registerDefaultCodec(type, new LocalCodec<>(type.getName()));
    }

    @Override
    public void encodeToWire(Buffer buffer, T message) {
        throw new IllegalStateException("local only");
    }

    @Override
    public T decodeFromWire(int position, Buffer buffer) {
        throw new IllegalStateException("local only");
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
