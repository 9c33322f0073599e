package io.sluice.netty;

/** A request that breaks a rule of HTTP, or a limit. The connection's framing is lost or not trusted: answer, then close. */
public final class RequestRefused extends Exception {
    private final int status;

    private RequestRefused(int status, String text) {
        super(text, null, false, false);
        this.status = status;
    }

    /** Not HTTP/1, or ambiguous. */
    static RequestRefused malformed(String rule) {
        return new RequestRefused(400, "Failed to parse request: " + rule + ".");
    }

    static RequestRefused of(int status, String text) {
        return new RequestRefused(status, text);
    }

    public int status() {
        return status;
    }

    /** The rule, for the client to read. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
