package io.sluice.netty;

import io.sluice.grip.SocketClose;
import io.sluice.wire.EncodedItem;
import io.sluice.wire.SocketFrame;

/** One end of a WebSocket, as its session writes to it. What comes from the other end goes to a {@link SocketListener}. */
public interface SocketSink extends Outlet {
    /** Writes the item's shared frame. */
    void send(EncodedItem item);

    /** Writes a frame of this connection's own. Never of type CLOSE. */
    void send(SocketFrame frame);

    /**
     * Begins the closing handshake, or completes the one that the peer began; flushes. Nothing can be sent after it. A peer that does
     * not answer in time is cut.
     */
    void close(SocketClose close);

    /** Reads no more for now; frames that were read already still come. */
    void pause();

    void resume();

    /** Whether the peer gave a sign of life since the last call: sent something, or took something that waited for it. */
    boolean takeHeard();
}
