package io.sluice.proxy;

import io.sluice.grip.SocketClose;
import io.sluice.wire.SocketFrame;

/** The origin's side of a client's WebSocket, as the session speaks to it. It answers to an {@link OriginListener}. */
interface SocketOrigin {
    /** What the origin says goes to the listener from now on; what it said before comes first. */
    void start(OriginListener listener);

    /** From the client: any frame but a close. */
    void send(SocketFrame frame);

    /** The connection ends in order: the client has closed it, or is being closed. The first call of these three counts. */
    void close(SocketClose close);

    /** The connection is over, without a close if there was none before. */
    void clientGone();

    /** The origin is not wanted any more; the connection goes on without it. */
    void detach();

    /** The client takes bytes again. */
    void clientWritable();

    /** Has the origin asked, if it is one that can be asked. */
    void refresh();

    /** Whether it can be asked for what a reliable channel misses. */
    boolean recovers();

    /**
     * Has it asked for what a reliable channel misses.
     *
     * @return false when it is not one that can be asked
     */
    boolean recover();
}
