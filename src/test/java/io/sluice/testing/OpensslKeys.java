package io.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** Keys made, written and used by OpenSSL: code that shares nothing with ours, nor with the JDK's. */
public final class OpensslKeys implements KeyFiles {
    private final Path directory;

    private OpensslKeys(Path directory) throws IOException {
        this.directory = directory;
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-out", "ec-sec1.pem");
        openssl("pkcs8", "-topk8", "-nocrypt", "-in", "ec-sec1.pem", "-out", "ec-pkcs8.pem");
        openssl("pkey", "-in", "ec-sec1.pem", "-pubout", "-out", "ec-public.pem");
        Files.writeString(directory.resolve("req.conf"), "[req]\ndistinguished_name=dn\n[dn]\n");
        String[] request = "req -config req.conf -x509 -new -sha256 -days 1 -subj /CN=test".split(" ", -1);
        openssl(join(request, "-key", "ec-sec1.pem", "-out", "ec-certificate.pem"));
        openssl("ecparam", "-name", "secp384r1", "-genkey", "-out", "ec-p384.pem");
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "rsa-pkcs8.pem");
        openssl("pkey", "-in", "rsa-pkcs8.pem", "-traditional", "-out", "rsa-pkcs1.pem");
        openssl("pkey", "-in", "rsa-pkcs8.pem", "-pubout", "-out", "rsa-public.pem");
        openssl("rsa", "-in", "rsa-pkcs8.pem", "-RSAPublicKey_out", "-out", "rsa-pkcs1-public.pem");
    }

    /** Skips the test where there is no OpenSSL on the PATH. */
    public static OpensslKeys get() {
        OpensslKeys keys = Holder.KEYS;
        Assumptions.assumeTrue(keys != null, "no OpenSSL");
        if (keys == null) {
            throw new AssertionError();
        }
        return keys;
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public byte[] sign(String algorithm, String text) throws IOException {
        String key = algorithm.equals("EC") ? "ec-pkcs8.pem" : "rsa-pkcs8.pem";
        Files.writeString(directory.resolve("signed.txt"), text);
        openssl("dgst", "-sha256", "-sign", key, "-out", "signature", "signed.txt");
        return Files.readAllBytes(directory.resolve("signature"));
    }

    private void openssl(String... arguments) throws IOException {
        Command.run(directory, join(new String[] {"openssl"}, arguments));
    }

    private static String[] join(String[] first, String... then) {
        return Stream.concat(Stream.of(first), Stream.of(then)).toArray(String[]::new);
    }

    private static final class Holder {
        static final @Nullable OpensslKeys KEYS = make();

        private static @Nullable OpensslKeys make() {
            try {
                Path directory = Command.directory("openssl");
                return present(directory) ? new OpensslKeys(directory) : null;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** LibreSSL, which goes by the same name, has other options. */
        private static boolean present(Path directory) {
            try {
                return Command.run(directory, "openssl", "version").startsWith("OpenSSL ");
            } catch (IOException e) {
                return false;
            }
        }
    }
}
