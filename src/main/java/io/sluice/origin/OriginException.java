package io.sluice.origin;

/** Why an exchange with an origin failed. */
public final class OriginException extends Exception {
    /** What happened. */
    public enum Kind {
        /** No target took a connection. */
        UNREACHABLE,
        /** Connected, then reset or closed before the response was complete. */
        RESET,
        /** No head, or no more body, in time. */
        TIMEOUT,
        /** Not HTTP, or HTTP that breaks its rules. */
        MALFORMED,
        /** Too many requests wait for this target. */
        OVERLOADED,
        /** The address is refused for an untrusted target. */
        BLOCKED,
        /** The client went away; nobody needs an answer. */
        CLIENT_GONE,
        /** The client kept the origin waiting for too long. */
        CLIENT_STALLED,
    }

    private final Kind kind;

    /** @param detail for debug mode and the log; names targets, so not for clients otherwise */
    public OriginException(Kind kind, String detail) {
        super(detail, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
