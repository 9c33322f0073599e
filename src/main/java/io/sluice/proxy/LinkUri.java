package io.sluice.proxy;

import io.sluice.grip.GripException;
import io.sluice.origin.ClientUri;
import java.util.ArrayList;
import java.util.Locale;

/**
 * Resolves the links that origins give (RFC 3986, 5.2), forgiving about characters that it calls illegal: origins write
 * them, and clients send them. Pure.
 */
final class LinkUri {
    private static final String INVALID = "Grip-Link contains invalid link";

    private LinkUri() {}

    /**
     * @param link absolute or relative; a fragment is cut off; {@code ws} and {@code wss} become {@code http} and {@code https}
     * @throws GripException for another scheme, no host, or blanks and controls
     */
    static ClientUri resolve(ClientUri base, String link) throws GripException {
        check(link);
        String text = link.indexOf('#') < 0 ? link : link.substring(0, link.indexOf('#'));
        int colon = schemeEnd(text);
        if (colon > 0) {
            return absolute(scheme(text.substring(0, colon)), text.substring(colon + 1));
        }
        if (text.startsWith("//")) {
            return absolute(base.scheme(), text);
        }
        return new ClientUri(base.scheme(), base.authority(), path(base.path(), text));
    }

    private static String path(String base, String relative) {
        if (relative.isEmpty()) {
            return base;
        }
        String basePath = beforeQuery(base);
        if (relative.startsWith("?")) {
            return basePath + relative;
        }
        String path = beforeQuery(relative);
        String query = relative.substring(path.length());
        String merged = path.startsWith("/") ? path : basePath.substring(0, basePath.lastIndexOf('/') + 1) + path;
        return withoutDots(merged) + query;
    }

    private static ClientUri absolute(String scheme, String rest) throws GripException {
        if (!rest.startsWith("//")) {
            throw new GripException(INVALID);
        }
        int end = 2;
        while (end < rest.length() && rest.charAt(end) != '/' && rest.charAt(end) != '?') {
            end++;
        }
        String authority = rest.substring(2, end);
        String host = authority.substring(authority.lastIndexOf('@') + 1);
        if (host.isEmpty() || host.startsWith(":")) {
            throw new GripException(INVALID);
        }
        String path = rest.substring(end);
        return new ClientUri(scheme, host, path.startsWith("/") ? path("/", path) : "/" + path);
    }

    private static String scheme(String text) throws GripException {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "http", "ws" -> "http";
            case "https", "wss" -> "https";
            default -> throw new GripException(INVALID);
        };
    }

    /** Index of the colon that ends a scheme; -1 when the text does not begin with one. */
    private static int schemeEnd(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ':') {
                return i == 0 ? -1 : i;
            }
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
            if (!letter && (i == 0 || !other)) {
                return -1;
            }
        }
        return -1;
    }

    private static String beforeQuery(String path) {
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    private static String withoutDots(String path) {
        if (!path.contains("/.")) {
            return path;
        }
        var kept = new ArrayList<String>();
        String[] segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            boolean last = i == segments.length - 1;
            if (segments[i].equals("..") && !kept.isEmpty()) {
                kept.remove(kept.size() - 1);
            }
            if (!segments[i].equals(".") && !segments[i].equals("..")) {
                kept.add(segments[i]);
            } else if (last) {
                kept.add("");
            }
        }
        return "/" + String.join("/", kept);
    }

    private static void check(String link) throws GripException {
        for (int i = 0; i < link.length(); i++) {
            if (link.charAt(i) <= ' ' || link.charAt(i) == 0x7f) {
                throw new GripException(INVALID);
            }
        }
    }
}
