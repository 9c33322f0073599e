package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundInvoker;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Ready-made bytes on their way to one connection. While nothing waits for the client, what a tick brings is gathered, without a copy of its
 * own, and a flush gives it to the socket in one call, past the pipeline; what the kernel doesn't take, and all that is written while
 * something waits, stands in Netty's outbound buffer. Past the pipeline goes plain TCP on epoll only. Event loop only.
 */
final class ConnectionOutput {
    /** More than a socket takes at once. */
    private static final int MAX_GATHERED = 64 << 10;

    private static final FastThreadLocal<SharedRun.Starts> STARTS = new FastThreadLocal<>() {
        @Override
        protected SharedRun.Starts initialValue() {
            return new SharedRun.Starts();
        }
    };

    private final Channel channel;
    private final ChannelOutboundInvoker way;
    private final @Nullable Socket socket;
    private final @Nullable TrafficMark traffic;
    private final SharedRun.Starts starts;
    /** Bytes that may be gathered: below the high-water mark, which only Netty's buffer watches. */
    private final int room;
    /** What was written and not flushed, while the outbound buffer is empty. */
    private @Nullable SharedRun gathered;

    /** @param way where in the channel's pipeline to write what does not go past it */
    ConnectionOutput(Channel channel, ChannelOutboundInvoker way) {
        this.channel = channel;
        this.way = way;
        this.socket = channel instanceof EpollSocketChannel epoll
                        && channel.pipeline().get(SslHandler.class) == null
                ? (Socket) epoll.fd()
                : null;
        this.traffic = channel.pipeline().get(TrafficMark.class);
        this.starts = STARTS.get();
        this.room = Math.min(MAX_GATHERED, channel.config().getWriteBufferHighWaterMark());
    }

    /** Shared bytes; not consumed. */
    void write(ByteBuf shared) {
        SharedRun before = gathered;
        int taken = before == null ? 0 : before.length();
        if (socket != null && shared.readableBytes() <= room - taken && nothingWaits()) {
            gathered = before == null ? starts.at(shared) : before.then(shared);
        } else {
            push();
            var unused = way.write(shared.retainedDuplicate(), channel.voidPromise());
        }
    }

    private boolean nothingWaits() {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        return outbound != null && outbound.totalPendingWriteBytes() == 0;
    }

    /** Bytes of this connection's own; consumed. */
    void writeOwn(ByteBuf bytes) {
        push();
        var unused = way.write(bytes, channel.voidPromise());
    }

    /** Hands over to Netty's buffer what was gathered: something else is to follow it there. */
    void push() {
        SharedRun run = gathered;
        if (run != null) {
            gathered = null;
            var unused = way.write(run.bytes().retainedDuplicate(), channel.voidPromise());
            run.release();
        }
    }

    void flush() {
        SharedRun run = gathered;
        if (run == null) {
            way.flush();
            return;
        }
        gathered = null;
        if (channel.isActive()) {
            send(run.bytes());
        }
        run.release();
    }

    private void send(ByteBuf bytes) {
        int length = bytes.readableBytes();
        int sent = toSocket(bytes, length);
        if (sent < length) {
            ByteBuf rest = bytes.retainedSlice(bytes.readerIndex() + sent, length - sent);
            var unused = way.write(rest, channel.voidPromise());
            way.flush();
        } else if (traffic != null) {
            traffic.passed();
        }
    }

    /** What the kernel took. A broken connection is Netty's to find. */
    private int toSocket(ByteBuf bytes, int length) {
        Socket open = socket;
        if (open == null || !nothingWaits()) {
            return 0;
        }
        try {
            int from = bytes.readerIndex();
            return Math.max(0, open.sendAddress(bytes.memoryAddress(), from, from + length));
        } catch (IOException e) {
            return 0;
        }
    }

    /** Bytes written and not yet taken by the kernel. */
    long pendingBytes() {
        SharedRun run = gathered;
        return TrafficMark.pending(channel) + (run == null ? 0 : run.length());
    }
}
