package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.sluice.grip.Header;
import io.sluice.grip.Headers;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's HTTP/1 connection as the edge keeps it in order: strict parsing, refusals that arrive, idleness. On the connection's event
 * loop.
 */
public final class ClientChannel implements ClientConnection {
    private static final Logger LOG = LoggerFactory.getLogger(ClientChannel.class);
    /** How long what a refused client still sends is read, so that a reset does not overtake the refusal. */
    private static final long LINGER_MILLIS = 2_000;

    private final Channel channel;
    private final TrafficMark traffic;
    /** Null once the connection is a WebSocket: all of HTTP's memory hangs on it. */
    private @Nullable HttpEnd http;

    private @Nullable HttpServerRequest reading;
    /** The last one that became a hold. */
    private @Nullable HttpServerRequest held;

    private boolean refused;
    /** Since when no request is under way, or earlier. */
    private long restNanos = System.nanoTime();

    /** @param encoder before which ready-made bytes are written */
    private record HttpEnd(ChannelHandlerContext encoder, StrictRequestDecoder decoder) {}

    private ClientChannel(ChannelPipeline pipeline, ClientLimits limits) {
        channel = pipeline.channel();
        var decoder = new StrictRequestDecoder(limits, this);
        traffic = new TrafficMark();
        pipeline.replace("httpDecoder", "httpDecoder", decoder);
        pipeline.addBefore("httpDecoder", "traffic", traffic);
        http = new HttpEnd(pipeline.context("httpEncoder"), decoder);
        channel.config().setWriteBufferWaterMark(HoldMark.upTo(limits.outboxBytes()));
        channel.attr(KEY).set(this);
    }

    static ClientChannel take(ChannelPipeline pipeline, ClientLimits limits) {
        return new ClientChannel(pipeline, limits);
    }

    private static @Nullable ClientChannel of(HttpServerRequest request) {
        return ClientConnection.of(request.connection()) instanceof ClientChannel client ? client : null;
    }

    /** The request whose turn it is: should its body's framing break, it gets the refusal. Until it is answered nobody is late. */
    @Override
    public void reading(HttpServerRequest request) {
        reading = request;
        restNanos = System.nanoTime();
    }

    @Override
    public void holds(HttpServerRequest request) {
        held = request;
    }

    @Override
    public void onClosed(Runnable handler) {
        channel.closeFuture().addListener(closed -> handler.run());
    }

    /** In mid-head with 408, else without a word. */
    @Override
    public long endWhenOverdue(Patience patience) {
        if (!channel.isActive()) {
            return 0;
        }
        long now = System.nanoTime();
        long idleMillis = millis(traffic.idleNanos(channel));
        long left = (refused ? patience.headMillis() : patience.idleMillis()) - idleMillis;
        HttpEnd end = http;
        if (!refused && end != null && left > 0) {
            left = patienceLeft(end.decoder(), patience, now, left);
        }
        if (end != null && !holding()) {
            long stalledMillis = millis(traffic.stalledNanos(channel));
            if (stalledMillis >= patience.stallMillis()) {
                patience.stalled().cut("answer", channel.remoteAddress(), TrafficMark.pending(channel));
                close();
                return 0;
            }
            left = Math.min(left, patience.stallMillis() - stalledMillis);
        }
        if (left <= 0) {
            LOG.debug("connection-idle millis={} peer={}", idleMillis, channel.remoteAddress());
            close();
            return 0;
        }
        return end == null ? left : Math.min(left, patience.headMillis());
    }

    private long patienceLeft(StrictRequestDecoder decoder, Patience patience, long now, long left) {
        if (answering()) {
            restNanos = now;
            decoder.restartHead(now);
        } else if (decoder.inHead()) {
            long headLeft = Math.min(left, patience.headMillis() - millis(now - decoder.headNanos()));
            if (headLeft > 0) {
                return headLeft;
            }
            refuse(408, "Request Timeout", "Request header took too long.", "");
            return patience.headMillis();
        } else if (!decoder.inBody()) {
            return Math.min(left, patience.unusedMillis() - millis(now - restNanos));
        }
        return left;
    }

    private boolean holding() {
        HttpServerRequest hold = held;
        if (hold != null && hold.response().ended()) {
            held = null;
            hold = null;
        }
        return hold != null;
    }

    /** Whether the client waits for the server, not the other way round. */
    private boolean answering() {
        HttpServerRequest request = reading;
        if (request != null && request.response().ended()) {
            reading = null;
            request = null;
        }
        return request != null || TrafficMark.pending(channel) > 0;
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    /** Has itself looked after, with timers of its own. */
    void watch(Patience patience) {
        long next = endWhenOverdue(patience);
        if (next > 0) {
            // One that outlives its connection by some seconds does no harm.
            var unused = channel.eventLoop().schedule(() -> watch(patience), next, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        HttpEnd end = http;
        var unused = end == null ? channel.close() : end.encoder().close();
    }

    /**
     * Whether the request, whose turn it is on its connection, asks for a WebSocket: it must be upgraded, or answered and the connection
     * closed. Never on a connection that was not taken. One that is waiting behind the request does not count.
     */
    public static boolean upgrading(HttpServerRequest request) {
        ClientChannel client = of(request);
        HttpEnd end = client == null ? null : client.http;
        return end != null && end.decoder().upgrading() && SocketHandshake.asked(request);
    }

    /**
     * Answers the request whose turn it is with 101, and makes the connection a WebSocket. Only when {@link #upgrading}, and before any
     * other answer. Vert.x hears nothing of the connection any more, and the listener nothing before this call's caller has returned to its
     * loop.
     *
     * @param headers of the answer, besides those of the upgrade itself
     */
    public static SocketSink upgrade(
            HttpServerRequest request, Headers headers, SocketTerms terms, SocketListener listener) {
        ClientChannel client = of(request);
        HttpEnd end = client == null ? null : client.http;
        if (client == null || end == null) {
            throw new IllegalStateException("not to be upgraded");
        }
        return client.upgrade(end, request, headers, terms, listener);
    }

    private SocketSink upgrade(
            HttpEnd end, HttpServerRequest request, Headers headers, SocketTerms terms, SocketListener listener) {
        http = null;
        reading = null;
        held = null;
        var head = new StringBuilder(256).append("HTTP/1.1 101 Switching Protocols\r\n");
        SocketHandshake.answer(request, terms).forEach(line -> append(head, line));
        headers.forEach(line -> append(head, line));
        var unused = end.encoder()
                .writeAndFlush(ByteBufUtil.encodeString(
                        channel.alloc(), java.nio.CharBuffer.wrap(head.append("\r\n")), StandardCharsets.ISO_8859_1));
        ContextInternal context = ContextInternal.current().unwrap();
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.toMap().forEach((name, handler) -> {
            boolean stays = handler == end.decoder() || handler == traffic || handler instanceof SslHandler;
            if (!stays) {
                pipeline.remove(name);
            }
        });
        FrameChannel frames = FrameChannel.install(pipeline, true, context, terms, listener);
        channel.eventLoop().execute(() -> {
            channel.config().setAutoRead(true);
            // What it has read of the client's frames goes on to their decoder; the listener may want to hear no more
            // then.
            if (pipeline.context(end.decoder()) != null) {
                pipeline.remove(end.decoder());
            }
        });
        return frames;
    }

    private static void append(StringBuilder head, Header line) {
        head.append(line.name()).append(": ").append(line.value()).append("\r\n");
    }

    @Override
    public void refuse(HttpServerRequest request, RequestRefused reason) {
        refuse(reason.status(), reason.reason(), reason.text(), "");
    }

    @Override
    public void refuseForNow(int status, String reason, String text, int retryAfterSeconds) {
        refuse(status, reason, text, "Retry-After: " + retryAfterSeconds + "\r\n");
    }

    @Override
    public void fail(HttpServerRequest request) {
        if (request.response().headWritten()) {
            close();
        } else {
            refuse(500, "Internal Server Error", "Internal error.", "");
        }
    }

    /**
     * Answers with a plain text, in place of any other response, and closes. The client's further input is discarded for a short
     * while, so that the answer reaches it. Only before a response's head was written.
     *
     * @param extra further header lines, each with CRLF
     */
    private void refuse(int status, String reason, String text, String extra) {
        HttpEnd end = http;
        if (refused || end == null || !channel.isActive()) {
            return;
        }
        refused = true;
        end.decoder().discard();
        String body = text + "\n";
        ByteBuf bytes = ByteBufUtil.encodeString(
                channel.alloc(),
                java.nio.CharBuffer.wrap("HTTP/1.1 " + status + " " + reason + "\r\nContent-Type: text/plain\r\n"
                        + extra + "Content-Length: " + body.length() + "\r\nConnection: close\r\n\r\n" + body),
                StandardCharsets.ISO_8859_1);
        end.encoder().writeAndFlush(bytes).addListener((ChannelFutureListener) written -> linger());
        channel.config().setAutoRead(true);
    }

    private void linger() {
        if (channel instanceof DuplexChannel duplex && channel.isActive()) {
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            var unused = tls == null ? duplex.shutdownOutput() : tls.closeOutbound();
            var timer = channel.eventLoop().schedule(this::close, LINGER_MILLIS, TimeUnit.MILLISECONDS);
            channel.closeFuture().addListener(closed -> timer.cancel(false));
        } else {
            close();
        }
    }

    /** Whether the failure has been dealt with here; otherwise Vert.x closes the connection. */
    boolean bodyFailed(Throwable cause) {
        if (refused) {
            return true;
        }
        HttpServerRequest request = reading;
        HttpEnd end = http;
        if (end == null
                || !end.decoder().bodyBroken()
                || request == null
                || request.isEnded()
                || request.response().headWritten()) {
            return false;
        }
        refuse(400, "Bad Request", "Failed to parse request: invalid chunk.", "");
        return true;
    }
}
