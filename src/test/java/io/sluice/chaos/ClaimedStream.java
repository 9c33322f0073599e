package io.sluice.chaos;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** An event stream that is claimed for a client, for the thread of a test. All that is read waits for some time at most. */
final class ClaimedStream implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

    private ClaimedStream(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    /** Asks; whether it is held is in {@link #head()}. */
    static ClaimedStream ask(Node node, String client) throws IOException {
        var socket = new Socket(node.host(), node.httpPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        String request =
                "GET /plain?c=claimed&client=" + client + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        return new ClaimedStream(socket);
    }

    /** One that must be held. */
    static ClaimedStream open(Node node, String client) throws IOException {
        ClaimedStream stream = ask(node, client);
        String seen = stream.until(": open");
        if (!seen.startsWith("HTTP/1.1 200")) {
            throw new AssertionError(client + " is not held at " + node.name() + ": " + seen);
        }
        return stream;
    }

    /** One that must be held in the end: while claims move between nodes they can't be known, and a client may try again. */
    static ClaimedStream openWhenKnown(Node node, String client) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        for (; ; ) {
            ClaimedStream stream = ask(node, client);
            String head = stream.head();
            if (head.startsWith("HTTP/1.1 200")) {
                stream.until(": open");
                return stream;
            }
            stream.close();
            if (!head.startsWith("HTTP/1.1 503") || System.nanoTime() > deadline) {
                throw new AssertionError(client + " is not held at " + node.name() + ": " + head);
            }
        }
    }

    String head() throws IOException {
        return until("\r\n\r\n");
    }

    /** Reads up to the text; all that was read. */
    String until(String text) throws IOException {
        while (!text().contains(text)) {
            int next = in.read();
            if (next < 0) {
                throw new AssertionError("ended before \"" + text + "\": " + text());
            }
            seen.write(next);
        }
        return text();
    }

    /** Reads up to the end of the connection; all that was read. */
    String toEnd() throws IOException {
        for (int next = in.read(); next >= 0; next = in.read()) {
            seen.write(next);
        }
        return text();
    }

    private String text() {
        return seen.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
