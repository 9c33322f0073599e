package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The rules that a request's head must keep to before it is parsed: what two readers could understand differently is refused, so that
 * nobody behind this gateway sees another request than it does (RFC 9112, sections 2.2, 3, 5 and 6.3). Pure.
 */
final class RequestHead {
    /** Of the header section, empty line included. */
    private final ByteBuf bytes;

    private final int end;
    private final int maxHeaders;
    private int at;

    private boolean oldVersion;
    private @Nullable String authority;
    private int hosts;
    private int lengths;
    private int codings;

    private RequestHead(ByteBuf bytes, int start, int end, int maxHeaders) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
        this.maxHeaders = maxHeaders;
    }

    /**
     * Checks the head from {@code start} up to and including its empty line, at {@code end}.
     *
     * @throws RequestRefused at the first rule it breaks
     */
    static void check(ByteBuf bytes, int start, int end, int maxHeaders) throws RequestRefused {
        new RequestHead(bytes, start, end, maxHeaders).check();
    }

    private void check() throws RequestRefused {
        requestLine(line());
        int count = 0;
        for (String line = line(); !line.isEmpty(); line = line()) {
            if (++count > maxHeaders) {
                throw RequestRefused.of(431, "The number of request headers exceeded limit of " + maxHeaders + ".");
            }
            header(line);
        }
        framing();
        if (hosts == 0 && authority == null && !oldVersion) {
            throw RequestRefused.malformed("no Host header");
        }
    }

    /** The next line, without its CRLF. */
    private String line() throws RequestRefused {
        int lf = bytes.indexOf(at, end, (byte) '\n');
        if (lf < 0) {
            throw RequestRefused.malformed("the head has no end");
        }
        if (lf == at || bytes.getByte(lf - 1) != '\r') {
            throw RequestRefused.malformed("a line ends without CR");
        }
        String line = bytes.toString(at, lf - 1 - at, StandardCharsets.ISO_8859_1);
        at = lf + 1;
        return line;
    }

    private void requestLine(String line) throws RequestRefused {
        int first = line.indexOf(' ');
        int second = line.indexOf(' ', first + 1);
        if (first < 0 || second < 0 || line.indexOf(' ', second + 1) >= 0) {
            throw RequestRefused.malformed("the request line is not method, target and version");
        }
        String method = line.substring(0, first);
        if (!HttpText.isToken(method)) {
            throw RequestRefused.malformed("illegal character in the method");
        }
        version(line.substring(second + 1));
        target(method, line.substring(first + 1, second));
    }

    private void version(String version) throws RequestRefused {
        oldVersion = version.equals("HTTP/1.0");
        if (oldVersion || version.equals("HTTP/1.1")) {
            return;
        }
        boolean other = version.length() == 8
                && version.startsWith("HTTP/")
                && HttpText.isDigits(version.substring(5, 6))
                && version.charAt(6) == '.'
                && HttpText.isDigits(version.substring(7));
        throw other
                ? RequestRefused.of(505, "Failed to parse request: only HTTP/1.0 and HTTP/1.1 are spoken here.")
                : RequestRefused.malformed("unknown protocol version");
    }

    private void target(String method, String target) throws RequestRefused {
        if (!HttpText.isVisible(target)) {
            throw RequestRefused.malformed("illegal character in the request target");
        }
        if (method.equals("CONNECT")) {
            throw RequestRefused.of(405, "Failed to parse request: CONNECT is not supported.");
        }
        if (target.startsWith("/") || (target.equals("*") && method.equals("OPTIONS"))) {
            return;
        }
        authority = HttpText.authority(target);
        if (authority == null || authority.isEmpty() || !HttpText.isHost(authority)) {
            throw RequestRefused.malformed("the request target is neither a path nor an http URI");
        }
    }

    private void header(String line) throws RequestRefused {
        if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
            throw RequestRefused.malformed("a header line begins with a blank (folded lines are not supported)");
        }
        int colon = line.indexOf(':');
        if (colon < 0) {
            throw RequestRefused.malformed("a header line without a colon");
        }
        String name = line.substring(0, colon);
        if (!HttpText.isToken(name)) {
            throw RequestRefused.malformed("illegal character in a header name");
        }
        String value = line.substring(colon + 1);
        if (!HttpText.isFieldValue(value)) {
            throw RequestRefused.malformed("illegal character in a header value");
        }
        if (name.equalsIgnoreCase("Content-Length")) {
            length(HttpText.trim(value));
        } else if (name.equalsIgnoreCase("Transfer-Encoding")) {
            coding(HttpText.trim(value));
        } else if (name.equalsIgnoreCase("Host")) {
            host(HttpText.trim(value));
        }
    }

    private void length(String value) throws RequestRefused {
        if (++lengths > 1) {
            throw RequestRefused.malformed("more than one Content-Length");
        }
        if (!HttpText.isDigits(value) || value.length() > 18) {
            throw RequestRefused.malformed("invalid Content-Length");
        }
    }

    private void coding(String value) throws RequestRefused {
        if (++codings > 1 || !value.equalsIgnoreCase("chunked")) {
            throw RequestRefused.malformed("a Transfer-Encoding other than chunked");
        }
    }

    private void host(String value) throws RequestRefused {
        if (++hosts > 1) {
            throw RequestRefused.malformed("more than one Host");
        }
        if (!HttpText.isHost(value)) {
            throw RequestRefused.malformed("invalid Host");
        }
    }

    private void framing() throws RequestRefused {
        if (codings > 0 && lengths > 0) {
            throw RequestRefused.malformed("both Content-Length and Transfer-Encoding");
        }
        if (codings > 0 && oldVersion) {
            throw RequestRefused.malformed("Transfer-Encoding in HTTP/1.0");
        }
    }
}
