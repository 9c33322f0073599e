package io.sluice.origin;

import io.sluice.config.Route;
import io.sluice.config.Settings;
import io.sluice.grip.Feature;
import io.sluice.grip.Header;
import io.sluice.grip.Headers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes of a client's request what its origin gets: path and host rewritten, hop-by-hop and foreign GRIP headers removed,
 * signed, forwarded-for and so on, in the order in which GRIP proxies do it. Pure but for the signer.
 *
 * <p>Whatever the input, no line goes out that could be read as two.
 */
final class OutgoingHeaders {
    private static final Logger LOG = LoggerFactory.getLogger(OutgoingHeaders.class);

    /** Marks a copy of a client's own header. */
    static final String MARK = "eb9bf0f5-";

    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings",
            "expect",
            "content-length",
            "host",
            "proxy");

    private final Settings.Grip grip;
    private final Signer signer;
    private final ForwardedFor forwardedFor;
    private final ForwardedFor forwardedForTrusted;
    private final Set<String> needMark;

    OutgoingHeaders(Settings.Grip grip, Signer signer) {
        this.grip = grip;
        this.signer = signer;
        forwardedFor = ForwardedFor.parse(grip.forwardedFor());
        forwardedForTrusted = ForwardedFor.parse(grip.forwardedForTrusted());
        needMark = grip.origHeadersNeedMark().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** A client's request. */
    Outgoing rewrite(OriginRequest request) {
        Route route = request.route();
        Headers headers = routeHeaders(request.headers(), route);
        headers = mark(headers, route, request.trusted());
        headers = endToEnd(headers);
        if (grip.acceptPushpinRoute()) {
            headers = headers.without("Pushpin-Route");
        }
        headers = cdnLoop(headers);
        if (!request.trusted()) {
            headers = gripHeaders(headers.without(OutgoingHeaders::isGrip), route, request.lastIds());
        }
        headers = forwardedProto(headers, request.uri());
        headers = (request.trusted() ? forwardedForTrusted : forwardedFor).apply(headers, request.peer());
        return outgoing(request.method(), request.uri(), headers, route);
    }

    /** A request of Sluice's own that the session's route handles. */
    Outgoing rewrite(SessionRequest request) {
        Headers headers = endToEnd(routeHeaders(request.headers(), request.route()));
        headers = gripHeaders(cdnLoop(headers), request.route(), Headers.EMPTY);
        return outgoing(request.method(), request.uri(), forwardedProto(headers, request.uri()), request.route());
    }

    /** A request of Sluice's own to a host that no route of the session names: signed, nothing else of the route. */
    Outgoing direct(SessionRequest request) {
        Headers headers = gripHeaders(cdnLoop(endToEnd(request.headers())), request.route(), Headers.EMPTY);
        ClientUri uri = request.uri();
        return new Outgoing(request.method(), encoded(uri.path()), uri.authority(), safe(headers));
    }

    private static Outgoing outgoing(String method, ClientUri uri, Headers headers, Route route) {
        @Nullable String asHost = route.asHost();
        String authority = asHost == null ? uri.authority() : asHost;
        return new Outgoing(method, path(uri.path(), route), safe(authority), safe(headers));
    }

    /** The path that the route makes of the client's. */
    static String path(String path, Route route) {
        String changed = path;
        if (route.pathRemove() > 0) {
            int query = path.indexOf('?');
            int end = query < 0 ? path.length() : query;
            changed = path.substring(Math.min(route.pathRemove(), end));
        }
        @Nullable String replacement = route.replaceBegin();
        if (replacement != null && changed.startsWith(route.pathBegin())) {
            changed = replacement + changed.substring(route.pathBegin().length());
        }
        if (!changed.startsWith("/") && !changed.equals("*")) {
            changed = "/" + changed;
        }
        return encoded(changed);
    }

    /** Percent-encodes what must not stand in a request line: blanks, controls, and bytes beyond ASCII. */
    private static String encoded(String path) {
        int plain = 0;
        while (plain < path.length() && isPlain(path.charAt(plain))) {
            plain++;
        }
        if (plain == path.length()) {
            return path;
        }
        StringBuilder out = new StringBuilder(path.length() + 16).append(path, 0, plain);
        for (int i = plain; i < path.length(); i++) {
            char c = path.charAt(i);
            if (isPlain(c)) {
                out.append(c);
            } else {
                out.append(String.format(Locale.ROOT, "%%%02X", c & 0xff));
            }
        }
        return out.toString();
    }

    private static boolean isPlain(char c) {
        return c > ' ' && c < 0x7f;
    }

    private static Headers routeHeaders(Headers headers, Route route) {
        Headers changed = headers;
        for (Route.HeaderRule rule : route.headers()) {
            changed = rule.value().isEmpty() ? changed.without(rule.name()) : changed.set(rule.name(), rule.value());
        }
        return changed;
    }

    private Headers mark(Headers headers, Route route, boolean trusted) {
        if (route.origHeaders() && trusted) {
            return headers;
        }
        Headers unmarked = headers.without(OutgoingHeaders::isMarked);
        if (!route.origHeaders()) {
            return unmarked;
        }
        List<Header> lines = new ArrayList<>(unmarked.lines());
        for (Header line : headers) {
            String name = line.name().toLowerCase(Locale.ROOT);
            if (isMarked(name)) {
                if (needMark.contains(name.substring(MARK.length()))) {
                    lines.add(line);
                }
            } else if (!needMark.contains(name)) {
                lines.add(new Header(MARK + line.name(), line.value()));
            }
        }
        return Headers.copyOf(lines);
    }

    private static Headers endToEnd(Headers headers) {
        Set<String> named = new HashSet<>();
        for (String value : headers.all("Connection")) {
            for (String name : value.split(",")) {
                named.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return headers.without(name -> {
            String lower = name.toLowerCase(Locale.ROOT);
            return HOP_BY_HOP.contains(lower) || lower.startsWith("proxy-") || named.contains(lower);
        });
    }

    private Headers cdnLoop(Headers headers) {
        if (grip.cdnLoop().isEmpty()) {
            return headers;
        }
        List<String> values = new ArrayList<>(headers.all("CDN-Loop"));
        values.add(grip.cdnLoop());
        return headers.set("CDN-Loop", String.join(", ", values));
    }

    private Headers gripHeaders(Headers headers, Route route, Headers lastIds) {
        if (route.noGrip()) {
            return headers;
        }
        List<Header> lines = new ArrayList<>(headers.lines());
        @Nullable String signature = signer.signature(route);
        if (signature != null) {
            lines.add(new Header("Grip-Sig", signature));
        }
        lines.add(new Header(Feature.NAME, Feature.VALUE));
        lines.addAll(lastIds.lines());
        return Headers.copyOf(lines);
    }

    private Headers forwardedProto(Headers headers, ClientUri uri) {
        Settings.ForwardedProto rule = grip.setForwardedProto();
        if (rule == Settings.ForwardedProto.FALSE && !grip.acceptForwardedProto()) {
            return headers;
        }
        Headers changed = headers.without(
                name -> name.equalsIgnoreCase("X-Forwarded-Proto") || name.equalsIgnoreCase("X-Forwarded-Protocol"));
        if (rule == Settings.ForwardedProto.FALSE || !uri.tls()) {
            return changed;
        }
        changed = changed.with("X-Forwarded-Proto", uri.scheme());
        return rule == Settings.ForwardedProto.TRUE ? changed.with("X-Forwarded-Protocol", uri.scheme()) : changed;
    }

    private static boolean isGrip(String name) {
        return name.regionMatches(true, 0, "Grip-", 0, 5);
    }

    private static boolean isMarked(String name) {
        return name.regionMatches(true, 0, MARK, 0, MARK.length());
    }

    /** The lines that are well formed; others can only come from a fault of ours or of the configuration, and are left out. */
    private static Headers safe(Headers headers) {
        Set<String> bad = new TreeSet<>();
        List<Header> good = new ArrayList<>(headers.lines().size());
        for (Header line : headers) {
            if (isToken(line.name())
                    && safe(line.value()).length() == line.value().length()) {
                good.add(line);
            } else {
                bad.add(line.name());
            }
        }
        if (!bad.isEmpty()) {
            LOG.warn("request-headers-refused names={} reason=\"not a header line\"", bad);
            return Headers.copyOf(good);
        }
        return headers;
    }

    /** Up to the first character that no header value can have. */
    private static String safe(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
                return value.substring(0, i);
            }
        }
        return value;
    }

    static boolean isToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letter && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }
}
