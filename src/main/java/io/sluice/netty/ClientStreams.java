package io.sluice.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client's HTTP/2 connection. Netty's codec keeps its frames and heads in order; what is refused here is one stream, or all. */
final class ClientStreams implements ClientConnection {
    private static final Logger LOG = LoggerFactory.getLogger(ClientStreams.class);
    /** GOAWAY: come later. */
    private static final long ENHANCE_YOUR_CALM = 11;

    private static final long INTERNAL_ERROR = 2;

    private final HttpConnection connection;
    private final Channel channel;
    private final Http2ConnectionHandler codec;
    private final TrafficMark traffic = new TrafficMark();
    /** Of requests that hold. */
    private final Map<HttpServerRequest, Runnable> shutdown = new HashMap<>();
    /** Since when no stream is open, or earlier. */
    private long restNanos = System.nanoTime();

    private ClientStreams(HttpConnection connection, Channel channel, Http2ConnectionHandler codec) {
        this.connection = connection;
        this.channel = channel;
        this.codec = codec;
    }

    static ClientStreams take(HttpConnection connection, Channel channel, ClientLimits limits) {
        Http2ConnectionHandler codec = channel.pipeline().get(Http2ConnectionHandler.class);
        var client = new ClientStreams(connection, channel, codec);
        channel.pipeline().addBefore(channel.pipeline().context(codec).name(), "traffic", client.traffic);
        channel.config().setWriteBufferWaterMark(HoldMark.shared(limits.outboxBytes()));
        connection.shutdownHandler(closing -> client.shuttingDown());
        channel.attr(KEY).set(client);
        return client;
    }

    private void shuttingDown() {
        List<Runnable> handlers = List.copyOf(shutdown.values());
        shutdown.clear();
        handlers.forEach(Runnable::run);
    }

    @Override
    public void reading(HttpServerRequest request) {
        // The codec knows its streams.
    }

    @Override
    public void holds(HttpServerRequest request) {
        // One that holds has a handler for the shutdown.
    }

    @Override
    public void onClosed(Runnable handler) {
        channel.closeFuture().addListener(closed -> handler.run());
    }

    /** @param handler null to forget the one there is */
    void shutdown(HttpServerRequest request, @Nullable Runnable handler) {
        if (handler == null) {
            shutdown.remove(request);
        } else {
            shutdown.put(request, handler);
        }
    }

    @Override
    public long endWhenOverdue(Patience patience) {
        if (!channel.isActive()) {
            return 0;
        }
        long now = System.nanoTime();
        long left = patience.idleMillis() - TimeUnit.NANOSECONDS.toMillis(traffic.idleNanos(channel));
        if (codec.connection().numActiveStreams() > 0 || TrafficMark.pending(channel) > 0) {
            restNanos = now;
        } else {
            left = Math.min(left, patience.unusedMillis() - TimeUnit.NANOSECONDS.toMillis(now - restNanos));
        }
        if (shutdown.isEmpty()) {
            long stalledMillis = TimeUnit.NANOSECONDS.toMillis(traffic.stalledNanos(channel));
            if (stalledMillis >= patience.stallMillis()) {
                patience.stalled().cut("answer", channel.remoteAddress(), TrafficMark.pending(channel));
                // Past the codec, which would wait for its farewell to be taken.
                var unused = channel.pipeline().context(traffic).close();
                return 0;
            }
            left = Math.min(left, patience.stallMillis() - stalledMillis);
        }
        if (left <= 0) {
            LOG.debug("connection-idle http=2 peer={}", channel.remoteAddress());
            close();
            return 0;
        }
        return Math.min(left, patience.headMillis());
    }

    @Override
    public void close() {
        var unused = connection.close();
    }

    @Override
    public void refuseForNow(int status, String reason, String text, int retryAfterSeconds) {
        var unused = codec.goAway(
                channel.pipeline().context(codec), 0, ENHANCE_YOUR_CALM, Unpooled.EMPTY_BUFFER, channel.newPromise());
        close();
    }

    @Override
    public void fail(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (response.headWritten()) {
            var unused = response.reset(INTERNAL_ERROR);
        } else {
            answer(response, 500, "Internal error.");
        }
    }

    @Override
    public void refuse(HttpServerRequest request, RequestRefused reason) {
        answer(request.response(), reason.status(), reason.text());
    }

    private static void answer(HttpServerResponse response, int status, String text) {
        var unused = response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain")
                .end(text + "\n");
    }
}
