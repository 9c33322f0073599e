package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.grip.SocketClose;
import io.sluice.stats.Counter;

/** Why Sluice ends a connection that could go on. */
enum Disconnect {
    /** Its outbox is full, and a channel's policy is to disconnect. */
    SLOW("slow", 1013, "too slow", Counter.CONNECTIONS_ENDED_SLOW),
    /** It has taken nothing for too long. */
    STALLED("stalled", 1013, "nothing taken for too long", Counter.CONNECTIONS_ENDED_STALLED),
    /** An operator said so. */
    OPERATOR("operator", 1012, "disconnected by an operator", Counter.CONNECTIONS_ENDED_BY_OPERATOR);

    private final String reason;
    private final int code;
    private final String text;
    private final Counter counter;

    Disconnect(String reason, int code, String text, Counter counter) {
        this.reason = reason;
        this.code = code;
        this.text = text;
        this.counter = counter;
    }

    /** One word. */
    String reason() {
        return reason;
    }

    /** For WebSockets. */
    SocketClose close() {
        return SocketClose.of(code, text);
    }

    /** For who reads events. Where it meets the middle of another event, it swallows that. */
    byte[] event() {
        return ("\nevent: sluice-disconnect\ndata: {\"reason\":\"" + reason + "\"}\n\n").getBytes(UTF_8);
    }

    Counter counter() {
        return counter;
    }
}
