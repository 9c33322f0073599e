package io.sluice.origin;

import io.sluice.config.Target;
import io.sluice.grip.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A request as it leaves, but for what depends on the target.
 *
 * @param path encoded, with the query; begins with a slash, or is an asterisk
 * @param authority host[:port] that the request is for, unless the target has one of its own
 * @param headers without Host, Content-Length and whatever else frames a message
 */
record Outgoing(String method, String path, String authority, Headers headers) {
    /** The Host header for that target. */
    String host(Target target) {
        @Nullable String own = target.hostHeader();
        if (own != null) {
            return own;
        }
        return authority.isEmpty() ? target.toString() : authority;
    }

    /** Whose certificate a TLS target must show. */
    String certificateHost(Target target) {
        if (target.trustConnectHost()) {
            return target.host();
        }
        return new ClientUri("https", host(target), "/").host();
    }

    /** Whether sending it twice does what sending it once does (RFC 9110, 9.2.2). */
    boolean idempotent() {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" -> true;
            default -> false;
        };
    }
}
