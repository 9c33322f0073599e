package io.sluice.proxy;

import io.sluice.grip.GripException;
import io.sluice.origin.ClientUri;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads where a client asks, from the request line and the Host header (RFC 9112, 3.2). Pure. */
final class RequestTarget {
    private static final Pattern ABSOLUTE = Pattern.compile("(?i:https?)://([^/?#]*)(.*)", Pattern.DOTALL);
    private static final Pattern AUTHORITY =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~%!$&'()*+,;=-]+)(?::([0-9]{1,5}))?");
    private static final String NO_HOST = "localhost";

    private RequestTarget() {}

    /**
     * @param target of the request line: a path, an absolute URI (whose authority then counts), or {@code *}
     * @param host value of the Host header; absent or empty counts as {@code localhost}
     * @throws GripException when either is malformed; its text is fit for the client
     */
    static ClientUri read(String target, @Nullable String host, boolean tls) throws GripException {
        String scheme = tls ? "https" : "http";
        if (target.startsWith("/") || target.equals("*")) {
            return new ClientUri(scheme, authority(host), encoded(target));
        }
        Matcher absolute = ABSOLUTE.matcher(target);
        if (!absolute.matches()) {
            throw new GripException("Invalid request target.");
        }
        String path = absolute.group(2);
        return new ClientUri(scheme, authority(absolute.group(1)), encoded(path.startsWith("/") ? path : "/" + path));
    }

    private static String authority(@Nullable String given) throws GripException {
        if (given == null || given.isEmpty()) {
            return NO_HOST;
        }
        Matcher matcher = AUTHORITY.matcher(given);
        if (!matcher.matches() || (matcher.group(2) != null && Integer.parseInt(matcher.group(2)) > 65535)) {
            throw new GripException("Invalid host.");
        }
        return given;
    }

    /** Bytes beyond ASCII percent-encoded: the HTTP codec gives each as one char, and would send it as two bytes. */
    private static String encoded(String path) throws GripException {
        StringBuilder out = null;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c <= ' ' || c == 0x7f) {
                throw new GripException("Invalid request target.");
            }
            if (c > 0x7f && out == null) {
                out = new StringBuilder(path.length() + 16).append(path, 0, i);
            }
            if (out != null) {
                append(out, c);
            }
        }
        return out == null ? path : out.toString();
    }

    private static void append(StringBuilder out, char c) {
        if (c <= 0x7f) {
            out.append(c);
        } else if (c <= 0xff) {
            out.append(String.format(Locale.ROOT, "%%%02X", (int) c));
        } else {
            for (byte b : String.valueOf(c).getBytes(StandardCharsets.UTF_8)) {
                out.append(String.format(Locale.ROOT, "%%%02X", b & 0xff));
            }
        }
    }
}
