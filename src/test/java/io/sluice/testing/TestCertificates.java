package io.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;

/** Fresh self-signed certificates with their keys, made by the JDK's keytool. */
public final class TestCertificates {
    private static final String PASSWORD = "changeme";
    private static final List<String> EC =
            List.of("-keyalg", "EC", "-groupname", "secp256r1", "-sigalg", "SHA256withECDSA");

    private TestCertificates() {}

    /** A directory with {@code NAME.pem} and {@code NAME.key} (PKCS#8) of an origin for those DNS names, and of a client. */
    public static Path tls(String... originNames) {
        try {
            Path directory = Command.directory("tls");
            var sans = new ArrayList<String>();
            for (String name : originNames) {
                sans.add("dns:" + name);
            }
            write(directory, "origin", make(directory, "origin", "-ext", "san=" + String.join(",", sans)));
            write(directory, "client", make(directory, "client"));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Writes {@code FILE.crt} and {@code FILE.key} into the directory, the key first.
     *
     * @param algorithm EC or RSA
     * @param names that the certificate is for; the first is its common name too
     */
    public static void server(Path directory, String file, String algorithm, String... names) throws Exception {
        var sans = new ArrayList<String>();
        for (String name : names) {
            sans.add("dns:" + name);
        }
        List<String> kind = algorithm.equals("EC") ? EC : List.of("-keyalg", algorithm);
        Path stores = Command.directory("server");
        Pair pair = make(stores, file, "CN=" + names[0], kind, "-ext", "san=" + String.join(",", sans));
        Files.writeString(
                directory.resolve(file + ".key"),
                TestKeys.pem("PRIVATE KEY", pair.key().getEncoded()));
        Files.writeString(
                directory.resolve(file + ".crt"),
                TestKeys.pem("CERTIFICATE", pair.certificate().getEncoded()));
    }

    /** A key and its certificate. */
    record Pair(PrivateKey key, Certificate certificate) {}

    static Pair make(Path directory, String name, String... options) throws IOException, GeneralSecurityException {
        return make(directory, name, "CN=test " + name, EC, options);
    }

    private static Pair make(Path directory, String name, String owner, List<String> kind, String... options)
            throws IOException, GeneralSecurityException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(kind);
        command.addAll(List.of("-alias", name, "-dname", owner, "-ext", "bc:critical=ca:true"));
        command.addAll(List.of("-startdate", "-1H", "-validity", "2"));
        command.addAll(List.of("-storetype", "PKCS12", "-keystore", name + ".p12", "-storepass", PASSWORD));
        command.addAll(List.of(options));
        Command.run(directory, command.toArray(String[]::new));
        KeyStore store = KeyStore.getInstance(directory.resolve(name + ".p12").toFile(), PASSWORD.toCharArray());
        return new Pair((PrivateKey) store.getKey(name, PASSWORD.toCharArray()), store.getCertificate(name));
    }

    private static void write(Path directory, String name, Pair pair) throws IOException, GeneralSecurityException {
        Files.writeString(
                directory.resolve(name + ".pem"),
                TestKeys.pem("CERTIFICATE", pair.certificate().getEncoded()));
        Files.writeString(
                directory.resolve(name + ".key"),
                TestKeys.pem("PRIVATE KEY", pair.key().getEncoded()));
    }
}
