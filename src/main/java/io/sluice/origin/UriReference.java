package io.sluice.origin;

import io.sluice.grip.GripException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a URI reference (RFC 3986, 4.1), null where absent. Only what leads to an http or https URI is taken.
 *
 * @param path never null; maybe empty
 */
record UriReference(
        @Nullable String scheme,
        @Nullable String authority,
        String path,
        @Nullable String query) {
    private static final int MAX_CHARS = 16_384;
    // RFC 3986, appendix B; the fragment is left out.
    private static final Pattern PARTS =
            Pattern.compile("(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\\?([^#]*))?(?:#.*)?");
    private static final Pattern AUTHORITY =
            Pattern.compile("(?:\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?::([0-9]{0,5}))?");

    static UriReference parse(String text) throws GripException {
        String trimmed = text.strip();
        if (trimmed.length() > MAX_CHARS) {
            throw new GripException("URI too long");
        }
        Matcher parts = PARTS.matcher(ascii(trimmed));
        if (!parts.matches()) {
            throw new GripException("invalid URI");
        }
        @Nullable String scheme = parts.group(1);
        if (scheme != null) {
            scheme = scheme.toLowerCase(Locale.ROOT);
            if (!scheme.equals("http") && !scheme.equals("https")) {
                throw new GripException("URI scheme is neither http nor https");
            }
        }
        @Nullable String authority = parts.group(2);
        if (authority != null) {
            checkAuthority(authority);
        } else if (scheme != null) {
            throw new GripException("URI without a host");
        }
        @Nullable String path = parts.group(3);
        return new UriReference(scheme, authority, path == null ? "" : path, parts.group(4));
    }

    private static void checkAuthority(String authority) throws GripException {
        Matcher matcher = AUTHORITY.matcher(authority);
        if (!matcher.matches()) {
            throw new GripException("invalid host in URI");
        }
        @Nullable String port = matcher.group(1);
        if (port != null && !port.isEmpty() && portNumber(port) < 0) {
            throw new GripException("invalid port in URI");
        }
    }

    ClientUri absolute() throws GripException {
        if (scheme == null || authority == null) {
            throw new GripException("URI is not absolute");
        }
        return new ClientUri(scheme, authority, target(removeDots(path), query));
    }

    ClientUri against(ClientUri base) {
        String baseScheme = scheme == null ? base.scheme() : scheme;
        if (authority != null) {
            return new ClientUri(baseScheme, authority, target(removeDots(path), query));
        }
        if (path.isEmpty()) {
            String whole = query == null ? base.path() : target(base.pathOnly(), query);
            return new ClientUri(baseScheme, base.authority(), whole);
        }
        String basePath = base.pathOnly();
        String merged = path.startsWith("/") ? path : basePath.substring(0, basePath.lastIndexOf('/') + 1) + path;
        return new ClientUri(baseScheme, base.authority(), target(removeDots(merged), query));
    }

    private static String target(String path, @Nullable String query) {
        String rooted = path.startsWith("/") ? path : "/" + path;
        return query == null ? rooted : rooted + "?" + query;
    }

    /** RFC 3986, 5.2.4, for a path that begins with a slash or is taken as if it did. */
    static String removeDots(String path) {
        if (path.indexOf('.') < 0) {
            return path;
        }
        StringBuilder out = new StringBuilder(path.length());
        int from = path.startsWith("/") ? 1 : 0;
        while (true) {
            int slash = path.indexOf('/', from);
            String segment = slash < 0 ? path.substring(from) : path.substring(from, slash);
            boolean dots = segment.equals("..");
            if (dots && out.length() > 0) {
                out.setLength(out.lastIndexOf("/"));
            }
            boolean special = dots || segment.equals(".");
            if (!special) {
                out.append('/').append(segment);
            }
            if (slash < 0) {
                return special ? out.append('/').toString() : out.toString();
            }
            from = slash + 1;
        }
    }

    /**
     * Percent-encodes what is not ASCII. A header's UTF-8 arrives as one character a byte, JSON's as real characters: the
     * former is recognised by being valid UTF-8.
     */
    private static String ascii(String text) throws GripException {
        boolean plain = true;
        boolean bytes = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == 0x7f) {
                throw new GripException("invalid character in URI");
            }
            plain &= c < 0x80;
            bytes &= c < 0x100;
        }
        if (plain) {
            return text;
        }
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        if (bytes) {
            byte[] raw = text.getBytes(StandardCharsets.ISO_8859_1);
            encoded = isUtf8(raw) ? raw : encoded;
        }
        return percent(encoded);
    }

    private static String percent(byte[] bytes) {
        StringBuilder out = new StringBuilder(bytes.length * 2);
        for (byte b : bytes) {
            if (b >= 0) {
                out.append((char) b);
            } else {
                out.append(String.format(Locale.ROOT, "%%%02X", b & 0xff));
            }
        }
        return out.toString();
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** The host of an authority, brackets kept. */
    static String host(String authority) {
        int colon = portColon(authority);
        return colon < 0 ? authority : authority.substring(0, colon);
    }

    /** The port of an authority as it was written; empty when there is none. */
    static String port(String authority) {
        int colon = portColon(authority);
        return colon < 0 ? "" : authority.substring(colon + 1);
    }

    private static int portColon(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? colon : -1;
    }

    /** 1 to 65535; -1 for anything else. */
    static int portNumber(String digits) {
        if (digits.isEmpty() || digits.length() > 5) {
            return -1;
        }
        int port = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            port = port * 10 + (c - '0');
        }
        return port >= 1 && port <= 65_535 ? port : -1;
    }
}
