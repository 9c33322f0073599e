package io.sluice.grip;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import org.jspecify.annotations.Nullable;

/** A key that signs, or verifies, GRIP signatures. Says itself by which algorithm; a token has no say in it. Any thread. */
public sealed interface SigningKey {
    /** The one algorithm that the key is for: HS256, ES256 or RS256. */
    String algorithm();

    /** Whether it can sign; a public key cannot. */
    boolean signs();

    /** Whether it can verify; a private EC key in a file without its public point cannot. */
    boolean verifies();

    /**
     * Reads a key's specification: {@code base64:…} and plain text are a secret; {@code file:PATH} is a PEM key, or a secret in
     * hexadecimal. Reads the file, so not on an event loop.
     *
     * @param base directory that a relative PATH starts from
     * @throws GripException what is wrong with it, without the key
     */
    static SigningKey parse(String spec, Path base) throws GripException {
        if (spec.startsWith("base64:")) {
            return secret(LenientBase64.decode(spec.substring("base64:".length())));
        }
        if (!spec.startsWith("file:")) {
            return secret(spec.getBytes(UTF_8));
        }
        String name = spec.substring("file:".length());
        try {
            return parseFile(Files.readString(base.resolve(name)));
        } catch (IOException | InvalidPathException e) {
            throw new GripException("cannot read key file " + name + ": " + e);
        } catch (GripException e) {
            throw new GripException("key file " + name + ": " + e.text());
        }
    }

    private static SigningKey parseFile(String content) throws GripException {
        String text = content.strip();
        if (text.startsWith("-----BEGIN")) {
            return PemKey.parse(text);
        }
        if (text.length() % 2 != 0) {
            throw new GripException("neither PEM nor hexadecimal");
        }
        var bytes = new byte[text.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            int high = HexDigits.value(text.charAt(2 * i));
            int low = HexDigits.value(text.charAt(2 * i + 1));
            if (high < 0 || low < 0) {
                throw new GripException("neither PEM nor hexadecimal");
            }
            bytes[i] = (byte) ((high << 4) | low);
        }
        return secret(bytes);
    }

    private static SigningKey secret(byte[] bytes) throws GripException {
        if (bytes.length == 0) {
            throw new GripException("the key is empty");
        }
        return new Secret(bytes);
    }

    /** Shared by both sides. */
    final class Secret implements SigningKey {
        private final byte[] bytes;

        private Secret(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] bytes() {
            return bytes;
        }

        @Override
        public String algorithm() {
            return "HS256";
        }

        @Override
        public boolean signs() {
            return true;
        }

        @Override
        public boolean verifies() {
            return true;
        }

        @Override
        public String toString() {
            return "Secret"; // never the bytes: keys end up in logs otherwise
        }
    }

    /** A private key, a public one, or both; on P-256 or RSA. */
    record Asymmetric(
            @Nullable PrivateKey privateKey, @Nullable PublicKey publicKey) implements SigningKey {
        @Override
        public String algorithm() {
            return privateKey instanceof ECKey || publicKey instanceof ECKey ? "ES256" : "RS256";
        }

        @Override
        public boolean signs() {
            return privateKey != null;
        }

        @Override
        public boolean verifies() {
            return publicKey != null;
        }

        @Override
        public String toString() {
            return algorithm();
        }
    }
}
