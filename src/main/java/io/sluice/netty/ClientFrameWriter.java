package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.sluice.grip.Format;
import io.sluice.wire.EncodedItem;
import io.sluice.wire.SocketFrame;

/** A client's frames are masked, each with a number of its own: the encoder of Netty does that. */
final class ClientFrameWriter implements FrameWriter {
    private static final String ENCODER = "frameEncoder";

    private final Channel channel;

    ClientFrameWriter(ChannelPipeline pipeline) {
        channel = pipeline.channel();
    }

    @Override
    public void addHandlers(ChannelPipeline pipeline) {
        pipeline.addLast(ENCODER, new WebSocket13FrameEncoder(true));
    }

    @Override
    public void write(EncodedItem item) {
        Format.WsMessage message = item.item().message();
        if (message != null) {
            write(SocketFrame.whole(SocketFrame.Type.of(message.type()), message.content()));
        }
    }

    @Override
    public void write(SocketFrame frame) {
        if (channel.isActive()) {
            var unused = channel.write(netty(frame), channel.voidPromise());
        }
    }

    private static WebSocketFrame netty(SocketFrame frame) {
        // The encoder masks in place, or copies where it may not.
        ByteBuf content = Unpooled.copiedBuffer(frame.content());
        return switch (frame.type()) {
            case CONTINUATION -> new ContinuationWebSocketFrame(frame.last(), 0, content);
            case TEXT -> new TextWebSocketFrame(frame.last(), 0, content);
            case BINARY -> new BinaryWebSocketFrame(frame.last(), 0, content);
            case CLOSE -> new CloseWebSocketFrame(true, 0, content);
            case PING -> new PingWebSocketFrame(content);
            case PONG -> new PongWebSocketFrame(content);
        };
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public long pendingBytes() {
        return TrafficMark.pending(channel);
    }
}
