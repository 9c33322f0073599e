package io.sluice.netty;

import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.impl.UnpooledHttpClientConnection;
import io.vertx.core.internal.ContextInternal;

/** A connection to an origin, as its WebSocket takes it over. */
public final class OriginChannel {
    private static final String CODEC = "codec";

    private OriginChannel() {}

    /**
     * Makes the connection a WebSocket, of which this is the client's end. To be called at once when the origin's 101 has come, on the
     * connection's event loop. Vert.x hears nothing of the connection any more.
     *
     * @param connection not of a pool
     * @param outboxBytes high-water mark of what waits to be sent; the low one is half of it
     */
    public static SocketSink upgrade(
            HttpClientConnection connection, int outboxBytes, SocketTerms terms, SocketListener listener) {
        ChannelPipeline pipeline = ((UnpooledHttpClientConnection) connection)
                .unwrap()
                .channelHandlerContext()
                .pipeline();
        pipeline.channel().config().setWriteBufferWaterMark(new WriteBufferWaterMark(outboxBytes / 2, outboxBytes));
        pipeline.toMap().forEach((name, handler) -> {
            // The codec may be at work on the head. Vert.x takes it away after this, and what it has read goes on then.
            boolean stays = name.equals(CODEC) || handler instanceof SslHandler;
            if (!stays) {
                pipeline.remove(name);
            }
        });
        ContextInternal context = ContextInternal.current().unwrap();
        FrameChannel frames = FrameChannel.install(pipeline, false, context, terms, listener);
        frames.resume();
        return frames;
    }
}
