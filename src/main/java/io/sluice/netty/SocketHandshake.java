package io.sluice.netty;

import io.netty.handler.codec.http.HttpRequest;
import io.sluice.grip.Header;
import io.sluice.grip.HeaderElement;
import io.sluice.wire.MessageDeflate;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The opening handshake of a WebSocket, at the server's end (RFC 6455, 4.2). */
public final class SocketHandshake {
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;
    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";
    private static final String SERVER_WINDOW = "server_max_window_bits";

    /** Why a request that asks for a WebSocket can't have one. */
    public enum Defect {
        /** Another version than 13. */
        VERSION,
        /** No version. */
        NO_VERSION,
        /** No key, or not one of 16 bytes. */
        KEY,
        /** {@code Connection} does not name the upgrade, or the request is of HTTP/1.0. */
        CONNECTION,
        /** Another method than GET, or a body. */
        REQUEST,
    }

    private SocketHandshake() {}

    /** Whether the request asks for a WebSocket: nothing of HTTP comes after it, unless it is refused. */
    static boolean asked(HttpRequest request) {
        return asked(request.method().name(), request.headers()::getAll);
    }

    /** The same of a request whose turn has come. */
    static boolean asked(HttpServerRequest request) {
        return asked(request.method().name(), request.headers()::getAll);
    }

    private static boolean asked(String method, Function<String, List<String>> lines) {
        List<String> lengths = lines.apply("Content-Length");
        return method.equals("GET")
                && lists(lines.apply("Upgrade"), "websocket")
                && lines.apply("Transfer-Encoding").isEmpty()
                && (lengths.isEmpty() || lengths.get(0).equals("0"));
    }

    /** What keeps the request from being upgraded; null when nothing does. */
    public static @Nullable Defect defect(HttpServerRequest request) {
        if (!lists(request.headers().getAll("Connection"), "upgrade")
                || request.version() != io.vertx.core.http.HttpVersion.HTTP_1_1) {
            return Defect.CONNECTION;
        }
        String version = request.getHeader("Sec-WebSocket-Version");
        if (!"13".equals(version)) {
            return version == null ? Defect.NO_VERSION : Defect.VERSION;
        }
        return keyLength(request.getHeader("Sec-WebSocket-Key")) == KEY_BYTES ? null : Defect.KEY;
    }

    /** Whether the request names WebSocket in {@code Upgrade}, though it may be one that can't be upgraded. */
    public static boolean named(HttpServerRequest request) {
        return lists(request.headers().getAll("Upgrade"), "websocket");
    }

    private static boolean lists(List<String> lines, String token) {
        for (String line : lines) {
            for (String listed : line.split(",")) {
                if (listed.strip().equalsIgnoreCase(token)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static int keyLength(@Nullable String key) {
        try {
            return key == null ? 0 : Base64.getDecoder().decode(key.strip()).length;
        } catch (IllegalArgumentException notBase64) {
            return 0;
        }
    }

    /**
     * Whether the client can do with compression as it is done here: each message by itself, with the largest window (RFC 7692, 7.1).
     */
    public static boolean offersDeflate(HttpServerRequest request) {
        return deflateOffer(request) != null;
    }

    /** The first offer that can be taken. */
    private static @Nullable HeaderElement deflateOffer(HttpServerRequest request) {
        for (HeaderElement offer : HeaderElement.parseList(request.headers().getAll(EXTENSIONS))) {
            if (offer.value().equals(MessageDeflate.EXTENSION) && acceptable(offer.parameters())) {
                return offer;
            }
        }
        return null;
    }

    /** Each parameter at most once, known, and with a value that it can have. */
    private static boolean acceptable(List<HeaderElement.Parameter> parameters) {
        var names = new HashSet<String>();
        for (HeaderElement.Parameter parameter : parameters) {
            String value = parameter.value();
            boolean known = switch (parameter.name()) {
                case "server_no_context_takeover", "client_no_context_takeover" -> value.isEmpty();
                case "client_max_window_bits" -> value.isEmpty() || value.matches("[89]|1[0-5]");
                case SERVER_WINDOW -> value.equals("15");
                default -> false;
            };
            if (!known || !names.add(parameter.name())) {
                return false;
            }
        }
        return true;
    }

    /** The header lines that accept the upgrade. */
    static List<Header> answer(HttpServerRequest request, SocketTerms terms) {
        var lines = new ArrayList<Header>(4);
        lines.add(new Header("Upgrade", "websocket"));
        lines.add(new Header("Connection", "Upgrade"));
        lines.add(new Header("Sec-WebSocket-Accept", accept(String.valueOf(request.getHeader("Sec-WebSocket-Key")))));
        if (terms.deflate() != null) {
            HeaderElement offer = deflateOffer(request);
            // Who names the server's window has to be told it.
            String window = offer == null || offer.parameter(SERVER_WINDOW) == null ? "" : "; " + SERVER_WINDOW + "=15";
            lines.add(new Header(
                    EXTENSIONS,
                    MessageDeflate.EXTENSION + "; server_no_context_takeover; client_no_context_takeover" + window));
        }
        return lines;
    }

    /** What proves that the key was read; also to check an answer by. */
    public static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key.strip() + MAGIC).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
