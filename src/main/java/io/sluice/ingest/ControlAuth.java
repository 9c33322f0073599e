package io.sluice.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.config.Settings;
import io.sluice.grip.GripException;
import io.sluice.grip.GripSignature;
import io.sluice.grip.SigningKey;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the control port: whoever brings the token, a token signed with the key (RFC 7519: {@code exp}, and {@code iss} where one is set), or
 * user and password. Belongs to one event loop.
 */
final class ControlAuth {
    private static final String BEARER = "Bearer ";
    private static final String BASIC = "Basic ";
    private static final int KNOWN_TOKENS = 256;

    /** Why a request is refused; the reason is for the log, the text for the publisher. */
    record Denial(String reason, String text) {}

    private final byte[] token;
    private final byte[] basic;
    private final String iss;
    private final @Nullable SigningKey key;
    private final LongSupplier nowSeconds;
    /** Signed tokens that were good, and until when: an RSA signature costs more than a publish. */
    private final Map<String, Long> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > KNOWN_TOKENS;
        }
    };

    private ControlAuth(Settings.Access access, @Nullable SigningKey key, LongSupplier nowSeconds) {
        token = access.authToken().getBytes(UTF_8);
        basic = access.authBasic().getBytes(UTF_8);
        iss = access.authIss();
        this.key = key;
        this.nowSeconds = nowSeconds;
    }

    /**
     * Reads the key, maybe from its file: not for an event loop.
     *
     * @throws GripException what is wrong with the key
     */
    static ControlAuth of(Settings.Access access, LongSupplier nowSeconds) throws GripException {
        SigningKey key = access.authKey().isEmpty() ? null : SigningKey.parse(access.authKey(), access.keyBase());
        return new ControlAuth(access, key, nowSeconds);
    }

    /** Null when the request may go on. */
    @Nullable
    Denial check(HttpServerRequest request) {
        if (key == null && token.length == 0 && basic.length == 0) {
            return null;
        }
        String line = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (line == null) {
            return new Denial("no-credentials", "Credentials are needed: " + wanted() + ".");
        }
        if (line.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return bearer(line.substring(BEARER.length()).strip());
        }
        if (line.regionMatches(true, 0, BASIC, 0, BASIC.length()) && basic.length > 0) {
            return basic(line.substring(BASIC.length()).strip());
        }
        return new Denial("unknown-scheme", "Credentials of this kind are not taken: " + wanted() + ".");
    }

    /** What to say in {@code WWW-Authenticate}. */
    String challenge(Denial denial) {
        if (key == null && token.length == 0) {
            return "Basic realm=\"sluice\", charset=\"UTF-8\"";
        }
        boolean given = !denial.reason().equals("no-credentials");
        return "Bearer realm=\"sluice\"" + (given ? ", error=\"invalid_token\"" : "");
    }

    private String wanted() {
        return key == null && token.length == 0 ? "Authorization: Basic" : "Authorization: Bearer TOKEN";
    }

    private @Nullable Denial bearer(String given) {
        if (token.length > 0 && MessageDigest.isEqual(token, given.getBytes(UTF_8))) {
            return null;
        }
        if (key == null) {
            return new Denial("wrong-token", "The token is not the right one.");
        }
        long now = nowSeconds.getAsLong();
        Long until = known.get(given);
        if (until != null && until > now) {
            return null;
        }
        JsonObject claims = GripSignature.claims(given, key, 0);
        if (claims == null) {
            return new Denial(
                    "wrong-signature",
                    "The token is not signed with the right key by " + key.algorithm() + ", or has no 'exp'.");
        }
        double expires = claims.getDouble("exp");
        if (expires <= now) {
            return new Denial("expired", "The token has expired.");
        }
        if (!iss.isEmpty() && !iss.equals(claims.getValue("iss"))) {
            return new Denial("wrong-issuer", "The token's 'iss' is not the right one.");
        }
        known.put(given, (long) expires);
        return null;
    }

    private @Nullable Denial basic(String given) {
        try {
            if (MessageDigest.isEqual(basic, Base64.getDecoder().decode(given))) {
                return null;
            }
        } catch (IllegalArgumentException notBase64) {
            return new Denial("malformed", "The credentials are not base64.");
        }
        return new Denial("wrong-password", "User or password is not the right one.");
    }
}
