package io.sluice.netty;

import org.jspecify.annotations.Nullable;

/** Character classes of HTTP (RFC 9110, section 5.6; RFC 3986). Strings are Latin-1. Pure. */
final class HttpText {
    // Of a table, not of a search: each character of each request's head is looked up.
    private static final int TOKEN = 1;
    private static final int DIGIT = 2;
    private static final int VISIBLE = 4;
    private static final int VALUE = 8;
    private static final int HOST = 16;

    private static final byte[] CLASSES = classes();

    private HttpText() {}

    private static byte[] classes() {
        var classes = new byte[256];
        for (int c = 0; c < classes.length; c++) {
            boolean alphanumeric = isAlphanumeric(c);
            int of = alphanumeric || "!#$%&'*+-.^_`|~".indexOf(c) >= 0 ? TOKEN : 0;
            of |= c >= '0' && c <= '9' ? DIGIT : 0;
            of |= c > ' ' && c < 0x7f ? VISIBLE : 0;
            of |= c == '\t' || (c >= ' ' && c != 0x7f) ? VALUE : 0;
            of |= alphanumeric || "-._~!$&'()*+,;=%:[]".indexOf(c) >= 0 ? HOST : 0;
            classes[c] = (byte) of;
        }
        return classes;
    }

    /** Whether all characters are of the class. */
    private static boolean all(String text, int of) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= CLASSES.length || (CLASSES[c] & of) == 0) {
                return false;
            }
        }
        return true;
    }

    static boolean isToken(String text) {
        return !text.isEmpty() && all(text, TOKEN);
    }

    static boolean isDigits(String text) {
        return !text.isEmpty() && all(text, DIGIT);
    }

    /** ASCII without controls and blanks. */
    static boolean isVisible(String text) {
        return !text.isEmpty() && all(text, VISIBLE);
    }

    static boolean isFieldValue(String text) {
        return all(text, VALUE);
    }

    /** A host, perhaps with a port; empty is allowed in a Host header. The host's characters are looked at, not more. */
    static boolean isHost(String text) {
        int end = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
        if (text.lastIndexOf('[') > 0 || (text.indexOf(']') >= 0 && text.indexOf(']') != end - 1)) {
            return false;
        }
        boolean port = end >= 0 && end < text.length();
        return (end != 0 || !text.startsWith("[")) && all(text, HOST) && (!port || isPort(text.substring(end)));
    }

    private static boolean isPort(String text) {
        return text.equals(":") || (text.startsWith(":") && text.length() <= 6 && isDigits(text.substring(1)));
    }

    /** Without the blanks that HTTP allows around a value. */
    static String trim(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    /** Host and port of an http or https URI; null when it is none. */
    static @Nullable String authority(String target) {
        int start = authorityStart(target);
        return start < 0 ? null : target.substring(start, authorityEnd(target, start));
    }

    /** Path and query of an http or https URI, or the target itself. */
    static String originForm(String target) {
        int start = authorityStart(target);
        if (start < 0) {
            return target;
        }
        String rest = target.substring(authorityEnd(target, start));
        int fragment = rest.indexOf('#');
        String path = fragment < 0 ? rest : rest.substring(0, fragment);
        return path.startsWith("/") ? path : "/" + path;
    }

    /** Whether each percent sign begins an escape. */
    static boolean isEscaped(String target) {
        for (int at = target.indexOf('%'); at >= 0; at = target.indexOf('%', at + 3)) {
            if (at + 3 > target.length() || !isHex(target.charAt(at + 1)) || !isHex(target.charAt(at + 2))) {
                return false;
            }
        }
        return true;
    }

    private static int authorityStart(String target) {
        if (target.regionMatches(true, 0, "http://", 0, 7)) {
            return 7;
        }
        return target.regionMatches(true, 0, "https://", 0, 8) ? 8 : -1;
    }

    private static int authorityEnd(String target, int start) {
        int end = start;
        while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isAlphanumeric(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static boolean isHex(char c) {
        return Character.digit(c, 16) >= 0 && c < 128;
    }
}
