package io.sluice.netty;

import io.sluice.grip.SocketClose;

/** A frame that breaks a rule; what the peer is told. */
final class FrameRefused extends Exception {
    private static final int PROTOCOL_ERROR = 1002;
    private static final int NOT_THE_TYPE = 1007;
    private static final int TOO_LARGE = 1009;

    private final int code;

    private FrameRefused(int code, String rule) {
        super(rule, null, false, false);
        this.code = code;
    }

    static FrameRefused broken(String rule) {
        return new FrameRefused(PROTOCOL_ERROR, rule);
    }

    static FrameRefused notUtf8() {
        return new FrameRefused(NOT_THE_TYPE, "text is not UTF-8");
    }

    static FrameRefused tooLarge(int max) {
        return new FrameRefused(TOO_LARGE, "message of more than " + max + " bytes");
    }

    SocketClose close() {
        return SocketClose.of(code, String.valueOf(getMessage()));
    }
}
