package io.sluice.netty;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.X509KeyManager;

/**
 * The certificates of a directory: {@code NAME.crt} with its chain and {@code NAME.key}, both PEM. Which one a client gets is decided by the names
 * in the certificates; the one whose file is called {@code default…}, else the first by file name, is for all others. Blocks: not for an event loop.
 *
 * @param stamp of the files; another one where any of them has changed
 * @param names of the files, without ending; the default first
 */
record Certificates(String stamp, List<String> names, PemKeyCertOptions options) {
    private static final String CERTIFICATE = ".crt";
    private static final String KEY = ".key";

    /** What all files of the directory look like, without reading them. */
    static String stamp(Path directory) throws IOException {
        var stamp = new StringBuilder();
        for (Path file : files(directory)) {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            stamp.append(file.getFileName())
                    .append(' ')
                    .append(attributes.lastModifiedTime().toMillis())
                    .append(' ')
                    .append(attributes.size())
                    .append(' ')
                    .append(attributes.fileKey())
                    .append('\n');
        }
        return stamp.toString();
    }

    /** @throws IOException with the file and the rule that it breaks */
    static Certificates read(Vertx vertx, Path directory) throws IOException {
        // Before reading: a change while reading must look like one afterwards.
        String stamp = stamp(directory);
        List<String> names = names(directory);
        if (names.isEmpty()) {
            throw new IOException(
                    directory + ": no certificate; there must be at least one NAME.crt with its NAME.key");
        }
        var options = new PemKeyCertOptions();
        for (String name : names) {
            Path certificate = directory.resolve(name + CERTIFICATE);
            Path key = directory.resolve(name + KEY);
            if (!Files.exists(key)) {
                throw new IOException(certificate + ": there must be a " + name + KEY + " beside it");
            }
            Buffer chain = Buffer.buffer(Files.readAllBytes(certificate));
            Buffer secret = Buffer.buffer(Files.readAllBytes(key));
            check(
                    vertx,
                    certificate,
                    new PemKeyCertOptions().addCertValue(chain).addKeyValue(secret));
            options.addCertValue(chain).addKeyValue(secret);
        }
        return new Certificates(stamp, names, options);
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(file -> file.toString().endsWith(CERTIFICATE)
                            || file.toString().endsWith(KEY))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> names(Path directory) throws IOException {
        var names = new ArrayList<String>();
        for (Path file : files(directory)) {
            String name = file.getFileName().toString();
            if (name.endsWith(CERTIFICATE)) {
                names.add(name.substring(0, name.length() - CERTIFICATE.length()));
            }
        }
        names.sort(Comparator.comparing((String name) -> !name.startsWith("default"))
                .thenComparing(Comparator.naturalOrder()));
        return names;
    }

    /** Reads both the way that the server will, and tries whether they belong together. */
    private static void check(Vertx vertx, Path file, PemKeyCertOptions one) throws IOException {
        X509KeyManager keys;
        try {
            keys = (X509KeyManager) one.getKeyManagerFactory(vertx).getKeyManagers()[0];
        } catch (Exception e) {
            throw new IOException(file + ": must be PEM, as its key: " + e.getMessage(), e);
        }
        try {
            for (String algorithm : List.of("RSA", "EC")) {
                String[] aliases = keys.getServerAliases(algorithm, null);
                if (aliases != null && fits(keys.getCertificateChain(aliases[0])[0], keys.getPrivateKey(aliases[0]))) {
                    return;
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        throw new IOException(file + ": must be RSA or EC, and its key must be this certificate's");
    }

    private static boolean fits(X509Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        try {
            var signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update((byte) 1);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update((byte) 1);
            return signature.verify(signed);
        } catch (InvalidKeyException e) {
            return false;
        }
    }
}
