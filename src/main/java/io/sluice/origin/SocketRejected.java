package io.sluice.origin;

import io.sluice.grip.Headers;

/** An origin answered a WebSocket's handshake with something else than the upgrade. */
@SuppressWarnings("ArrayRecordComponent") // bytes for the client
public final class SocketRejected extends Exception {
    private final int status;
    private final String reason;
    private final transient Headers headers;
    private final byte[] body;

    public SocketRejected(int status, String reason, Headers headers, byte[] body) {
        super("the origin answered " + status, null, false, false);
        this.status = status;
        this.reason = reason;
        this.headers = headers;
        this.body = body;
    }

    public int status() {
        return status;
    }

    public String reason() {
        return reason;
    }

    public Headers headers() {
        return headers;
    }

    public byte[] body() {
        return body;
    }
}
