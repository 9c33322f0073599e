package io.sluice.netty;

import io.netty.channel.Channel;
import io.netty.channel.WriteBufferWaterMark;

/**
 * How much a connection's socket is given before it has sent it. What is in the socket's buffer can't be taken back, so it is little, and the rest
 * waits where it can be.
 */
final class HoldMark {
    static final int HIGH = 64 << 10;
    static final int LOW = HIGH / 2;
    private static final WriteBufferWaterMark MARK = new WriteBufferWaterMark(LOW, HIGH);

    private HoldMark() {}

    /** Of one that was not taken as a client's. */
    static void set(Channel channel) {
        if (channel.config().getWriteBufferHighWaterMark() > HIGH) {
            channel.config().setWriteBufferWaterMark(MARK);
        }
    }

    /** Of one that may become a hold, too: at most half of its outbox. */
    static WriteBufferWaterMark upTo(int outboxBytes) {
        int high = Math.min(outboxBytes / 2, HIGH);
        return high == HIGH ? MARK : new WriteBufferWaterMark(high / 2, high);
    }

    /** Of one whose streams share it. */
    static WriteBufferWaterMark shared(int outboxBytes) {
        int high = Math.min(outboxBytes, 2 * HIGH);
        return new WriteBufferWaterMark(high / 2, high);
    }
}
