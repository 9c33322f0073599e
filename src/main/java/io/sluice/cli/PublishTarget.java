package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Where to publish, as a control URL says it: {@code http://[USER:PASSWORD@]HOST:PORT[/PATH][?iss=ISS&key=KEY]}, the form of GRIP_URL.
 *
 * @param uri of the publish endpoint
 * @param user and password, with a colon between
 * @param issuer and {@code key}: sign a token with them; a key alone is the token
 */
record PublishTarget(
        URI uri,
        @Nullable String user,
        @Nullable String issuer,
        @Nullable String key) {
    private static final long TOKEN_SECONDS = 3600;

    /** @throws IllegalArgumentException with the text for the user */
    static PublishTarget parse(String spec) {
        URI base;
        try {
            base = new URI(spec);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not a URL: " + spec, e);
        }
        String scheme = base.getScheme() == null ? "" : base.getScheme().toLowerCase(Locale.ROOT);
        if (scheme.equals("tcp") || scheme.equals("ipc")) {
            throw new IllegalArgumentException(spec + ": ZeroMQ is not available in this version, publish over HTTP");
        }
        if ((!scheme.equals("http") && !scheme.equals("https")) || base.getHost() == null) {
            throw new IllegalArgumentException("must be http://HOST:PORT or https://…, not '" + spec + "'");
        }
        String path = base.getRawPath() == null ? "" : base.getRawPath().replaceAll("/+$", "");
        Map<String, String> query = query(base.getRawQuery());
        return new PublishTarget(
                URI.create(scheme + "://" + base.getRawAuthority().replaceFirst("^.*@", "")
                        + (path.endsWith("/publish") ? path : path + "/publish") + "/"),
                base.getUserInfo(),
                query.get("iss"),
                query.get("key"));
    }

    private static Map<String, String> query(@Nullable String raw) {
        var query = new HashMap<String, String>();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                // A '+' is itself: keys are base64.
                query.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1).replace("+", "%2B"), UTF_8));
            }
        }
        return query;
    }

    /** Whether nobody else can read what goes there: over TLS, or on this machine. */
    boolean secure() {
        String host = uri.getHost();
        return uri.getScheme().equals("https")
                || host.equals("localhost")
                || host.matches("127(\\.[0-9]{1,3}){3}")
                || host.equals("[::1]");
    }

    /** The Authorization that the URL makes; null without one, and where anybody could read it. */
    @Nullable
    String authorization() {
        if (!secure()) {
            return null;
        }
        if (user != null) {
            return "Basic " + Base64.getEncoder().encodeToString(user.getBytes(UTF_8));
        }
        if (issuer == null || key == null) {
            return key == null ? null : "Bearer " + key;
        }
        var claims = new JsonObject().put("iss", issuer).put("exp", System.currentTimeMillis() / 1000 + TOKEN_SECONDS);
        String signed =
                part(new JsonObject().put("typ", "JWT").put("alg", "HS256").encode()) + "." + part(claims.encode());
        byte[] secret = key.startsWith("base64:")
                ? Base64.getDecoder().decode(key.substring("base64:".length()))
                : key.getBytes(UTF_8);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return "Bearer " + signed + "."
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("cannot sign with the key of the URL", e);
        }
    }

    private static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
    }
}
