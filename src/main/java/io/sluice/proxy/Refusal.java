package io.sluice.proxy;

import io.sluice.grip.GripResponse;
import io.sluice.grip.Headers;
import io.sluice.netty.SocketHandshake;
import io.sluice.origin.OriginException;
import java.nio.charset.StandardCharsets;

/**
 * An answer of the proxy's own.
 *
 * @param text the body, without its line end
 * @param headers besides Content-Type
 */
record Refusal(int status, String reason, String text, Headers headers) {
    static final Refusal ROUTE_NOT_FOUND = badGateway("Route not found");
    static final Refusal ORIGIN_FAILED = badGateway("Error while proxying to origin.");
    static final Refusal ORIGIN_SILENT =
            new Refusal(504, "Gateway Timeout", "Error while proxying to origin.", Headers.EMPTY);
    static final Refusal ORIGIN_OVERLOADED =
            new Refusal(503, "Service Unavailable", "Too many requests.", Headers.of("Retry-After", "1"));
    static final Refusal REQUEST_TOO_SLOW =
            new Refusal(408, "Request Timeout", "Request body took too long.", Headers.EMPTY);
    static final Refusal TOO_LARGE_FOR_GRIP = badRequest("Request too large to accept GRIP instruct.");
    static final Refusal NO_EVENTS =
            new Refusal(403, "Forbidden", "Client not allowed to send WebSocket events directly.", Headers.EMPTY);
    static final Refusal NO_TUNNELS = new Refusal(501, "Not Implemented", "CONNECT is not supported.", Headers.EMPTY);
    static final Refusal NOT_JSONP_ENCODABLE =
            new Refusal(500, "Internal Server Error", "Upstream response could not be JSON-P encoded.", Headers.EMPTY);
    static final Refusal CLIENT_CONNECTED =
            new Refusal(409, "Conflict", "This client has a connection already, and keeps it.", Headers.EMPTY);
    static final Refusal CLAIMS_UNCERTAIN = new Refusal(
            503,
            "Service Unavailable",
            "Whether this client has another connection can't be known now.",
            Headers.of("Retry-After", "5"));
    static final Refusal INVALID_TOKEN = new Refusal(
            401, "Unauthorized", "Invalid token.", Headers.of("WWW-Authenticate", "Bearer error=\"invalid_token\""));
    static final Refusal INTERNAL =
            new Refusal(500, "Internal Server Error", "Failed to process request.", Headers.EMPTY);

    /** For an origin that could not answer. */
    static Refusal of(OriginException failure) {
        return switch (failure.kind()) {
            case TIMEOUT -> ORIGIN_SILENT;
            case OVERLOADED -> ORIGIN_OVERLOADED;
            case CLIENT_GONE -> badRequest("Failed to read request body.");
            case CLIENT_STALLED -> REQUEST_TOO_SLOW;
            case UNREACHABLE, RESET, MALFORMED, BLOCKED -> ORIGIN_FAILED;
        };
    }

    static Refusal of(SocketHandshake.Defect defect) {
        return switch (defect) {
            case CONNECTION -> badRequest("Invalid WebSocket handshake: no Connection: Upgrade.");
            case REQUEST -> badRequest("Invalid WebSocket handshake: not a GET without a body.");
            case NO_VERSION -> badRequest("Invalid WebSocket handshake: no Sec-WebSocket-Version.");
            case KEY -> badRequest("Invalid WebSocket handshake: no valid Sec-WebSocket-Key.");
            case VERSION ->
                new Refusal(
                        426,
                        "Upgrade Required",
                        "Invalid WebSocket handshake: only version 13 is spoken here.",
                        Headers.of("Sec-WebSocket-Version", "13"));
        };
    }

    static Refusal badGateway(String text) {
        return new Refusal(502, "Bad Gateway", text, Headers.EMPTY);
    }

    static Refusal badRequest(String text) {
        return new Refusal(400, "Bad Request", text, Headers.EMPTY);
    }

    Refusal withText(String other) {
        return new Refusal(status, reason, other, headers);
    }

    GripResponse response() {
        return new GripResponse(
                status,
                reason,
                headers.with("Content-Type", "text/plain"),
                (text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
