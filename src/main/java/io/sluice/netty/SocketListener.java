package io.sluice.netty;

import io.sluice.grip.SocketClose;
import io.sluice.wire.SocketFrame;

/** What a WebSocket's other end does. On the connection's event loop, in the context that took it. */
public interface SocketListener {
    /** A frame, of any type but CLOSE. Text is UTF-8, the frames of a message follow each other, and it is not too large. */
    void frame(SocketFrame frame);

    /**
     * The peer has sent its close, as the first or as the answer to ours. If it was the first, it waits for ours. No frame comes after
     * it.
     */
    void closed(SocketClose close);

    /** The peer broke a rule of the protocol, and was told so by this close. No frame comes after it. */
    void violated(SocketClose told);

    /** The connection is over; the last call. */
    void gone();

    /** The node closes: the connection is to end soon. */
    void nodeClosing();
}
