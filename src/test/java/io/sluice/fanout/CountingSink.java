package io.sluice.fanout;

import io.sluice.netty.Sink;
import io.sluice.wire.EncodedItem;

/** Counts. */
final class CountingSink implements Sink {
    int writes;
    int flushes;

    @Override
    public void write(EncodedItem item) {
        writes++;
    }

    @Override
    public void write(byte[] content) {
        writes++;
    }

    @Override
    public void flush() {
        flushes++;
    }

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
