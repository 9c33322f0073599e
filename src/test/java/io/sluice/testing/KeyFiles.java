package io.sluice.testing;

import java.nio.file.Path;

/**
 * Fresh keys in files: {@code ec-sec1.pem}, {@code ec-pkcs8.pem}, {@code ec-public.pem} and {@code ec-certificate.pem} are one
 * key on P-256, {@code rsa-pkcs1.pem}, {@code rsa-pkcs8.pem}, {@code rsa-public.pem} and {@code rsa-pkcs1-public.pem} one RSA
 * key of 2048 bits, {@code ec-p384.pem} is a key on another curve. Made once a JVM and gone with it: no key is ever kept.
 */
public interface KeyFiles {
    Path directory();

    /** The signature of ASCII text with SHA-256 and the EC or RSA key; ECDSA's is DER. */
    byte[] sign(String algorithm, String text) throws Exception;
}
