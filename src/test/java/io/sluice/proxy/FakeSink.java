package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.sluice.netty.Sink;
import io.sluice.wire.EncodedItem;

/** Keeps what is written; takes it all, unless a test says that the client is slow. */
final class FakeSink implements Sink {
    final StringBuilder flushed = new StringBuilder();
    private final StringBuilder written = new StringBuilder();
    int shared;
    long pendingBytes;
    boolean writable = true;
    boolean ended;
    boolean aborted;
    private Runnable onWritable = () -> {};

    @Override
    public void write(EncodedItem item) {
        ByteBuf content = item.streamContent();
        if (content == null) {
            throw new AssertionError("an item without stream content");
        }
        shared++;
        append(content.toString(UTF_8));
    }

    @Override
    public void write(byte[] content) {
        append(new String(content, UTF_8));
    }

    private void append(String text) {
        if (ended || aborted) {
            throw new AssertionError("write after the end: " + text);
        }
        written.append(text);
    }

    @Override
    public void flush() {
        flushed.append(written);
        written.setLength(0);
    }

    @Override
    public boolean writable() {
        return writable;
    }

    @Override
    public long pendingBytes() {
        return pendingBytes;
    }

    @Override
    public void onWritable(Runnable handler) {
        onWritable = handler;
    }

    @Override
    public void end() {
        flush();
        ended = true;
    }

    @Override
    public void abort() {
        aborted = true;
    }

    void block(long bytes) {
        writable = false;
        pendingBytes = bytes;
    }

    void unblock() {
        writable = true;
        pendingBytes = 0;
        onWritable.run();
    }

    /** What the client got so far. */
    String text() {
        return flushed.toString();
    }

    boolean open() {
        return !ended && !aborted;
    }
}
