package io.sluice.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Keys made by the JDK, in the forms in which OpenSSL writes them. The JDK's own PKCS#8, which leaves out an EC key's public
 * point, is {@code ec-bare.pem}.
 */
public final class TestKeys implements KeyFiles {
    private static final byte[] P256 = HexFormat.of().parseHex("06082a8648ce3d030107");
    private static final byte[] P384 = HexFormat.of().parseHex("06052b81040022");
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");
    private static final int SEQUENCE = 0x30;

    private final Path directory;
    private final PrivateKey ec;
    private final PrivateKey rsa;

    private TestKeys() throws IOException, GeneralSecurityException {
        directory = Command.directory("keys");
        TestCertificates.Pair pair = TestCertificates.make(directory, "ec");
        ec = pair.key();
        rsa = writeRsa();
        PublicKey point = pair.certificate().getPublicKey();
        byte[] sec1 = sec1((ECPrivateKey) ec, point, 32, P256);
        write("ec-sec1.pem", pem("EC PARAMETERS", P256) + pem("EC PRIVATE KEY", sec1));
        write("ec-pkcs8.pem", pem("PRIVATE KEY", pkcs8(sec1((ECPrivateKey) ec, point, 32, new byte[0]))));
        write("ec-bare.pem", pem("PRIVATE KEY", ec.getEncoded()));
        write("ec-public.pem", pem("PUBLIC KEY", point.getEncoded()));
        write("ec-certificate.pem", pem("CERTIFICATE", pair.certificate().getEncoded()));
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp384r1"));
        KeyPair other = generator.generateKeyPair();
        write(
                "ec-p384.pem",
                pem("EC PARAMETERS", P384)
                        + pem("EC PRIVATE KEY", sec1((ECPrivateKey) other.getPrivate(), other.getPublic(), 48, P384)));
    }

    private PrivateKey writeRsa() throws IOException, GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        var key = (RSAPrivateCrtKey) pair.getPrivate();
        byte[] n = integer(key.getModulus());
        byte[] e = integer(key.getPublicExponent());
        byte[] primes = join(integer(key.getPrimeP()), integer(key.getPrimeQ()));
        byte[] exponents = join(integer(key.getPrimeExponentP()), integer(key.getPrimeExponentQ()));
        byte[] rest = join(integer(key.getPrivateExponent()), primes, exponents, integer(key.getCrtCoefficient()));
        write("rsa-pkcs1.pem", pem("RSA PRIVATE KEY", wrap(SEQUENCE, integer(BigInteger.ZERO), n, e, rest)));
        write("rsa-pkcs8.pem", pem("PRIVATE KEY", key.getEncoded()));
        write("rsa-public.pem", pem("PUBLIC KEY", pair.getPublic().getEncoded()));
        write("rsa-pkcs1-public.pem", pem("RSA PUBLIC KEY", wrap(SEQUENCE, n, e)));
        return key;
    }

    public static TestKeys get() {
        return Holder.KEYS;
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public byte[] sign(String algorithm, String text) throws GeneralSecurityException {
        boolean elliptic = algorithm.equals("EC");
        Signature signature = Signature.getInstance(elliptic ? "SHA256withECDSA" : "SHA256withRSA");
        signature.initSign(elliptic ? ec : rsa);
        signature.update(text.getBytes(US_ASCII));
        return signature.sign();
    }

    /** A PEM block of that type. */
    public static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + type + "-----\n";
    }

    /** RFC 5915, with the public point; the curve is left out when empty. */
    private static byte[] sec1(ECPrivateKey key, PublicKey point, int bytes, byte[] curve) {
        byte[] magnitude = key.getS().toByteArray();
        var number = new byte[bytes];
        int length = Math.min(bytes, magnitude.length);
        System.arraycopy(magnitude, magnitude.length - length, number, bytes - length, length);
        byte[] info = point.getEncoded(); // ends in the bit string: unused bits, 4, x, y
        byte[] bits = Arrays.copyOfRange(info, info.length - 2 * bytes - 2, info.length);
        return wrap(
                SEQUENCE,
                integer(BigInteger.ONE),
                wrap(0x04, number),
                curve.length == 0 ? curve : wrap(0xa0, curve),
                wrap(0xa1, wrap(0x03, bits)));
    }

    private static byte[] pkcs8(byte[] sec1) {
        return wrap(SEQUENCE, integer(BigInteger.ZERO), wrap(SEQUENCE, EC, P256), wrap(0x04, sec1));
    }

    private static byte[] integer(BigInteger number) {
        return wrap(0x02, number.toByteArray());
    }

    private static byte[] wrap(int tag, byte[]... parts) {
        byte[] content = join(parts);
        int length = content.length;
        byte[] head = length < 0x80
                ? new byte[] {(byte) tag, (byte) length}
                : length < 0x100
                        ? new byte[] {(byte) tag, (byte) 0x81, (byte) length}
                        : new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
        return join(head, content);
    }

    private static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    private static final class Holder {
        static final TestKeys KEYS = make();

        private static TestKeys make() {
            try {
                return new TestKeys();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
