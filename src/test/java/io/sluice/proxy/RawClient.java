package io.sluice.proxy;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A client that sends the bytes a test chooses, and reads what comes; blocking, at most ten seconds a read. */
final class RawClient implements AutoCloseable {
    /** @param complete whether the body ended as its framing says */
    record Answer(String head, String body, boolean complete) {
        int status() {
            return Integer.parseInt(head.split(" ", 3)[1]);
        }

        String line() {
            return head.substring(0, head.indexOf('\r'));
        }

        @Nullable
        String header(String name) {
            String wanted = name.toLowerCase(Locale.ROOT) + ":";
            for (String line : head.split("\r\n")) {
                if (line.toLowerCase(Locale.ROOT).startsWith(wanted)) {
                    return line.substring(wanted.length()).trim();
                }
            }
            return null;
        }
    }

    private final Socket socket;
    private final InputStream in;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(10_000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    static RawClient connect(int port) {
        try {
            return new RawClient(new Socket(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RawClient send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a GET on a connection to be kept. */
    RawClient get(String path) {
        return send("GET " + path + " HTTP/1.1\r\nHost: example.com\r\n\r\n");
    }

    /** What one read brings: what was sent in one piece, and little. */
    String piece() {
        try {
            byte[] bytes = new byte[8192];
            int count = in.read(bytes);
            return count < 0 ? "" : new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Answer answer() {
        return answer("GET");
    }

    Answer answer(String method) {
        String head = head();
        var framing = new Answer(head, "", true);
        int status = framing.status();
        String length = framing.header("Content-Length");
        if (method.equals("HEAD") || status == 204 || status == 304 || status < 200) {
            return framing;
        }
        var body = new ByteArrayOutputStream();
        boolean complete = true;
        try {
            if (length != null) {
                byte[] bytes = in.readNBytes(Integer.parseInt(length));
                body.writeBytes(bytes);
                complete = bytes.length == Integer.parseInt(length);
            } else if ("chunked".equalsIgnoreCase(framing.header("Transfer-Encoding"))) {
                complete = chunks(body);
            } else {
                in.transferTo(body);
            }
        } catch (IOException reset) {
            complete = false;
        }
        return new Answer(head, body.toString(StandardCharsets.UTF_8), complete);
    }

    /** The head with its line ends, without the empty line. */
    String head() {
        var head = new StringBuilder();
        while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            int b = read();
            if (b < 0) {
                throw new AssertionError("closed in the head: " + head);
            }
            head.append((char) b);
        }
        return head.substring(0, head.length() - 2);
    }

    String read(int count) {
        try {
            return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether nothing comes any more, because the connection is closed. */
    boolean closed() {
        return read() < 0;
    }

    private int read() {
        try {
            return in.read();
        } catch (java.net.SocketException reset) {
            return -1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean chunks(ByteArrayOutputStream body) throws IOException {
        while (true) {
            var line = new StringBuilder();
            while (line.indexOf("\r\n") < 0) {
                int b = in.read();
                if (b < 0) {
                    return false;
                }
                line.append((char) b);
            }
            int size = Integer.parseInt(line.substring(0, line.length() - 2), 16);
            byte[] bytes = in.readNBytes(size + 2);
            if (bytes.length < size + 2) {
                return false;
            }
            if (size == 0) {
                return true;
            }
            body.write(bytes, 0, size);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
