package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.sluice.wire.EncodedItem;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1: each write is one chunk. */
final class RawChunkSink extends RawSink {
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    RawChunkSink(HttpServerRequest request) {
        super(request);
    }

    @Override
    @Nullable
    ByteBuf shared(EncodedItem item) {
        return item.streamChunk();
    }

    @Override
    ByteBuf frame(ChannelHandlerContext context, byte[] content) {
        ByteBuf chunk = context.alloc().directBuffer(content.length + 12);
        int digits = Math.max(1, (35 - Integer.numberOfLeadingZeros(content.length)) / 4);
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
            chunk.writeByte(HEX[content.length >>> shift & 0xf]);
        }
        return chunk.writeShort('\r' << 8 | '\n').writeBytes(content).writeShort('\r' << 8 | '\n');
    }

    @Override
    boolean endsWithConnection() {
        return false;
    }
}
