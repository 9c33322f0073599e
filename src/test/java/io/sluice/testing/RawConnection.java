package io.sluice.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One connection of a {@link RawOrigin}; blocking. Text is ISO-8859-1. */
public final class RawConnection implements AutoCloseable {
    /** A request as it came: the head with its line ends but without the empty line, the decoded body. */
    @SuppressWarnings("ArrayRecordComponent")
    public record RawRequest(String head, byte[] body) {
        public String line() {
            return head.substring(0, head.indexOf('\r'));
        }

        /** The first header of that name; null when there is none. */
        public @Nullable String header(String name) {
            return RawConnection.header(head, name);
        }

        public String text() {
            return new String(body, StandardCharsets.ISO_8859_1);
        }
    }

    private final Socket socket;
    private final int number;
    private @Nullable InputStream in;

    RawConnection(Socket socket, int number) {
        this.socket = socket;
        this.number = number;
    }

    /** Which connection of the origin this is, from 1. */
    public int number() {
        return number;
    }

    public Socket socket() {
        return socket;
    }

    private InputStream in() throws IOException {
        if (in == null) {
            in = new BufferedInputStream(socket.getInputStream());
        }
        return in;
    }

    /** Up to the empty line, which is not part of it; null when the peer closes before the first byte. */
    public @Nullable String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            int b = in().read();
            if (b < 0) {
                if (head.length() == 0) {
                    return null;
                }
                throw new EOFException("in the head: " + head);
            }
            head.append((char) b);
        }
        return head.substring(0, head.length() - 2);
    }

    /** Head and body, by Content-Length or chunks; null when the peer closes before. */
    public @Nullable RawRequest readRequest() throws IOException {
        String head = readHead();
        if (head == null) {
            return null;
        }
        String length = header(head, "Content-Length");
        if (length != null) {
            return new RawRequest(head, readBytes(Integer.parseInt(length)));
        }
        return new RawRequest(head, "chunked".equals(header(head, "Transfer-Encoding")) ? readChunks() : new byte[0]);
    }

    private byte[] readChunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(readLine(), 16);
            body.writeBytes(readBytes(size));
            readLine();
            if (size == 0) {
                return body.toByteArray();
            }
        }
    }

    /** Without its CR LF. */
    public String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.length() < 2 || line.charAt(line.length() - 1) != '\n') {
            int b = in().read();
            if (b < 0) {
                throw new EOFException("in a line: " + line);
            }
            line.append((char) b);
        }
        return line.substring(0, line.length() - 2);
    }

    public byte[] readBytes(int count) throws IOException {
        byte[] bytes = in().readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("after " + bytes.length + " of " + count + " bytes");
        }
        return bytes;
    }

    public void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** Waits until the peer has closed; what it sends before is thrown away. */
    public void awaitClosed() throws IOException {
        try {
            while (in().read() >= 0) {
                // thrown away
            }
        } catch (IOException reset) {
            // as good
        }
    }

    /** Closes with a TCP reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // gone as wanted
        }
    }

    static @Nullable String header(String head, String name) {
        String wanted = name.toLowerCase(Locale.ROOT) + ":";
        for (String line : head.split("\r\n")) {
            if (line.toLowerCase(Locale.ROOT).startsWith(wanted)) {
                return line.substring(wanted.length()).trim();
            }
        }
        return null;
    }
}
