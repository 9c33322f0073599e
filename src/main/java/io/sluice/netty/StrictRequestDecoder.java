package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.impl.http1.VertxHttpRequestDecoder;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets the decoder of Vert.x see a request's head only once it is complete and keeps to the rules of {@link RequestHead}. A head that
 * doesn't becomes an invalid request with a {@link RequestRefused} as its cause, which takes its turn behind the requests before it;
 * what follows on the connection is discarded.
 *
 * <p>An absolute target is rewritten to a path, and the Host header to its authority; a request of HTTP/1.0 without Host is one for
 * {@code localhost}.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {
    private static final int SCAN_STEP = 4;

    private final ClientLimits limits;
    private final ClientChannel client;
    private boolean inBody;
    private boolean refused;
    private boolean bodyBroken;
    private boolean upgrading;
    /** The next request stays undecoded until its client has taken what waits for it. */
    private boolean heldBack;
    /** Reading was on until then. */
    private boolean readingStopped;

    /** Bytes of the head already searched for its end. */
    private int searched;

    private @Nullable String authority;
    private boolean inHead;
    /** When the head that is coming began, if one is. */
    private long headNanos;

    StrictRequestDecoder(ClientLimits limits, ClientChannel client) {
        super(new Http1ServerConfig()
                .setMaxInitialLineLength(limits.headBytes())
                .setMaxHeaderSize(limits.headBytes())
                .setMaxChunkSize(limits.chunkBytes()));
        this.limits = limits;
        this.client = client;
    }

    /** Discards all input from now on. */
    void discard() {
        refused = true;
    }

    /**
     * Whether the last request asked for a WebSocket. What follows it is not HTTP: it stays undecoded, for who comes after this
     * decoder, and never more than a head's size is read.
     */
    boolean upgrading() {
        return upgrading;
    }

    /** Whether a body's chunks could not be read. */
    boolean bodyBroken() {
        return bodyBroken;
    }

    /** Whether a head has begun and not ended. */
    boolean inHead() {
        return inHead;
    }

    long headNanos() {
        return headNanos;
    }

    /** A head that could not come until now begins now. */
    void restartHead(long nanos) {
        headNanos = nanos;
    }

    boolean inBody() {
        return inBody;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf buffer, List<Object> out) throws Exception {
        if (refused) {
            buffer.skipBytes(buffer.readableBytes());
            return;
        }
        if (upgrading) {
            if (buffer.readableBytes() > limits.headBytes()) {
                context.channel().config().setAutoRead(false);
            }
            return;
        }
        if (!inBody) {
            try {
                boolean complete = headIsComplete(buffer);
                noteHead(!complete && buffer.isReadable());
                if (!complete) {
                    return;
                }
                if (!context.channel().isWritable()) {
                    holdBack(context);
                    return;
                }
            } catch (RequestRefused e) {
                refuse(buffer, out, e);
                return;
            }
        }
        int before = out.size();
        super.decode(context, buffer, out);
        for (int i = before; i < out.size(); i++) {
            note((HttpObject) out.get(i));
            if (out.get(i) instanceof HttpContent content && content.content().isReadable()) {
                out.set(i, unpooled(content));
            }
        }
    }

    /** A client that asks and does not read would have its answers pile up. */
    private void holdBack(ChannelHandlerContext context) {
        heldBack = true;
        if (context.channel().config().isAutoRead()) {
            readingStopped = true;
            context.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
        if (heldBack && context.channel().isWritable()) {
            // Not here: this may be in the middle of a decode, or of the flush that follows on one.
            context.executor().execute(() -> goOn(context));
        }
        context.fireChannelWritabilityChanged();
    }

    private void goOn(ChannelHandlerContext context) {
        if (!heldBack || context.isRemoved() || !context.channel().isWritable()) {
            return;
        }
        heldBack = false;
        if (readingStopped) {
            readingStopped = false;
            context.channel().config().setAutoRead(true);
        }
        try {
            channelRead(context, Unpooled.EMPTY_BUFFER);
            channelReadComplete(context);
        } catch (Exception e) {
            context.fireExceptionCaught(e);
        }
    }

    /** Decoders of Netty ask for more while nothing has come of what they have, even where reading is off: it is off for good reason. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        if ((upgrading || heldBack) && !refused) {
            context.fireChannelReadComplete();
        } else {
            super.channelReadComplete(context);
        }
    }

    /**
     * Vert.x copies what it hands on, but not what waits behind another request, and forgets to release that when the connection
     * closes: pipelined bodies would use up the pool. Copied here, it isn't copied again.
     */
    private static HttpContent unpooled(HttpContent content) {
        ByteBuf pooled = content.content();
        ByteBuf copy = UnpooledByteBufAllocator.DEFAULT.heapBuffer(pooled.readableBytes());
        HttpContent replaced = content.replace(copy.writeBytes(pooled));
        pooled.release();
        return replaced;
    }

    private void noteHead(boolean coming) {
        if (coming && !inHead) {
            headNanos = System.nanoTime();
        }
        inHead = coming;
    }

    private boolean headIsComplete(ByteBuf buffer) throws RequestRefused {
        skipEmptyLines(buffer);
        if (buffer.readableBytes() < 2) {
            return false;
        }
        int start = buffer.readerIndex();
        int end = headEnd(buffer);
        int length = (end < 0 ? buffer.writerIndex() : end) - start;
        if (length > limits.headBytes()) {
            boolean line = buffer.indexOf(start, start + limits.headBytes(), (byte) '\n') < 0;
            throw line
                    ? RequestRefused.of(414, "Request line size exceeded limit of " + limits.headBytes() + " bytes.")
                    : RequestRefused.of(431, "Request header size exceeded limit of " + limits.headBytes() + " bytes.");
        }
        if (end < 0) {
            return false;
        }
        RequestHead.check(buffer, start, end, limits.headers());
        searched = 0;
        return true;
    }

    /** Some clients send one after a body (RFC 9112, section 2.2). */
    private void skipEmptyLines(ByteBuf buffer) {
        while (searched == 0
                && buffer.readableBytes() >= 2
                && buffer.getByte(buffer.readerIndex()) == '\r'
                && buffer.getByte(buffer.readerIndex() + 1) == '\n') {
            buffer.skipBytes(2);
        }
    }

    /** The index after the empty line, which may lack its CR: that is for the rules to refuse. -1 when it has not come. */
    private int headEnd(ByteBuf buffer) {
        int start = buffer.readerIndex();
        int limit = Math.min(buffer.writerIndex(), start + limits.headBytes() + SCAN_STEP);
        int from = start + Math.max(0, searched - SCAN_STEP);
        for (int lf = buffer.indexOf(from, limit, (byte) '\n');
                lf >= 0;
                lf = buffer.indexOf(lf + 1, limit, (byte) '\n')) {
            if (lf == start || buffer.getByte(lf - 1) == '\n') {
                return lf + 1;
            }
            if (buffer.getByte(lf - 1) == '\r' && lf - 2 >= start && buffer.getByte(lf - 2) == '\n') {
                return lf + 1;
            }
        }
        searched = limit - start;
        return -1;
    }

    private void refuse(ByteBuf buffer, List<Object> out, RequestRefused reason) {
        refused = true;
        buffer.skipBytes(buffer.readableBytes());
        HttpMessage message = createInvalidMessage();
        message.setDecoderResult(DecoderResult.failure(reason));
        out.add(message);
    }

    private void note(HttpObject object) {
        if (object.decoderResult().isFailure()) {
            refused = true;
            if (object instanceof HttpRequest) {
                object.setDecoderResult(DecoderResult.failure(RequestRefused.malformed("not HTTP")));
            } else {
                bodyBroken = true;
            }
            return;
        }
        if (object instanceof HttpRequest request) {
            inBody = true;
            upgrading = SocketHandshake.asked(request);
            setHost(request);
        }
        if (object instanceof LastHttpContent) {
            inBody = false;
        } else if (object instanceof HttpContent) {
            inBody = true;
        }
    }

    private void setHost(HttpRequest request) {
        String named = authority;
        if (named != null) {
            request.headers().set(HttpHeaderNames.HOST, named);
        } else if (request.protocolVersion().equals(HttpVersion.HTTP_1_0)
                && !request.headers().contains(HttpHeaderNames.HOST)) {
            request.headers().set(HttpHeaderNames.HOST, "localhost");
        }
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        authority = HttpText.authority(initialLine[1]);
        if (authority != null) {
            initialLine[1] = HttpText.originForm(initialLine[1]);
        }
        return super.createMessage(initialLine);
    }

    /** Comes here first when Vert.x gives up on a connection: for a body that broke off its framing there is still time to say so. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        if (cause instanceof IOException) {
            // A reset. Vert.x would tell each waiting request of it, and stumbles over those whose turn has not come.
            var unused = context.close();
        } else if (!client.bodyFailed(cause)) {
            super.exceptionCaught(context, cause);
        }
    }
}
