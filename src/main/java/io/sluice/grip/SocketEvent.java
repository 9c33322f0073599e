package io.sluice.grip;

import java.nio.charset.StandardCharsets;

/**
 * One event of WebSocket-over-HTTP (GRIP, WebSocket-over-HTTP). Treat the content as immutable.
 *
 * @param content of a whole message; of CLOSE see {@link SocketClose}; empty where there is none
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
public record SocketEvent(Type type, byte[] content) {
    private static final byte[] NOTHING = {};

    /** In both directions; OPEN is the first of a connection, and nothing follows CLOSE or DISCONNECT. */
    public enum Type {
        OPEN,
        TEXT,
        BINARY,
        PING,
        PONG,
        CLOSE,
        DISCONNECT,
    }

    public static SocketEvent of(Type type) {
        return new SocketEvent(type, NOTHING);
    }

    public static SocketEvent text(String text) {
        return new SocketEvent(Type.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }
}
