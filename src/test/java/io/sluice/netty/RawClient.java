package io.sluice.netty;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** An HTTP/1 client over a bare socket that says exactly what arrived. Reads fail after ten seconds of silence. */
public final class RawClient implements AutoCloseable {
    /** A response's head, and its body as far as it came. */
    public record Answer(String head, String body, boolean complete) {
        public int status() {
            return Integer.parseInt(head.substring(9, 12));
        }
    }

    private final Socket socket;
    private final InputStream in;

    public RawClient(int port) throws IOException {
        this(port, 0);
    }

    /** @param receiveBytes of the kernel's buffer; small makes a reader that stalls soon */
    public RawClient(int port, int receiveBytes) throws IOException {
        socket = new Socket();
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
        socket.setSoTimeout(10_000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    public RawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    public void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** The head, up to the empty line. */
    public String head() throws IOException {
        var head = new StringBuilder();
        for (String line = line(); !line.isEmpty(); line = line()) {
            head.append(line).append("\r\n");
        }
        return head.toString();
    }

    /** One response. */
    public Answer answer() throws IOException {
        String head = head();
        String lower = head.toLowerCase(Locale.ROOT);
        var body = new ByteArrayOutputStream();
        boolean complete;
        if (lower.contains("\r\ntransfer-encoding: chunked\r\n")) {
            complete = chunks(body);
        } else if (lower.contains("\r\ncontent-length: ")) {
            int at = lower.indexOf("\r\ncontent-length: ") + 18;
            int length = Integer.parseInt(lower.substring(at, lower.indexOf('\r', at)));
            body.write(in.readNBytes(length));
            complete = body.size() == length;
        } else {
            complete = rest(body);
        }
        return new Answer(head, body.toString(StandardCharsets.ISO_8859_1), complete);
    }

    /** Whether all chunks came, the last one included. */
    public boolean chunks(ByteArrayOutputStream body) {
        try {
            while (true) {
                int length = Integer.parseInt(line(), 16);
                body.write(exactly(length));
                if (!line().isEmpty()) {
                    throw new IllegalStateException("no CRLF after a chunk");
                }
                if (length == 0) {
                    return true;
                }
            }
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the connection was closed in an orderly way. */
    public boolean rest(ByteArrayOutputStream body) {
        try {
            in.transferTo(body);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** One chunk's content. */
    public String chunk() throws IOException {
        byte[] content = exactly(Integer.parseInt(line(), 16));
        if (!line().isEmpty()) {
            throw new IllegalStateException("no CRLF after a chunk");
        }
        return new String(content, StandardCharsets.ISO_8859_1);
    }

    public String exactlyText(int length) throws IOException {
        return new String(exactly(length), StandardCharsets.ISO_8859_1);
    }

    /** Whether the server has closed, in whatever way; waits for it. */
    public boolean closed() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return bytes;
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("after \"" + line + "\"");
            }
            line.append((char) b);
        }
        if (line.isEmpty() || line.charAt(line.length() - 1) != '\r') {
            throw new IllegalStateException("a line without CR: " + line);
        }
        line.setLength(line.length() - 1);
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
