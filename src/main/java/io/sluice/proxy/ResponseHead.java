package io.sluice.proxy;

import io.sluice.grip.Header;
import io.sluice.grip.Headers;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which header lines a client may see. Pure. */
final class ResponseHead {
    private static final Set<String> HOP_BY_HOP =
            Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "te", "trailer", "upgrade");

    private ResponseHead() {}

    /** Without the lines that concern only the connection to the origin (RFC 9110, 7.6.1); all others as they are. */
    static Headers passed(Headers origin) {
        Set<String> named = namedInConnection(origin);
        return origin.without(name -> {
            String lower = name.toLowerCase(Locale.ROOT);
            return HOP_BY_HOP.contains(lower) || named.contains(lower);
        });
    }

    private static Set<String> namedInConnection(Headers headers) {
        List<String> lines = headers.all("Connection");
        if (lines.isEmpty()) {
            return Set.of();
        }
        var named = new HashSet<String>();
        for (String line : lines) {
            for (String name : line.split(",")) {
                named.add(name.trim().toLowerCase(Locale.ROOT));
            }
        }
        // Named or not: without it the body has no end.
        named.remove("content-length");
        return named;
    }

    /** Whether a response to the method has no body, whatever its headers say. */
    static boolean bodiless(String method, int status) {
        return method.equals("HEAD") || status < 200 || status == 204 || status == 205 || status == 304;
    }

    /** Whether the body is a stream of server-sent events. */
    static boolean eventStream(Headers headers) {
        String type = headers.first("Content-Type");
        return type != null && type.strip().toLowerCase(Locale.ROOT).startsWith("text/event-stream");
    }

    /** The first reason why this head can't be sent as it is: a line break in it would forge other lines. */
    static @Nullable String defect(int status, String reason, Headers headers) {
        if (status < 200 || status > 999) {
            return "status " + status + " cannot end a response";
        }
        if (!fits(reason)) {
            return "invalid reason phrase";
        }
        for (Header line : headers) {
            if (!token(line.name())) {
                return "invalid header name";
            }
            if (!fits(line.value())) {
                return "invalid value of header " + line.name();
            }
        }
        return null;
    }

    private static boolean fits(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                return false;
            }
        }
        return true;
    }

    private static boolean token(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c >= 0x7f || "\"(),/:;<=>?@[\\]{}".indexOf(c) >= 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }
}
