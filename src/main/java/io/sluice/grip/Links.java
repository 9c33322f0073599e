package io.sluice.grip;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** URI references in instructions and meta: read leniently, as browsers and GRIP's peers do, kept in strict form. */
final class Links {
    private static final String LEGAL = "-._~:/?#[]@!$&'()*+,;=";

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
        try {
            var uri = new URI(encoded);
            String scheme = uri.getScheme();
            if (scheme != null && !scheme.toLowerCase(Locale.ROOT).matches("https?|wss?")) {
                return null;
            }
            boolean needsHost = scheme != null || encoded.startsWith("//");
            return needsHost && uri.getHost() == null ? null : encoded;
        } catch (URISyntaxException e) {
            return null;
        }
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
