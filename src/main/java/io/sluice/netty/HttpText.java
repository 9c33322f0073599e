package io.sluice.netty;

import org.jspecify.annotations.Nullable;

/** Character classes of HTTP (RFC 9110, section 5.6; RFC 3986). Strings are Latin-1. Pure. */
final class HttpText {
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";
    private static final String HOST_MARKS = "-._~!$&'()*+,;=%:[]";

    private HttpText() {}

    static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> isAlphanumeric(c) || TOKEN_MARKS.indexOf(c) >= 0);
    }

    static boolean isDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** ASCII without controls and blanks. */
    static boolean isVisible(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    static boolean isFieldValue(String text) {
        return text.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7f));
    }

    /** A host, perhaps with a port; empty is allowed in a Host header. The host's characters are looked at, not more. */
    static boolean isHost(String text) {
        int end = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
        if (text.lastIndexOf('[') > 0 || (text.indexOf(']') >= 0 && text.indexOf(']') != end - 1)) {
            return false;
        }
        boolean port = end >= 0 && end < text.length();
        return (end != 0 || !text.startsWith("["))
                && text.chars().allMatch(c -> isAlphanumeric(c) || HOST_MARKS.indexOf(c) >= 0)
                && (!port || isPort(text.substring(end)));
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
