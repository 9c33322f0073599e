package io.sluice.netty;

import io.sluice.wire.EncodedItem;

/** For a response that has no body (HEAD, 204, 304): swallows content, which would break the connection's framing. */
final class BodylessSink implements Sink {
    private final Sink sink;

    BodylessSink(Sink sink) {
        this.sink = sink;
    }

    @Override
    public void write(EncodedItem item) {}

    @Override
    public void write(byte[] content) {}

    @Override
    public void flush() {
        sink.flush();
    }

    @Override
    public boolean writable() {
        return sink.writable();
    }

    @Override
    public long pendingBytes() {
        return sink.pendingBytes();
    }

    @Override
    public void onWritable(Runnable handler) {
        sink.onWritable(handler);
    }

    @Override
    public void end() {
        sink.end();
    }

    @Override
    public void abort() {
        sink.abort();
    }
}
