package io.sluice.grip;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** URI references in instructions and meta: read leniently, as browsers and GRIP's peers do, kept in strict form. */
final class Links {
    private static final String LEGAL = "-._~:/?#[]@!$&'()*+,;=";

    // RFC 3986, appendix B. Not java.net.URI: it knows no host names with underscores, and containers have them.
    private static final Pattern START =
            Pattern.compile("(?:(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?(?://(?<authority>[^/?#]*))?");
    private static final Pattern AUTHORITY =
            Pattern.compile("(?:\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~-]+)(?::(?<port>[0-9]{0,5}))?");

    private Links() {}

    /**
     * The reference with what no URI may contain percent-encoded; null when it is none: neither relative nor http(s) with a
     * host.
     */
    static @Nullable String normalize(String link) {
        if (link.isEmpty() || HeaderText.hasControls(HeaderText.decode(link))) {
            return null;
        }
        String encoded = encode(HeaderText.encode(HeaderText.decode(link)));
        Matcher start = START.matcher(encoded);
        if (!start.lookingAt()) {
            return null;
        }
        String scheme = start.group("scheme");
        String authority = start.group("authority");
        boolean known = scheme == null || scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https");
        boolean complete = authority == null ? scheme == null : isAuthority(authority);
        return known && complete ? encoded : null;
    }

    private static boolean isAuthority(String authority) {
        Matcher matcher = AUTHORITY.matcher(authority);
        if (!matcher.matches()) {
            return false;
        }
        String port = matcher.group("port");
        return port == null || port.isEmpty() || Integer.parseInt(port) <= 65535;
    }

    private static String encode(String wire) {
        var out = new StringBuilder(wire.length());
        for (int i = 0; i < wire.length(); i++) {
            char c = wire.charAt(i);
            boolean escape = c == '%' && isHex(wire, i + 1) && isHex(wire, i + 2);
            if (escape || HeaderText.isAlphanumeric(c) || LEGAL.indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append('%').append(hex(c >> 4)).append(hex(c));
            }
        }
        return out.toString();
    }

    private static boolean isHex(String text, int index) {
        return index < text.length() && HexDigits.value(text.charAt(index)) >= 0;
    }

    private static char hex(int value) {
        return "0123456789ABCDEF".charAt(value & 0xf);
    }
}
