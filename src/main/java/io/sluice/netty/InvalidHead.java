package io.sluice.netty;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpServerRequest;

/** Why a server could not read a request's head. The connection's framing is lost: answer, then close. */
public enum InvalidHead {
    /** The request line is over the limit. */
    LINE_TOO_LONG(414),
    /** The header lines are over the limit. */
    HEADERS_TOO_LONG(431),
    /** Not HTTP/1, or ambiguous: repeated lengths, a length beside a transfer coding, control characters. */
    MALFORMED(400);

    private final int status;

    InvalidHead(int status) {
        this.status = status;
    }

    public int status() {
        return status;
    }

    /** Of a request that the server gave to its invalid-request handler. */
    public static InvalidHead of(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        if (cause instanceof TooLongHttpLineException) {
            return LINE_TOO_LONG;
        }
        return cause instanceof TooLongHttpHeaderException ? HEADERS_TOO_LONG : MALFORMED;
    }
}
