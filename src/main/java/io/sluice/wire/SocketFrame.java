package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.grip.Format.WsMessage;

/**
 * A WebSocket frame (RFC 6455, 5.2), without mask. Treat the content as immutable.
 *
 * @param last whether it ends its message; always true of control frames
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
public record SocketFrame(Type type, boolean last, byte[] content) {
    private static final int FIN = 0x80;
    /** Of a message's first frame: the message is compressed (RFC 7692). */
    private static final int RSV1 = 0x40;

    /** What a frame carries; its opcode is that of the protocol. */
    public enum Type {
        CONTINUATION(0x0),
        TEXT(0x1),
        BINARY(0x2),
        CLOSE(0x8),
        PING(0x9),
        PONG(0xA);

        private final int opcode;

        Type(int opcode) {
            this.opcode = opcode;
        }

        public int opcode() {
            return opcode;
        }

        /** Whether it may stand between the frames of a message. */
        public boolean control() {
            return opcode >= 0x8;
        }

        public static Type of(WsMessage.Type type) {
            return switch (type) {
                case TEXT -> TEXT;
                case BINARY -> BINARY;
                case PING -> PING;
                case PONG -> PONG;
            };
        }
    }

    /** A message in one frame. */
    public static SocketFrame whole(Type type, byte[] content) {
        return new SocketFrame(type, true, content);
    }

    /** The frame as a server sends it, in direct memory: once for many sockets. */
    public ByteBuf toShare() {
        ByteBuf bytes = Unpooled.directBuffer(headBytes(content.length) + content.length);
        writeHead(bytes, false);
        return bytes.writeBytes(content);
    }

    /** How long the head of a frame with so much content is. */
    public static int headBytes(int contentLength) {
        return contentLength < 126 ? 2 : contentLength < 0x10000 ? 4 : 10;
    }

    /** Writes the head of a frame without mask. */
    public void writeHead(ByteBuf out, boolean compressed) {
        out.writeByte((last ? FIN : 0) | (compressed ? RSV1 : 0) | type.opcode);
        int length = content.length;
        if (length < 126) {
            out.writeByte(length);
        } else if (length < 0x10000) {
            out.writeByte(126).writeShort(length);
        } else {
            out.writeByte(127).writeLong(length);
        }
    }
}
