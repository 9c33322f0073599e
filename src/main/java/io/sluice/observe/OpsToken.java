package io.sluice.observe;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who may change something on the ops port: whoever brings the token ({@code ops.token}). Any thread. */
final class OpsToken {
    private static final Logger LOG = LoggerFactory.getLogger(OpsToken.class);
    private static final String SCHEME = "Bearer ";

    private final byte[] token;

    /** @param token empty for none */
    OpsToken(String token) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    boolean isSet() {
        return token.length > 0;
    }

    /** Whether the request brings the token; otherwise it has been answered, with 401, or with 403 where no token is set. */
    boolean admits(RoutingContext context) {
        if (!isSet()) {
            refuse(context, 403, "no-token-set", "Not allowed: the setting ops.token is empty.\n");
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

    private static void challenge(RoutingContext context, String challenge, String reason, String text) {
        context.response().putHeader("WWW-Authenticate", challenge);
        refuse(context, 401, reason, text);
    }

    private static void refuse(RoutingContext context, int status, String reason, String text) {
        HttpServerRequest request = context.request();
        LOG.warn(
                "ops-refused method={} path={} peer={} reason={}",
                request.method(),
                request.path(),
                request.remoteAddress(),
                reason);
        OpsReplies.text(context, status, text);
    }
}
