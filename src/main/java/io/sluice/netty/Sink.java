package io.sluice.netty;

import io.sluice.wire.EncodedItem;

/** Where the bytes of one held response go. The head is written before; the sink owns the response from then on. */
public interface Sink extends Outlet {
    /** Writes the item's shared stream content. */
    void write(EncodedItem item);

    /** Writes content of this connection's own. */
    void write(byte[] content);

    /** Ends the response properly: a client sees it complete. Flushes. */
    void end();
}
