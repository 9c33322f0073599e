package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.sluice.wire.EncodedItem;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;
import org.jspecify.annotations.Nullable;

/**
 * Writes past the HTTP encoder of an HTTP/1 connection: the shared bytes go to the socket as they are, without a promise. Vert.x
 * knows nothing of these bytes; it wrote the head and writes the end, which go through the encoder, in order with ours.
 */
abstract class RawSink implements Sink {
    private static final String ENCODER = "httpEncoder";

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final ChannelHandlerContext encoder;
    private final Channel channel;
    private final ConnectionOutput output;
    private boolean over;

    RawSink(HttpServerRequest request) {
        this.request = request;
        response = request.response();
        encoder = encoder(request);
        channel = encoder.channel();
        output = new ConnectionOutput(channel, encoder);
        if (!channel.eventLoop().inEventLoop()) {
            throw new IllegalStateException("not on the connection's event loop");
        }
        HoldMark.set(channel);
        // It has been sent.
        response.headers().clear();
    }

    private static ChannelHandlerContext encoder(HttpServerRequest request) {
        var connection = (HttpServerConnection) request.connection();
        ChannelHandlerContext context =
                connection.channelHandlerContext().pipeline().context(ENCODER);
        if (context == null) {
            throw new IllegalStateException("the connection has no handler " + ENCODER);
        }
        return context;
    }

    /** The item's bytes in this sink's form; null when it has none. Not consumed. */
    abstract @Nullable ByteBuf shared(EncodedItem item);

    /** The content in this sink's form, from this channel's allocator. */
    abstract ByteBuf frame(ChannelHandlerContext context, byte[] content);

    /** Whether only the end of the connection ends the body, so that an orderly close would look like its end. */
    abstract boolean endsWithConnection();

    @Override
    public final void write(EncodedItem item) {
        ByteBuf bytes = shared(item);
        if (bytes != null && !over && channel.isActive()) {
            output.write(bytes);
        }
    }

    @Override
    public final void write(byte[] content) {
        if (content.length > 0 && !over && channel.isActive()) {
            output.writeOwn(frame(encoder, content));
        }
    }

    @Override
    public final void flush() {
        output.flush();
    }

    @Override
    public final boolean writable() {
        return channel.isWritable();
    }

    @Override
    public final long pendingBytes() {
        return output.pendingBytes();
    }

    @Override
    public final void onWritable(Runnable handler) {
        if (!over) {
            // In strict thread mode this fires on every return to writable, whoever wrote.
            response.drainHandler(nothing -> handler.run());
        }
    }

    @Override
    public final void end() {
        if (over) {
            return;
        }
        over = true;
        output.push();
        if (!response.ended()) {
            var unused = response.end();
        }
        encoder.flush();
        if (endsWithConnection()) {
            var unused = request.connection().close();
        }
    }

    @Override
    public final void abort() {
        if (over) {
            return;
        }
        over = true;
        output.flush();
        if (endsWithConnection()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        // From here, not from the channel's tail: Vert.x would first wait for a client that may never read.
        var unused = encoder.close();
    }
}
