package io.sluice.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Notes when a connection last saw traffic. First in the pipeline, where raw writes pass too; costs a look at the clock for each read and each
 * flush. A flush to a client that takes nothing is no traffic.
 */
final class TrafficMark extends ChannelDuplexHandler {
    private long lastNanos = System.nanoTime();
    /** What the socket is at, as it was when last looked: another value when it has taken something. */
    private long seen;

    private long takenNanos = lastNanos;

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
        look(channel);
        return System.nanoTime() - lastNanos;
    }

    /** For how long nothing of what waits has been taken, as far as looks at it tell; 0 while nothing waits. */
    long stalledNanos(Channel channel) {
        look(channel);
        return pending(channel) == 0 ? 0 : System.nanoTime() - takenNanos;
    }

    private void look(Channel channel) {
        long at = at(channel.unsafe().outboundBuffer());
        if (at != seen) {
            seen = at;
            takenNanos = System.nanoTime();
            lastNanos = takenNanos;
        }
    }

    /** Which message the socket takes, and how much of it it has; 0 for none. */
    private static long at(@Nullable ChannelOutboundBuffer outbound) {
        Object current = outbound == null ? null : outbound.current();
        return outbound == null || current == null
                ? 0
                : ((long) System.identityHashCode(current) << 32) ^ outbound.currentProgress();
    }

    static long pending(Channel channel) {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        return outbound == null ? 0 : outbound.totalPendingWriteBytes();
    }
}
