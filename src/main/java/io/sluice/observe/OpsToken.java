package io.sluice.observe;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Who may change something on the ops port: whoever brings the token ({@code ops.token}). On the verticle's event loop. */
final class OpsToken {
    private static final String SCHEME = "Bearer ";

    private final OpsRefusals refusals;
    private final byte[] token;

    /** @param token empty for none */
    OpsToken(OpsRefusals refusals, String token) {
        this.refusals = refusals;
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    boolean isSet() {
        return token.length > 0;
    }

    /** Whether the request brings the token; otherwise it has been answered, with 401, or with 403 where no token is set. */
    boolean admits(RoutingContext context) {
        if (!isSet()) {
            refusals.refuse(context, 403, "no-token-set", "Not allowed: the setting ops.token is empty.\n");
            return false;
        }
        String given = given(context.request());
        if (given == null) {
            challenge(
                    context,
                    "Bearer realm=\"sluice\"",
                    "no-token",
                    "A token is needed: Authorization: Bearer TOKEN.\n");
            return false;
        }
        if (!MessageDigest.isEqual(token, given.getBytes(StandardCharsets.UTF_8))) {
            challenge(
                    context,
                    "Bearer realm=\"sluice\", error=\"invalid_token\"",
                    "wrong-token",
                    "The token is not that of the setting ops.token.\n");
            return false;
        }
        return true;
    }

    private static @Nullable String given(HttpServerRequest request) {
        String line = request.getHeader(HttpHeaders.AUTHORIZATION);
        boolean bearer = line != null && line.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return bearer ? line.substring(SCHEME.length()).strip() : null;
    }

    private void challenge(RoutingContext context, String challenge, String reason, String text) {
        context.response().putHeader("WWW-Authenticate", challenge);
        refusals.refuse(context, 401, reason, text);
    }
}
