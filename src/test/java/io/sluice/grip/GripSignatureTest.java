package io.sluice.grip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.testing.TestKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GripSignatureTest {
    private static final long NOW = 1_700_000_000;
    private static final Path KEYS = TestKeys.get().directory();

    @Test
    void theTokenHasNoSayInTheAlgorithm() throws Exception {
        // The classic: a token signed with the public key's text as the secret.
        String pem = Files.readString(KEYS.resolve("rsa-public.pem"));
        String forged = GripSignature.sign("x", SigningKey.parse(pem, KEYS), NOW + 60);
        assertThat(GripSignature.verify(forged, SigningKey.parse("file:rsa-public.pem", KEYS), NOW))
                .isFalse();
        SigningKey secret = SigningKey.parse("s", KEYS);
        for (String alg : List.of("none", "None", "HS512", "hs256", "RS256")) {
            String unsigned = encode("{\"alg\":\"" + alg + "\"}") + "." + encode("{\"exp\":" + (NOW + 60) + "}") + ".";
            assertThat(GripSignature.verify(unsigned, secret, NOW)).isFalse();
            assertThat(GripSignature.verify(hmac(unsigned, "s"), secret, NOW)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"exp\":1700000001}|true",
                "{\"exp\":1700000000.5}|true",
                "{\"exp\":1700000000}|false",
                "{\"exp\":\"1700000001\"}|false",
                "{\"exp\":null}|false",
                "{}|false",
                "[]|false",
                "null|false",
                "x|false",
            })
    void expiryIsRequired(String claims, boolean valid) throws Exception {
        String token = hmac(encode("{\"alg\":\"HS256\"}") + "." + encode(claims) + ".", "s");
        assertThat(GripSignature.verify(token, SigningKey.parse("s", KEYS), NOW))
                .isEqualTo(valid);
    }

    @Test
    void criticalExtensionsAreNotUnderstood() throws Exception {
        String token =
                hmac(encode("{\"alg\":\"HS256\",\"crit\":[\"x\"]}") + "." + encode("{\"exp\":1800000000}") + ".", "s");
        assertThat(GripSignature.verify(token, SigningKey.parse("s", KEYS), NOW))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "a.b.c", "\u00fc.\u00fc.\u00fc", "W10.W10.W10", "bnVsbA.bnVsbA."})
    void junkIsNoToken(String token) throws GripException {
        assertThat(GripSignature.verify(token, SigningKey.parse("s", KEYS), NOW))
                .isFalse();
        assertThat(GripSignature.verify(token, SigningKey.parse("file:ec-public.pem", KEYS), NOW))
                .isFalse();
    }

    @Property(tries = 300)
    void anyTextIsNoToken(@ForAll String header, @ForAll String claims, @ForAll byte[] signature) throws GripException {
        String token = encode("{\"alg\":\"ES256\"" + header) + "." + encode(claims) + "."
                + Base64.getUrlEncoder().encodeToString(signature);
        for (String spec : List.of("s", "file:ec-public.pem")) {
            SigningKey key = SigningKey.parse(spec, KEYS);
            assertThat(GripSignature.verify(token, key, NOW)).isFalse();
            assertThat(GripSignature.verify(header + claims, key, NOW)).isFalse();
        }
    }

    @Test
    void secretsInFilesAreHexadecimal(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("key"), " 6368616e67656D65\n");
        SigningKey key = SigningKey.parse("file:key", directory);
        assertThat(GripSignature.verify(
                        GripSignature.sign("x", key, NOW + 1), SigningKey.parse("changeme", directory), NOW))
                .isTrue();
        assertThat(key.toString()).doesNotContain("change");
        Files.writeString(directory.resolve("bad"), "hello!");
        refused("file:bad", directory, "key file bad: neither PEM nor hexadecimal");
        Files.writeString(directory.resolve("odd"), "abc");
        refused("file:odd", directory, "key file odd: neither PEM nor hexadecimal");
        Files.writeString(directory.resolve("empty"), "\n");
        refused("file:empty", directory, "key file empty: the key is empty");
        Files.writeString(directory.resolve("pem"), "-----BEGIN NOTHING-----\nAA==\n-----END NOTHING-----");
        refused("file:pem", directory, "key file pem: unsupported PEM: NOTHING");
        String tooShort = TestKeys.pem("PRIVATE KEY", new byte[] {0x30, (byte) 0x82, 4});
        Files.writeString(directory.resolve("cut"), tooShort.substring(0, tooShort.indexOf("-----END")));
        refused("file:cut", directory, "key file cut: no key in PEM");
        Files.writeString(directory.resolve("short"), tooShort);
        refused("file:short", directory, "key file short: malformed key");
        refused(
                "file:none",
                directory,
                "cannot read key file none: java.nio.file.NoSuchFileException: " + directory.resolve("none"));
        refused("", directory, "the key is empty");
        refused("base64:", directory, "the key is empty");
    }

    @Test
    void aPublicKeySignsNothing() throws GripException {
        SigningKey key = SigningKey.parse("file:ec-public.pem", KEYS);
        assertThat(key.signs()).isFalse();
        assertThatExceptionOfType(GripException.class)
                .isThrownBy(() -> GripSignature.sign("x", key, NOW))
                .withMessage("a public key cannot sign");
    }

    @Property(tries = 300)
    void damagedKeysAreRefused(@ForAll byte[] noise, @ForAll int place) throws IOException {
        byte[] der = Base64.getMimeDecoder()
                .decode(Files.readString(KEYS.resolve("ec-pkcs8.pem")).replaceAll("-----[A-Z ]+-----", ""));
        int start = Math.floorMod(place, der.length);
        System.arraycopy(noise, 0, der, start, Math.min(noise.length, der.length - start));
        for (String type :
                List.of("PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY", "PUBLIC KEY", "RSA PUBLIC KEY")) {
            String pem = TestKeys.pem(type, der);
            try {
                assertThat(PemKey.parse(pem).algorithm()).isNotEmpty();
            } catch (GripException e) {
                assertThat(e.text()).isNotEmpty();
            } catch (RuntimeException e) {
                throw new AssertionError(pem, e); // another run has another key
            }
        }
    }

    private static void refused(String spec, Path base, String message) {
        assertThatExceptionOfType(GripException.class)
                .isThrownBy(() -> SigningKey.parse(spec, base))
                .withMessage(message);
    }

    /** The head and claims given, up to the second dot, signed. */
    private static String hmac(String unsigned, String secret) throws Exception {
        var mac = javax.crypto.Mac.getInstance("HmacSHA256");
        mac.init(new javax.crypto.spec.SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
        byte[] signature =
                mac.doFinal(unsigned.substring(0, unsigned.length() - 1).getBytes(UTF_8));
        return unsigned + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    }

    private static String encode(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }
}
