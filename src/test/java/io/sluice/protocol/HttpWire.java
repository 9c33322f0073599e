package io.sluice.protocol;

import io.sluice.grip.Header;
import io.sluice.grip.Headers;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection, byte by byte: sends what the test says, well-formed or not, and reads responses one after another. Every
 * read waits at most {@value #PATIENCE_MILLIS} ms and then fails the test.
 */
public final class HttpWire implements AutoCloseable {
    static final int PATIENCE_MILLIS = 20_000;

    private enum Framing {
        NONE,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE,
    }

    private final Socket socket;
    private final InputStream in;
    private Framing framing = Framing.NONE;
    private long left;
    private boolean done = true;
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

    private HttpWire(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    public static HttpWire open(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        return new HttpWire(socket);
    }

    /** One request on a connection of its own. */
    public static Reply exchange(int port, String request) throws IOException {
        try (var wire = open(port)) {
            return wire.send(request).reply(request.startsWith("HEAD "));
        }
    }

    /** Text as Latin-1: one byte a character. */
    public HttpWire send(String raw) throws IOException {
        return send(raw.getBytes(StandardCharsets.ISO_8859_1));
    }

    public HttpWire send(byte[] raw) throws IOException {
        socket.getOutputStream().write(raw);
        socket.getOutputStream().flush();
        return this;
    }

    /** A whole response; an interim one (1xx) is a response of its own. */
    public Reply reply() throws IOException {
        return reply(false);
    }

    public Reply reply(boolean toHead) throws IOException {
        Reply head = head(toHead);
        return new Reply(head.version(), head.status(), head.reason(), head.headers(), readToEnd());
    }

    /** The head of a response, its body to be read after. */
    public Reply head() throws IOException {
        return head(false);
    }

    private Reply head(boolean toHead) throws IOException {
        String[] start = line().split(" ", 3);
        if (start.length < 2 || !start[0].startsWith("HTTP/1.")) {
            throw new IOException("not a status line: " + String.join(" ", start));
        }
        int status = Integer.parseInt(start[1]);
        Headers headers = headers();
        frame(status, headers, toHead);
        seen.reset();
        return new Reply(start[0], status, start.length > 2 ? start[2] : "", headers, new byte[0]);
    }

    private Headers headers() throws IOException {
        var lines = new ArrayList<Header>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new IOException("not a header line: " + line);
            }
            lines.add(new Header(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return Headers.copyOf(lines);
    }

    private void frame(int status, Headers headers, boolean toHead) throws IOException {
        String length = headers.first("Content-Length");
        String coding = headers.first("Transfer-Encoding");
        done = false;
        if (toHead || status < 200 || status == 204 || status == 304) {
            framing = Framing.NONE;
            done = true;
        } else if (coding != null) {
            if (!coding.toLowerCase(Locale.ROOT).equals("chunked") || length != null) {
                throw new IOException("ambiguous framing: " + headers);
            }
            framing = Framing.CHUNKED;
            left = 0;
        } else if (length != null) {
            framing = Framing.LENGTH;
            left = Long.parseLong(length);
            done = left == 0;
        } else {
            framing = Framing.UNTIL_CLOSE;
        }
    }

    /** The rest of the body, as it is when the response has ended properly. */
    public byte[] readToEnd() throws IOException {
        while (step()) {
            // collecting
        }
        byte[] body = seen.toByteArray();
        seen.reset();
        return body;
    }

    public String textToEnd() throws IOException {
        return new String(readToEnd(), StandardCharsets.UTF_8);
    }

    /** Body text until it ends so; what was read is taken. */
    public String readUntil(String end) throws IOException {
        while (!seen.toString(StandardCharsets.UTF_8).endsWith(end)) {
            if (!step()) {
                throw new IOException("the response ended after: " + seen.toString(StandardCharsets.UTF_8));
            }
        }
        String text = seen.toString(StandardCharsets.UTF_8);
        seen.reset();
        return text;
    }

    /** One byte of body; false at the proper end. */
    private boolean step() throws IOException {
        if (done) {
            return false;
        }
        if (framing == Framing.CHUNKED && left == 0 && !nextChunk()) {
            done = true;
            return false;
        }
        int b = in.read();
        if (b < 0) {
            if (framing == Framing.UNTIL_CLOSE) {
                done = true;
                return false;
            }
            throw new IOException("cut after: " + seen.toString(StandardCharsets.UTF_8));
        }
        seen.write(b);
        if (framing != Framing.UNTIL_CLOSE && --left == 0) {
            if (framing == Framing.CHUNKED) {
                expectEmptyLine();
            } else {
                done = true;
            }
        }
        return true;
    }

    private boolean nextChunk() throws IOException {
        left = Long.parseLong(line().split(";", 2)[0].strip(), 16);
        if (left == 0) {
            while (!line().isEmpty()) {
                // trailers
            }
        }
        return left > 0;
    }

    private void expectEmptyLine() throws IOException {
        String line = line();
        if (!line.isEmpty()) {
            throw new IOException("no line end after a chunk, but: " + line);
        }
    }

    /** Whether the server closed, nothing more having come. */
    public boolean closed() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    /** Ends our half: the server sees the end of our bytes. */
    public void finish() throws IOException {
        socket.shutdownOutput();
    }

    /** Goes away with a reset, as a crashed client does. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("closed after: " + line.toString(StandardCharsets.ISO_8859_1));
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** A request's text; the body's length is added when there is a body. */
    public static String request(String method, String target, @Nullable String body, String... headers) {
        var text = new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        boolean host = false;
        for (String header : headers) {
            host |= header.toLowerCase(Locale.ROOT).startsWith("host:");
            text.append(header).append("\r\n");
        }
        if (!host) {
            text.append("Host: localhost\r\n");
        }
        if (body != null) {
            text.append("Content-Length: ")
                    .append(body.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n");
        }
        text.append("\r\n");
        return text
                + (body == null ? "" : new String(body.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    }
}
