package io.sluice.proxy;

import io.sluice.grip.GripException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Undoes the coding of a GRIP response's body: origins compress for the client's {@code Accept-Encoding}, but what the proxy reads,
 * filters and adds to must be plain. Pure.
 */
final class ContentCoding {
    private ContentCoding() {}

    /**
     * @param coding value of {@code Content-Encoding}; null for none
     * @param maxBytes of the plain body: a small body may hold a large one
     * @throws GripException when the coding is not known here, or the body is not coded so, or is too large
     */
    static byte[] plain(byte[] body, @Nullable String coding, int maxBytes) throws GripException {
        String name = coding == null ? "" : coding.strip().toLowerCase(Locale.ROOT);
        if (body.length == 0 || name.isEmpty() || name.equals("identity")) {
            return body;
        }
        byte[] plain;
        try (InputStream in = decoder(body, name, coding)) {
            plain = in.readNBytes(maxBytes + 1);
        } catch (IOException e) {
            throw new GripException("Content-Encoding '" + coding + "' on a GRIP response, whose body is not coded so");
        }
        if (plain.length > maxBytes) {
            throw new GripException(
                    "Content-Encoding '" + coding + "' on a GRIP response of more than " + maxBytes + " bytes");
        }
        return plain;
    }

    private static InputStream decoder(byte[] body, String name, @Nullable String coding)
            throws IOException, GripException {
        var bytes = new ByteArrayInputStream(body);
        return switch (name) {
            case "gzip", "x-gzip" -> new GZIPInputStream(bytes);
            case "deflate" -> new InflaterInputStream(bytes);
            default -> throw new GripException("Content-Encoding '" + coding + "' on a GRIP response");
        };
    }
}
