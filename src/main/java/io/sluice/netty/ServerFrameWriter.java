package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.sluice.wire.EncodedItem;
import io.sluice.wire.MessageDeflate;
import io.sluice.wire.SocketFrame;
import org.jspecify.annotations.Nullable;

/** A server's frames have no mask, so that one serves all its sockets: bytes that are ready go to the socket as they are. */
final class ServerFrameWriter implements FrameWriter {
    private final Channel channel;
    private final ConnectionOutput output;
    private final @Nullable MessageDeflate deflate;

    ServerFrameWriter(ChannelPipeline pipeline, SocketTerms terms) {
        channel = pipeline.channel();
        output = new ConnectionOutput(channel, channel);
        deflate = terms.deflate();
    }

    @Override
    public void addHandlers(ChannelPipeline pipeline) {}

    @Override
    public void write(EncodedItem item) {
        ByteBuf frame = deflate == null ? item.messageFrame() : item.deflatedFrame(deflate);
        if (frame != null && channel.isActive()) {
            output.write(frame);
        }
    }

    @Override
    public void write(SocketFrame frame) {
        if (!channel.isActive()) {
            return;
        }
        boolean compressed = deflate != null
                && frame.last()
                && (frame.type() == SocketFrame.Type.TEXT || frame.type() == SocketFrame.Type.BINARY)
                && MessageDeflate.worthwhile(frame.content().length);
        SocketFrame sent = compressed && deflate != null
                ? SocketFrame.whole(frame.type(), deflate.deflate(frame.content()))
                : frame;
        byte[] content = sent.content();
        ByteBuf bytes = channel.alloc().directBuffer(SocketFrame.headBytes(content.length) + content.length);
        sent.writeHead(bytes, compressed);
        output.writeOwn(bytes.writeBytes(content));
    }

    @Override
    public void flush() {
        output.flush();
    }

    @Override
    public long pendingBytes() {
        return output.pendingBytes();
    }
}
