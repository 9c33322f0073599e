package io.sluice.netty;

/**
 * A client's connection as somebody writes to it who holds it. All calls on the connection's event loop. Nothing is sent before
 * {@link #flush()}; the fan-out loop flushes each outlet once a tick.
 *
 * <p>Not guaranteed: that bytes written arrive. A write after the connection has gone is ignored.
 */
public interface Outlet {
    void flush();

    /** Whether the outbox is below its high-water mark. Writing on is allowed, but it is memory. */
    boolean writable();

    /** Bytes written and not yet taken by the kernel. */
    long pendingBytes();

    /** Called once the outbox falls below its low-water mark, each time it had been above the high one. */
    void onWritable(Runnable handler);

    /** Cuts the connection (or resets the stream): a client sees that something is missing. */
    void abort();
}
