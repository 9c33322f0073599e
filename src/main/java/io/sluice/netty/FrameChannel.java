package io.sluice.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.sluice.grip.SocketClose;
import io.sluice.wire.EncodedItem;
import io.sluice.wire.SocketFrame;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.impl.ShutdownEvent;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A WebSocket on a bare Netty channel, whose handshake is over: the decoder of Netty, the rules for messages of
 * {@link FrameInspector}, the closing handshake (RFC 6455, 7), and ready-made frames written as they are. Nothing of Vert.x is left in
 * the pipeline, which halves the memory of an idle connection.
 */
final class FrameChannel extends ChannelInboundHandlerAdapter implements SocketSink {
    private static final Logger LOG = LoggerFactory.getLogger(FrameChannel.class);
    private static final String DECODER = "frameDecoder";
    private static final String HANDLER = "frames";
    private static final long LINGER_MILLIS = 2_000;

    /** Where the closing handshake stands. */
    private enum State {
        OPEN,
        /** Ours is sent; theirs has not come. */
        CLOSE_SENT,
        /** Theirs has come; ours is not sent. */
        CLOSE_RECEIVED,
        /** Nothing is sent or taken any more. */
        OVER,
    }

    private final Channel channel;
    private final ContextInternal context;
    private final FrameWriter writer;
    private final FrameInspector inspector;
    private final SocketTerms terms;
    private SocketListener listener;
    private State state = State.OPEN;
    private @Nullable Runnable onWritable;
    private boolean heard = true;
    private long lastPending;

    private FrameChannel(
            Channel channel, ContextInternal context, FrameWriter writer, SocketTerms terms, SocketListener listener) {
        this.channel = channel;
        this.context = context;
        this.writer = writer;
        this.terms = terms;
        this.listener = listener;
        inspector = new FrameInspector(terms);
    }

    /**
     * Takes the end of the pipeline over; all handlers of HTTP must have gone, or be about to.
     *
     * @param server whether this is the server's end: the peer masks its frames, and we don't
     * @param context in which the listener is called
     */
    static FrameChannel install(
            ChannelPipeline pipeline,
            boolean server,
            ContextInternal context,
            SocketTerms terms,
            SocketListener listener) {
        FrameWriter writer = server ? new ServerFrameWriter(pipeline, terms) : new ClientFrameWriter(pipeline);
        var frames = new FrameChannel(pipeline.channel(), context, writer, terms, listener);
        pipeline.addLast(
                DECODER,
                new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                        .expectMaskedFrames(server)
                        .allowExtensions(terms.deflate() != null)
                        .maxFramePayloadLength(terms.maxMessageBytes())
                        .closeOnProtocolViolation(false)
                        .build()));
        writer.addHandlers(pipeline);
        if (server) {
            HoldMark.set(pipeline.channel());
        }
        pipeline.addLast(HANDLER, frames);
        return frames;
    }

    @Override
    public void channelRead(ChannelHandlerContext handler, Object message) {
        try {
            if (message instanceof WebSocketFrame frame && (state == State.OPEN || state == State.CLOSE_SENT)) {
                context.dispatch(frame, this::take);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    /** Bytes came, if only a part of a frame: until it is complete nothing else can come, no pong either. */
    @Override
    public void channelReadComplete(ChannelHandlerContext handler) {
        heard = true;
    }

    private void take(WebSocketFrame frame) {
        try {
            if (frame instanceof CloseWebSocketFrame close) {
                takeClose(FrameInspector.close(close));
            } else if (state == State.OPEN) {
                SocketFrame taken = inspector.inspect(frame);
                if (taken != null) {
                    listener.frame(taken);
                }
            }
        } catch (FrameRefused e) {
            violated(e.close());
        }
    }

    private void takeClose(SocketClose close) {
        if (state == State.CLOSE_SENT) {
            state = State.OVER;
            listener.closed(close);
            closeChannel();
        } else {
            state = State.CLOSE_RECEIVED;
            // Behind the other side's time to answer, which may begin only now.
            closeAfter(terms.closeMillis() + LINGER_MILLIS);
            listener.closed(close);
        }
    }

    private void violated(SocketClose close) {
        if (state == State.OPEN) {
            close(close);
            listener.violated(close);
            linger();
        } else {
            closeChannel();
        }
    }

    /** A peer that broke the rules is not waited for; but what it still sends is read, or a reset would overtake what it is told. */
    private void linger() {
        if (channel instanceof DuplexChannel duplex && channel.isActive()) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) flushed -> {
                var unused = duplex.shutdownOutput();
            });
            closeAfter(LINGER_MILLIS);
        } else {
            closeChannel();
        }
    }

    @Override
    public void send(EncodedItem item) {
        if (state == State.OPEN || state == State.CLOSE_RECEIVED) {
            writer.write(item);
        }
    }

    @Override
    public void send(SocketFrame frame) {
        if (state == State.OPEN || state == State.CLOSE_RECEIVED) {
            writer.write(frame);
        }
    }

    @Override
    public void close(SocketClose close) {
        if (state != State.OPEN && state != State.CLOSE_RECEIVED) {
            return;
        }
        boolean last = state == State.CLOSE_RECEIVED;
        state = last ? State.OVER : State.CLOSE_SENT;
        writer.write(SocketFrame.whole(SocketFrame.Type.CLOSE, close.content()));
        writer.flush();
        if (last) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        } else {
            // A peer that was paused must be heard, or its answer never comes.
            resume();
        }
        closeLater();
    }

    /** What the peer has not done by then it will not do. */
    private void closeLater() {
        closeAfter(terms.closeMillis());
    }

    private void closeAfter(long millis) {
        var timer = channel.eventLoop().schedule(this::closeChannel, millis, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> timer.cancel(false));
    }

    private void closeChannel() {
        state = State.OVER;
        var unused = channel.close();
    }

    @Override
    public void abort() {
        if (state != State.OVER) {
            writer.flush();
        }
        closeChannel();
    }

    @Override
    public void flush() {
        writer.flush();
    }

    @Override
    public boolean writable() {
        return channel.isWritable();
    }

    @Override
    public long pendingBytes() {
        return writer.pendingBytes();
    }

    @Override
    public void onWritable(Runnable handler) {
        onWritable = handler;
    }

    @Override
    public void pause() {
        channel.config().setAutoRead(false);
    }

    @Override
    public void resume() {
        heard = true;
        channel.config().setAutoRead(true);
    }

    @Override
    public boolean takeHeard() {
        long pending = pendingBytes();
        // Of a peer that is not being read nothing can be heard.
        boolean alive = heard || pending < lastPending || !channel.config().isAutoRead();
        heard = false;
        lastPending = pending;
        return alive;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext handler) {
        Runnable waiting = onWritable;
        if (waiting != null && channel.isWritable()) {
            context.dispatch(waiting);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext handler) {
        state = State.OVER;
        context.dispatch(listener::gone);
        // The channel may be remembered for a while, by timers for instance; the session need not be.
        listener = GoneListener.INSTANCE;
        onWritable = null;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext handler, Object event) {
        if (event instanceof ShutdownEvent) {
            context.dispatch(listener::nodeClosing);
        }
        ReferenceCountUtil.release(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext handler, Throwable cause) {
        Throwable reason = cause.getCause() == null ? cause : cause.getCause();
        if (reason instanceof CorruptedWebSocketFrameException corrupted) {
            SocketClose close = SocketClose.of(corrupted.closeStatus().code(), String.valueOf(corrupted.getMessage()));
            context.dispatch(close, this::violated);
            return;
        }
        if (!(reason instanceof java.io.IOException)) {
            LOG.error("socket-failed peer={}", channel.remoteAddress(), reason);
        }
        closeChannel();
    }

    /** Stands in for a session that has had its last call. */
    private enum GoneListener implements SocketListener {
        INSTANCE;

        @Override
        public void frame(SocketFrame frame) {}

        @Override
        public void closed(SocketClose close) {}

        @Override
        public void violated(SocketClose told) {}

        @Override
        public void gone() {}

        @Override
        public void nodeClosing() {}
    }
}
