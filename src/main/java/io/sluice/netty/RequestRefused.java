package io.sluice.netty;

import io.vertx.core.http.HttpServerRequest;

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

    /** Why the server gave that request to its invalid-request handler. */
    public static RequestRefused of(HttpServerRequest request) {
        return request.decoderResult().cause() instanceof RequestRefused reason ? reason : malformed("not HTTP");
    }

    public int status() {
        return status;
    }

    /** The status in words. */
    String reason() {
        return switch (status) {
            case 405 -> "Method Not Allowed";
            case 414 -> "URI Too Long";
            case 431 -> "Request Header Fields Too Large";
            case 505 -> "HTTP Version Not Supported";
            default -> "Bad Request";
        };
    }

    /** The rule, for the client to read. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
