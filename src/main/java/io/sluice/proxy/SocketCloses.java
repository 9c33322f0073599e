package io.sluice.proxy;

import io.sluice.grip.SocketClose;

/** The closes that Sluice itself gives (RFC 6455, 7.4.1, and the registry of close codes). */
final class SocketCloses {
    /** The node is going down: come back, to another one. */
    static final SocketClose NODE_CLOSING = SocketClose.of(1012, "node closing");

    /** The origin can't be reached, answers with an error or with nonsense. */
    static final SocketClose ORIGIN_FAILED = originFailed("origin failed");

    /** Items of a reliable channel were missed, and this origin can't be asked for them: come back, and say where you are. */
    static final SocketClose ITEMS_MISSED = SocketClose.of(1013, "items missed");

    private static final int INTERNAL_ERROR = 1011;

    private SocketCloses() {}

    static SocketClose originFailed(String reason) {
        return SocketClose.of(INTERNAL_ERROR, reason);
    }

    /** What was asked for is against the rules. */
    static SocketClose refused(String reason) {
        return SocketClose.of(INTERNAL_ERROR, reason);
    }
}
