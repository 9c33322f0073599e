package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.sluice.wire.EncodedItem;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** HTTP/1.0: bare content up to the end of the connection. */
final class RawContentSink extends RawSink {
    RawContentSink(HttpServerRequest request) {
        super(request);
    }

    @Override
    @Nullable
    ByteBuf shared(EncodedItem item) {
        return item.streamContent();
    }

    @Override
    ByteBuf frame(ChannelHandlerContext context, byte[] content) {
        return context.alloc().directBuffer(content.length).writeBytes(content);
    }

    @Override
    boolean endsWithConnection() {
        return true;
    }
}
