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
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the control port: whoever brings the token, a token signed with the key (RFC 7519: {@code exp}, {@code nbf}, and {@code iss} where one is set), or
 * user and password. Belongs to one event loop.
 */
final class ControlAuth {
    private static final String BEARER = "Bearer ";
    private static final String BASIC = "Basic ";
    private static final int KNOWN_TOKENS = 256;

    /** Failed checks of signatures a second, beyond which unknown tokens are not looked at: each takes the event loop's time. */
    private static final int FAILED_CHECKS = 50;
    /** How far publishers' clocks may be ahead of ours. */
    private static final long AHEAD_SECONDS = 60;

    /**
     * Why a request is refused; the reason is for the log, the text for the publisher.
     *
     * @param status 401, or 429
     * @param ofToken whether a token was given and is not good
     */
    record Denial(int status, String reason, String text, boolean ofToken) {
        static Denial of(String reason, String text) {
            return new Denial(401, reason, text, false);
        }

        static Denial ofToken(String reason, String text) {
            return new Denial(401, reason, text, true);
        }
    }

    private final byte[] token;
    private final byte[] basic;
    private final String iss;
    private final @Nullable SigningKey key;
    private final LongSupplier nowSeconds;
    private final CallRate failedChecks;
    /** Signed tokens that were good, and until when: an RSA signature costs more than a publish. */
    private final Map<String, Long> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > KNOWN_TOKENS;
        }
    };

    private ControlAuth(
            Settings.Access access, @Nullable SigningKey key, LongSupplier nowSeconds, LongSupplier nowNanos) {
        token = access.authToken().getBytes(UTF_8);
        basic = access.authBasic().getBytes(UTF_8);
        iss = access.authIss();
        this.key = key;
        this.nowSeconds = nowSeconds;
        failedChecks = new CallRate(FAILED_CHECKS, nowNanos);
    }

    /**
     * Reads the key, maybe from its file: not for an event loop.
     *
     * @throws GripException what is wrong with the key
     */
    static ControlAuth of(Settings.Access access, LongSupplier nowSeconds, LongSupplier nowNanos) throws GripException {
        SigningKey key = access.authKey().isEmpty() ? null : SigningKey.parse(access.authKey(), access.keyBase());
        return new ControlAuth(access, key, nowSeconds, nowNanos);
    }

    /** Null when the request may go on. */
    @Nullable
    Denial check(HttpServerRequest request) {
        if (key == null && token.length == 0 && basic.length == 0) {
            return null;
        }
        return check(request.getHeader(HttpHeaders.AUTHORIZATION));
    }

    /** @param line of the header; null when there is none */
    @Nullable
    Denial check(@Nullable String line) {
        if (line == null) {
            return Denial.of("no-credentials", "Credentials are needed: " + wanted() + ".");
        }
        if (line.regionMatches(true, 0, BEARER, 0, BEARER.length()) && takesTokens()) {
            return bearer(line.substring(BEARER.length()).strip());
        }
        if (line.regionMatches(true, 0, BASIC, 0, BASIC.length()) && basic.length > 0) {
            return basic(line.substring(BASIC.length()).strip());
        }
        return Denial.of("unknown-scheme", "Credentials of this kind are not taken: " + wanted() + ".");
    }

    private boolean takesTokens() {
        return key != null || token.length > 0;
    }

    /** What to say in {@code WWW-Authenticate}, a line for each kind of credentials. */
    List<String> challenges(Denial denial) {
        var lines = new ArrayList<String>(2);
        if (takesTokens()) {
            lines.add("Bearer realm=\"sluice\"" + (denial.ofToken() ? ", error=\"invalid_token\"" : ""));
        }
        if (basic.length > 0) {
            lines.add("Basic realm=\"sluice\", charset=\"UTF-8\"");
        }
        return lines;
    }

    private String wanted() {
        String tokens = takesTokens() ? "Authorization: Bearer TOKEN" : "";
        String passwords = basic.length > 0 ? "Authorization: Basic" : "";
        return tokens + (tokens.isEmpty() || passwords.isEmpty() ? "" : " or ") + passwords;
    }

    private @Nullable Denial bearer(String given) {
        if (token.length > 0 && MessageDigest.isEqual(token, given.getBytes(UTF_8))) {
            return null;
        }
        SigningKey signedWith = key;
        if (signedWith == null) {
            return Denial.ofToken("wrong-token", "The token is not the right one.");
        }
        long now = nowSeconds.getAsLong();
        Long until = known.get(given);
        if (until != null && until > now) {
            return null;
        }
        // First what costs nothing to find out.
        JsonObject said = GripSignature.unverified(given);
        Denial denial = said == null ? wrongSignature(signedWith) : refuted(said, signedWith, now);
        if (denial != null) {
            return denial;
        }
        boolean dear = signedWith instanceof SigningKey.Asymmetric;
        if (dear && !failedChecks.any()) {
            return new Denial(429, "too-many-wrong-signatures", "Too many tokens with wrong signatures.", true);
        }
        JsonObject claims = GripSignature.claims(given, signedWith, now);
        if (claims == null) {
            if (dear) {
                boolean counted = failedChecks.take();
                assert counted;
            }
            return wrongSignature(signedWith);
        }
        known.put(given, claims.getDouble("exp").longValue());
        return null;
    }

    /** What is wrong with the claims of a token, whoever signed it; null when nothing is. */
    private @Nullable Denial refuted(JsonObject claims, SigningKey signedWith, long now) {
        if (!(claims.getValue("exp") instanceof Number expires)) {
            return wrongSignature(signedWith);
        }
        if (expires.doubleValue() <= now) {
            return Denial.ofToken("expired", "The token has expired.");
        }
        if (claims.getValue("nbf") instanceof Number begins && begins.doubleValue() > now + AHEAD_SECONDS) {
            return Denial.ofToken("not-yet", "The token is not good yet ('nbf').");
        }
        if (!iss.isEmpty() && !iss.equals(claims.getValue("iss"))) {
            return Denial.ofToken("wrong-issuer", "The token's 'iss' is not the right one.");
        }
        return null;
    }

    private static Denial wrongSignature(SigningKey signedWith) {
        return Denial.ofToken(
                "wrong-signature",
                "The token is not signed with the right key by " + signedWith.algorithm() + ", or has no 'exp'.");
    }

    private @Nullable Denial basic(String given) {
        try {
            if (MessageDigest.isEqual(basic, Base64.getDecoder().decode(given))) {
                return null;
            }
        } catch (IllegalArgumentException notBase64) {
            return Denial.of("malformed", "The credentials are not base64.");
        }
        return Denial.of("wrong-password", "User or password is not the right one.");
    }
}
