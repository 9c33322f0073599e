package io.sluice.grip;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keys in PEM: private ones as PKCS#8, SEC1 ({@code EC PRIVATE KEY}) or PKCS#1 ({@code RSA PRIVATE KEY}), public ones as
 * SubjectPublicKeyInfo, PKCS#1 or in a certificate. EC only on P-256, RSA from 2048 bits. A private key brings its public one
 * along where it holds it.
 */
final class PemKey {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final byte[] RSA_OID = {0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01};
    private static final byte[] EC_OID = {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};
    private static final byte[] P256_OID = {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x03, 0x01, 0x07};
    private static final int MIN_RSA_BITS = 2048;
    private static final int PARAMETERS = 0xa0;
    private static final int PUBLIC = 0xa1;

    private PemKey() {}

    static SigningKey parse(String pem) throws GripException {
        Matcher block = BLOCK.matcher(pem);
        while (block.find()) {
            String type = block.group(1);
            if (!type.equals("EC PARAMETERS")) {
                byte[] der = LenientBase64.decode(block.group(2));
                try {
                    return check(key(type, der));
                } catch (GeneralSecurityException e) {
                    throw new GripException("cannot read " + type + ": " + e.getMessage());
                }
            }
        }
        throw new GripException("no key in PEM");
    }

    private static SigningKey key(String type, byte[] der) throws GeneralSecurityException, GripException {
        return switch (type) {
            case "PRIVATE KEY" -> privateKey(der);
            case "EC PRIVATE KEY" ->
                privateKey(pkcs8(der, Der.wrap(Der.OBJECT_ID, EC_OID), Der.wrap(Der.OBJECT_ID, P256_OID)));
            case "RSA PRIVATE KEY" -> privateKey(pkcs8(der, Der.wrap(Der.OBJECT_ID, RSA_OID), Der.wrap(Der.NULL)));
            case "PUBLIC KEY" -> publicKey(der);
            case "RSA PUBLIC KEY" -> new SigningKey.Asymmetric(null, rsaPublic(ByteBuffer.wrap(der), false));
            case "CERTIFICATE" ->
                new SigningKey.Asymmetric(
                        null,
                        CertificateFactory.getInstance("X.509")
                                .generateCertificate(new ByteArrayInputStream(der))
                                .getPublicKey());
            default -> throw new GripException("unsupported PEM: " + type);
        };
    }

    private static byte[] pkcs8(byte[] key, byte[]... algorithm) {
        return Der.wrap(
                Der.SEQUENCE,
                Der.wrap(Der.INTEGER, new byte[] {0}),
                Der.wrap(Der.SEQUENCE, algorithm),
                Der.wrap(Der.OCTET_STRING, key));
    }

    private static SigningKey privateKey(byte[] pkcs8) throws GeneralSecurityException, GripException {
        ByteBuffer info = Der.read(ByteBuffer.wrap(pkcs8), Der.SEQUENCE);
        Der.integer(info);
        byte[] algorithm = Der.bytes(Der.read(Der.read(info, Der.SEQUENCE), Der.OBJECT_ID));
        ByteBuffer inner = Der.read(info, Der.OCTET_STRING);
        boolean ec = Arrays.equals(algorithm, EC_OID);
        if (!ec && !Arrays.equals(algorithm, RSA_OID)) {
            throw new GripException("unsupported kind of private key");
        }
        PublicKey publicKey = ec ? ecPublic(inner) : rsaPublic(inner, true);
        PrivateKey privateKey =
                KeyFactory.getInstance(ec ? "EC" : "RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        return new SigningKey.Asymmetric(privateKey, publicKey);
    }

    private static SigningKey publicKey(byte[] der) throws GeneralSecurityException, GripException {
        ByteBuffer info = Der.read(ByteBuffer.wrap(der), Der.SEQUENCE);
        byte[] algorithm = Der.bytes(Der.read(Der.read(info, Der.SEQUENCE), Der.OBJECT_ID));
        String name = Arrays.equals(algorithm, EC_OID) ? "EC" : "RSA";
        return new SigningKey.Asymmetric(
                null, KeyFactory.getInstance(name).generatePublic(new X509EncodedKeySpec(der)));
    }

    /** The modulus and public exponent, with which both forms of an RSA key begin, the private one after a version. */
    private static PublicKey rsaPublic(ByteBuffer in, boolean versioned)
            throws GeneralSecurityException, GripException {
        ByteBuffer key = Der.read(in.duplicate(), Der.SEQUENCE);
        if (versioned) {
            Der.integer(key);
        }
        var spec = new RSAPublicKeySpec(Der.integer(key), Der.integer(key));
        return KeyFactory.getInstance("RSA").generatePublic(spec);
    }

    /** The point that a SEC1 private key may hold beside its number; null when it doesn't. */
    private static @Nullable PublicKey ecPublic(ByteBuffer in) throws GeneralSecurityException, GripException {
        ByteBuffer key = Der.read(in.duplicate(), Der.SEQUENCE);
        Der.integer(key);
        Der.read(key, Der.OCTET_STRING);
        if (Der.isNext(key, PARAMETERS)) {
            byte[] curve = Der.bytes(Der.read(Der.read(key, PARAMETERS), Der.OBJECT_ID));
            if (!Arrays.equals(curve, P256_OID)) {
                throw new GripException("EC keys must be on P-256");
            }
        }
        if (!Der.isNext(key, PUBLIC)) {
            return null;
        }
        byte[] bits = Der.bytes(Der.read(Der.read(key, PUBLIC), Der.BIT_STRING));
        if (bits.length != 66 || bits[0] != 0 || bits[1] != 4) {
            return null; // compressed, or not on P-256
        }
        var point = new ECPoint(new BigInteger(1, bits, 2, 32), new BigInteger(1, bits, 34, 32));
        return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, p256()));
    }

    private static SigningKey check(SigningKey key) throws GeneralSecurityException, GripException {
        if (key instanceof SigningKey.Asymmetric pair) {
            Object some = pair.privateKey() != null ? pair.privateKey() : pair.publicKey();
            if (some instanceof ECKey ec && !ec.getParams().getOrder().equals(p256().getOrder())) {
                throw new GripException("EC keys must be on P-256");
            }
            if (some instanceof RSAKey rsa && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
                throw new GripException("RSA keys must have " + MIN_RSA_BITS + " bits or more");
            }
            if (!(some instanceof ECKey) && !(some instanceof RSAKey)) {
                throw new GripException("unsupported kind of key");
            }
        }
        return key;
    }

    private static ECParameterSpec p256() throws GeneralSecurityException {
        var parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        return parameters.getParameterSpec(ECParameterSpec.class);
    }
}
