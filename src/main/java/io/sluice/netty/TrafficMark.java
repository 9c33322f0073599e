package io.sluice.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * Notes when a connection last saw traffic. First in the pipeline, where raw writes pass too; costs a look at the clock for each read and each
 * flush. A flush to a client that takes nothing is no traffic.
 */
final class TrafficMark extends ChannelDuplexHandler {
    private long lastNanos = System.nanoTime();
    private long lastPending;

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        lastNanos = System.nanoTime();
        context.fireChannelReadComplete();
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        context.flush();
        if (pending(context.channel()) == 0) {
            lastNanos = System.nanoTime();
        }
    }

    /** Bytes went past the pipeline, all that there were. */
    void passed() {
        lastNanos = System.nanoTime();
    }

    long idleNanos(Channel channel) {
        long now = System.nanoTime();
        long pending = pending(channel);
        if (pending < lastPending) {
            lastNanos = now;
        }
        lastPending = pending;
        return now - lastNanos;
    }

    static long pending(Channel channel) {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        return outbound == null ? 0 : outbound.totalPendingWriteBytes();
    }
}
