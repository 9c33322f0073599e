package io.sluice.netty;

import io.netty.channel.Channel;
import io.netty.channel.WriteBufferWaterMark;

/**
 * How much a held connection's socket is given before it has sent it. What is in the socket's buffer can't be taken back, so it is little, and the rest
 * waits where it can be.
 */
final class HoldMark {
    static final int HIGH = 64 << 10;
    static final int LOW = HIGH / 2;
    private static final WriteBufferWaterMark MARK = new WriteBufferWaterMark(LOW, HIGH);

    private HoldMark() {}

    static void set(Channel channel) {
        if (channel.config().getWriteBufferHighWaterMark() > HIGH) {
            channel.config().setWriteBufferWaterMark(MARK);
        }
    }

    /** Of a connection that may become one that holds: at most half of its outbox. */
    static WriteBufferWaterMark upTo(int outboxBytes) {
        int high = outboxBytes / 2 < HIGH ? outboxBytes / 2 : outboxBytes;
        return new WriteBufferWaterMark(high / 2, high);
    }
}
