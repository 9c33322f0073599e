package io.sluice.grip;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * {@code Grip-Sig}: a JSON web token (RFC 7519) by which proxies prove who they are. Pure; any thread. An RSA signature costs
 * about a millisecond: keep tokens while they are good.
 */
public final class GripSignature {
    public static final String NAME = "Grip-Sig";

    private static final int MAX_TOKEN_CHARS = 8192;

    private GripSignature() {}

    /**
     * A token with the claims {@code iss} and {@code exp}.
     *
     * @param expirySeconds since the epoch
     * @throws GripException when the key cannot sign
     */
    public static String sign(String iss, SigningKey key, long expirySeconds) throws GripException {
        var header = new JsonObject().put("typ", "JWT").put("alg", key.algorithm());
        var claims = new JsonObject().put("iss", iss).put("exp", expirySeconds);
        String signed = encode(header.encode().getBytes(UTF_8)) + "."
                + encode(claims.encode().getBytes(UTF_8));
        try {
            return signed + "." + encode(signature(key, signed.getBytes(US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new GripException("failed to sign: " + e.getMessage());
        }
    }

    /**
     * Whether the token was signed with the key (its algorithm, no other) and has an {@code exp} in the future. The issuer is
     * not looked at. Whatever the token looks like, the answer is no exception.
     */
    public static boolean verify(String token, SigningKey key, long nowSeconds) {
        return claims(token, key, nowSeconds) != null;
    }

    /** The claims of a token that {@link #verify} accepts; null of any other. */
    public static @Nullable JsonObject claims(String token, SigningKey key, long nowSeconds) {
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first < 0 || second < 0 || token.length() > MAX_TOKEN_CHARS) {
            return null;
        }
        try {
            byte[] signature = decode(token.substring(second + 1));
            var header = (JsonObject) JsonText.parse(decode(token.substring(0, first)), "header");
            if (header == null || !key.algorithm().equals(header.getValue("alg")) || header.containsKey("crit")) {
                return null;
            }
            if (!matches(key, token.substring(0, second).getBytes(UTF_8), signature)) {
                return null;
            }
            var claims = (JsonObject) JsonText.parse(decode(token.substring(first + 1, second)), "claims");
            boolean good =
                    claims != null && claims.getValue("exp") instanceof Number exp && exp.doubleValue() > nowSeconds;
            return good ? claims : null;
        } catch (GripException | GeneralSecurityException | IllegalArgumentException | ClassCastException e) {
            return null;
        }
    }

    /** What the token claims, its signature not looked at: good for nothing but to refuse it. Null when it is no token. */
    public static @Nullable JsonObject unverified(String token) {
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first < 0 || second < 0 || token.length() > MAX_TOKEN_CHARS) {
            return null;
        }
        try {
            return (JsonObject) JsonText.parse(decode(token.substring(first + 1, second)), "claims");
        } catch (GripException | IllegalArgumentException | ClassCastException e) {
            return null;
        }
    }

    private static byte[] signature(SigningKey key, byte[] signed) throws GeneralSecurityException, GripException {
        if (key instanceof SigningKey.Secret secret) {
            return hmac(secret, signed);
        }
        if (key instanceof SigningKey.Asymmetric pair && pair.privateKey() != null) {
            Signature signature = algorithm(pair);
            signature.initSign(pair.privateKey());
            signature.update(signed);
            return signature.sign();
        }
        throw new GripException("a public key cannot sign");
    }

    private static boolean matches(SigningKey key, byte[] signed, byte[] signature) throws GeneralSecurityException {
        if (key instanceof SigningKey.Secret secret) {
            return MessageDigest.isEqual(hmac(secret, signed), signature);
        }
        if (key instanceof SigningKey.Asymmetric pair && pair.publicKey() != null) {
            Signature verifier = algorithm(pair);
            verifier.initVerify(pair.publicKey());
            verifier.update(signed);
            return verifier.verify(signature);
        }
        return false;
    }

    private static Signature algorithm(SigningKey.Asymmetric pair) throws GeneralSecurityException {
        return Signature.getInstance(
                pair.algorithm().equals("ES256") ? "SHA256withECDSAinP1363Format" : "SHA256withRSA");
    }

    private static byte[] hmac(SigningKey.Secret secret, byte[] signed) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.bytes(), "HmacSHA256"));
        return mac.doFinal(signed);
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] decode(String text) {
        return Base64.getUrlDecoder().decode(text);
    }
}
