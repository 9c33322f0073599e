package io.sluice.netty;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import org.jspecify.annotations.Nullable;

/** A client's connection as the edge keeps it in order: refusals that arrive, and an end to waiting. On the connection's event loop. */
public sealed interface ClientConnection permits ClientChannel, ClientStreams {
    AttributeKey<ClientConnection> KEY = AttributeKey.valueOf(ClientConnection.class, "client");

    /** Takes a new connection in hand, from the server's connection handler: before it has read anything. */
    static ClientConnection take(HttpConnection connection, ClientLimits limits) {
        Channel channel = channel(connection);
        if (channel.pipeline().get(IdleStateHandler.class) != null) {
            // It was for the time until now.
            channel.pipeline().remove(IdleStateHandler.class);
        }
        return channel.pipeline().get(Http2ConnectionHandler.class) == null
                ? ClientChannel.take(channel.pipeline(), limits)
                : ClientStreams.take(connection, channel, limits);
    }

    /** The one of a connection that was taken. */
    static ClientConnection of(HttpConnection connection) {
        return channel(connection).attr(KEY).get();
    }

    /** The same; null when it was not taken, but turned away. */
    static @Nullable ClientConnection find(HttpConnection connection) {
        return channel(connection).attr(KEY).get();
    }

    private static Channel channel(HttpConnection connection) {
        return ((HttpServerConnection) connection).channelHandlerContext().channel();
    }

    /** The request whose turn it is, until it is answered: the server is not waiting for the client. */
    void reading(HttpServerRequest request);

    /** The request's answer is one without end: from now on its client may take it as slowly as holds may. */
    void holds(HttpServerRequest request);

    /** Called once the connection has gone. */
    void onClosed(Runnable handler);

    /**
     * Called when the server shuts down, or the client of HTTP/2 says that it goes; in place of the request's handler before it. Over HTTP/1 there is
     * one request at a time, and so one handler.
     */
    static void onShutdown(HttpServerRequest request, @Nullable Runnable handler) {
        if (of(request.connection()) instanceof ClientStreams streams) {
            streams.shutdown(request, handler);
        } else {
            request.connection().shutdownHandler(handler == null ? null : closing -> handler.run());
        }
    }

    /** The request's response is over: its handler is forgotten. Over HTTP/1 the next request may have its own by now. */
    static void over(HttpServerRequest request) {
        if (of(request.connection()) instanceof ClientStreams streams) {
            streams.shutdown(request, null);
        }
    }

    /**
     * Ends the connection if it has kept the server waiting for too long. To be called again and again.
     *
     * @return milliseconds after which to look again, at least 1; 0 when there is no need to
     */
    long endWhenOverdue(Patience patience);

    /** Closes at once; what waits to be sent is lost. */
    void close();

    /**
     * Refuses a connection that has asked for nothing yet, and closes it.
     *
     * @param retryAfterSeconds for clients that can be told
     */
    void refuseForNow(int status, String reason, String text, int retryAfterSeconds);

    /** Answers with the error, if the response has not begun, in place of any other; otherwise cuts it. */
    void fail(HttpServerRequest request);

    /** Tells the client what was wrong with its request. */
    void refuse(HttpServerRequest request, RequestRefused reason);
}
