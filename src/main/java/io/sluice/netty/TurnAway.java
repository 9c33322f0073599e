package io.sluice.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A refusal that is ready before anybody comes: for floods, where each connection must cost as little as can be. Its Retry-After is spread, so that the
 * flood does not come back as one. Any thread.
 */
public final class TurnAway {
    private static final int VARIANTS = 16;

    private final int status;
    private final String reason;
    private final String text;
    private final int fromSeconds;
    private final ByteBuf[] answers = new ByteBuf[VARIANTS];

    /** @param fromSeconds that clients are told to stay away at least; twice that at most */
    public TurnAway(int status, String reason, String text, int fromSeconds) {
        this.status = status;
        this.reason = reason;
        this.text = text;
        this.fromSeconds = fromSeconds;
        for (int i = 0; i < VARIANTS; i++) {
            byte[] bytes = ("HTTP/1.1 " + status + " " + reason + "\r\nContent-Type: text/plain\r\nRetry-After: "
                            + (fromSeconds + fromSeconds * i / (VARIANTS - 1)) + "\r\nContent-Length: "
                            + (text.length() + 1) + "\r\nConnection: close\r\n\r\n" + text + "\n")
                    .getBytes(US_ASCII);
            ByteBuf direct = Unpooled.directBuffer(bytes.length).writeBytes(bytes);
            answers[i] = Unpooled.unreleasableBuffer(direct.asReadOnly());
        }
    }

    /** Refuses a connection that was taken, such that what it is told arrives. */
    public void refuse(ClientConnection connection) {
        connection.refuseForNow(status, reason, text, retryAfterSeconds());
    }

    /** Refuses a new connection that nobody has taken, and closes it; what it is told may be lost if it has sent something already. */
    public void dismiss(HttpConnection connection) {
        Channel channel =
                ((HttpServerConnection) connection).channelHandlerContext().channel();
        ChannelHandlerContext encoder = channel.pipeline().context("httpEncoder");
        if (encoder == null) {
            var unused = channel.close(); // HTTP/2
            return;
        }
        ByteBuf answer = answers[ThreadLocalRandom.current().nextInt(VARIANTS)];
        encoder.writeAndFlush(answer.duplicate()).addListener(ChannelFutureListener.CLOSE);
    }

    public int status() {
        return status;
    }

    public String text() {
        return text;
    }

    /** Another one each time. */
    public int retryAfterSeconds() {
        return ThreadLocalRandom.current().nextInt(fromSeconds, 2 * fromSeconds + 1);
    }
}
