package io.sluice.proxy;

/** A hold whose client may be too slow. Event loop only. */
interface OutboxOwner extends Held {
    /** The socket takes bytes again, and nothing waits. */
    void writable();
}
