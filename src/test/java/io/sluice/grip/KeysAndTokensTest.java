package io.sluice.grip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.testing.KeyFiles;
import io.sluice.testing.OpensslKeys;
import io.sluice.testing.TestKeys;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys and tokens of each form and algorithm: ours are good for others, theirs for us. */
class KeysAndTokensTest {
    private static final long NOW = 1_700_000_000;

    /** What others sign, with keys in files that others wrote, we verify. */
    @ParameterizedTest
    @MethodSource("makers")
    void tokensOfOthersAreVerified(Supplier<KeyFiles> maker) throws Exception {
        KeyFiles keys = maker.get();
        var tokens = Map.of("HS256", hs256(), "ES256", token(keys, "EC"), "RS256", token(keys, "RSA"));
        var specs = Map.of(
                "HS256", List.of("changeme", "base64:Y2hhbmdlbWU="),
                "ES256", files("ec-public", "ec-sec1", "ec-pkcs8", "ec-certificate"),
                "RS256", files("rsa-public", "rsa-pkcs1-public", "rsa-pkcs1", "rsa-pkcs8"));
        for (String algorithm : specs.keySet()) {
            for (String spec : Objects.requireNonNull(specs.get(algorithm))) {
                SigningKey key = SigningKey.parse(spec, keys.directory());
                assertThat(key.algorithm()).as(spec).isEqualTo(algorithm);
                assertThat(key.verifies()).as(spec).isTrue();
                tokens.forEach((of, token) -> {
                    assertThat(GripSignature.verify(token, key, NOW))
                            .as("%s by %s", token, spec)
                            .isEqualTo(of.equals(algorithm));
                    assertThat(GripSignature.verify(token, key, 4_000_000_000L)).isFalse();
                    assertThat(GripSignature.verify(swapped(token), key, NOW)).isFalse();
                });
            }
        }
        assertThatExceptionOfType(GripException.class)
                .isThrownBy(() -> SigningKey.parse("file:ec-p384.pem", keys.directory()))
                .withMessage("key file ec-p384.pem: EC keys must be on P-256");
    }

    /** RFC 7515, A.3: its public key and token. */
    @Test
    void theTokenOfTheStandardIsVerified(@TempDir Path directory) throws Exception {
        var point = Base64.getUrlDecoder();
        var info = new ByteArrayOutputStream();
        info.writeBytes(HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004"));
        info.writeBytes(point.decode("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"));
        info.writeBytes(point.decode("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"));
        Files.writeString(directory.resolve("key"), TestKeys.pem("PUBLIC KEY", info.toByteArray()));
        SigningKey key = SigningKey.parse("file:key", directory);
        String token = encode("{\"alg\":\"ES256\"}") + "."
                + encode("{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}")
                + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        assertThat(GripSignature.verify(token, key, 1_300_819_379)).isTrue();
        assertThat(GripSignature.verify(token, key, 1_300_819_380)).isFalse();
        assertThat(GripSignature.verify(swapped(token), key, 1_300_819_379)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("makers")
    void ownTokens(Supplier<KeyFiles> maker) throws GripException {
        Path keys = maker.get().directory();
        ownToken("secret", "secret", keys);
        ownToken("file:ec-sec1.pem", "file:ec-public.pem", keys);
        ownToken("file:ec-pkcs8.pem", "file:ec-public.pem", keys);
        ownToken("file:rsa-pkcs1.pem", "file:rsa-public.pem", keys);
        ownToken("file:rsa-pkcs8.pem", "file:rsa-public.pem", keys);
    }

    private static void ownToken(String signing, String verifying, Path keys) throws GripException {
        SigningKey key = SigningKey.parse(signing, keys);
        assertThat(key.signs()).as(signing).isTrue();
        String token = GripSignature.sign("p\"ü", key, NOW + 60);
        var claims = new JsonObject(new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), UTF_8));
        assertThat(claims).isEqualTo(new JsonObject().put("iss", "p\"ü").put("exp", (int) NOW + 60));
        SigningKey other = SigningKey.parse(verifying, keys);
        assertThat(GripSignature.verify(token, other, NOW)).as(signing).isTrue();
        assertThat(GripSignature.verify(token, other, NOW + 60)).isFalse();
        assertThat(GripSignature.verify(token, SigningKey.parse("wrong", keys), NOW))
                .isFalse();
    }

    @Test
    void anEcKeyWithoutItsPointOnlySigns() throws GripException {
        Path keys = TestKeys.get().directory();
        SigningKey key = SigningKey.parse("file:ec-bare.pem", keys);
        assertThat(key.verifies()).isFalse();
        String token = GripSignature.sign("x", key, NOW + 60);
        assertThat(GripSignature.verify(token, key, NOW)).isFalse();
        assertThat(GripSignature.verify(token, SigningKey.parse("file:ec-public.pem", keys), NOW))
                .isTrue();
    }

    private static List<Named<Supplier<KeyFiles>>> makers() {
        return List.of(Named.of("JDK", TestKeys::get), Named.of("OpenSSL", OpensslKeys::get));
    }

    private static List<String> files(String... names) {
        return Stream.of(names).map(name -> "file:" + name + ".pem").toList();
    }

    /** With a secret, changeme, and the spaces that Python's writer of JSON leaves; signed by Python. */
    private static String hs256() {
        return unsigned("HS256") + ".0k6JXZC12JdQZxlFYjjYlM8Q2txlSs4kyuIPKo4oyUk";
    }

    private static String token(KeyFiles keys, String algorithm) throws Exception {
        String unsigned = unsigned(algorithm.equals("EC") ? "ES256" : "RS256");
        byte[] signature = keys.sign(algorithm, unsigned);
        return unsigned + "."
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(algorithm.equals("EC") ? numbers(signature) : signature);
    }

    private static String unsigned(String alg) {
        return encode("{\"alg\": \"" + alg + "\", \"typ\": \"JWT\"}") + "."
                + encode("{\"iss\": \"pushpin\", \"exp\": 4000000000}");
    }

    /** The two numbers of an ECDSA signature in DER, 32 bytes each: what tokens have (RFC 7518, 3.4). */
    private static byte[] numbers(byte[] der) {
        var numbers = new byte[64];
        int second = 4 + der[3];
        right(der, 4, der[3], numbers, 32);
        right(der, second + 2, der[second + 1], numbers, 64);
        return numbers;
    }

    private static void right(byte[] from, int start, int length, byte[] to, int end) {
        int kept = Math.min(length, 32); // the first of 33 is zero
        System.arraycopy(from, start + length - kept, to, end - kept, kept);
    }

    /** The token with one bit of its claims changed. */
    private static String swapped(String token) {
        int i = token.indexOf('.') + 5;
        return token.substring(0, i) + (token.charAt(i) == 'A' ? 'B' : 'A') + token.substring(i + 1);
    }

    private static String encode(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }
}
