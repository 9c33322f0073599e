package io.sluice.netty;

import io.sluice.wire.EncodedItem;

/**
 * Where the bytes of one held response go. The head is written before; the sink owns the response from then on. All calls on
 * the connection's event loop. Nothing is sent before {@link #flush()}; the fan-out loop flushes each sink once a tick.
 *
 * <p>Not guaranteed: that bytes written arrive. A write after the connection has gone is ignored; its close handler tells.
 */
public interface Sink {
    /** Writes the item's shared stream content. */
    void write(EncodedItem item);

    /** Writes content of this connection's own. */
    void write(byte[] content);

    void flush();

    /** Whether the outbox is below its high-water mark. Writing on is allowed, but it is memory. */
    boolean writable();

    /** Bytes written and not yet taken by the kernel. */
    long pendingBytes();

    /** Called once the outbox falls below its low-water mark, each time it had been above the high one. */
    void onWritable(Runnable handler);

    /** Ends the response properly: a client sees it complete. Flushes. */
    void end();

    /** Cuts the connection (or resets the stream): a client sees that the response is not complete. */
    void abort();
}
