package io.sluice.netty;

import io.netty.channel.ChannelPipeline;
import io.sluice.wire.EncodedItem;
import io.sluice.wire.SocketFrame;

/** How frames leave; the two ends of a WebSocket differ in that. */
interface FrameWriter {
    /** Adds the handlers that it needs between decoder and session. */
    void addHandlers(ChannelPipeline pipeline);

    void write(EncodedItem item);

    void write(SocketFrame frame);

    void flush();

    /** Bytes written and not yet taken by the kernel. */
    long pendingBytes();
}
