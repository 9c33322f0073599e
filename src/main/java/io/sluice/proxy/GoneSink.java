package io.sluice.proxy;

import io.sluice.netty.Sink;
import io.sluice.wire.EncodedItem;

/** The sink of a client that has gone: takes everything, keeps nothing. */
final class GoneSink implements Sink {
    static final GoneSink INSTANCE = new GoneSink();

    private GoneSink() {}

    @Override
    public void write(EncodedItem item) {}

    @Override
    public void write(byte[] content) {}

    @Override
    public void flush() {}

    @Override
    public boolean writable() {
        return true;
    }

    @Override
    public long pendingBytes() {
        return 0;
    }

    @Override
    public void onWritable(Runnable handler) {}

    @Override
    public void end() {}

    @Override
    public void abort() {}
}
