package io.sluice.protocol;

import io.sluice.grip.Header;
import io.sluice.grip.Headers;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** An HTTP origin that answers each path as its test says, and remembers what it was asked. A thread for each connection. */
final class ScriptedOrigin implements AutoCloseable {
    /** Answers requests of one path. */
    interface Script {
        Answer answer(Received request) throws Exception;
    }

    /** Reads the request's body and writes the response itself; the connection is closed after. */
    interface RawScript {
        void answer(Received head, InputStream in, OutputStream out) throws Exception;
    }

    /** Has the connection to itself from the request's head on, whose body it reads; it is closed after. */
    interface SocketScript {
        void serve(Received head, InputStream in, Socket socket) throws Exception;
    }

    private final ServerSocket listening;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        var thread = new Thread(task, "origin");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final Map<String, RawScript> rawScripts = new ConcurrentHashMap<>();
    private final Map<String, SocketScript> socketScripts = new ConcurrentHashMap<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    ScriptedOrigin() throws IOException {
        listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    ScriptedOrigin on(String path, Script script) {
        scripts.put(path, script);
        return this;
    }

    ScriptedOrigin on(String path, Answer answer) {
        return on(path, request -> answer);
    }

    ScriptedOrigin onRaw(String path, RawScript script) {
        rawScripts.put(path, script);
        return this;
    }

    ScriptedOrigin onSocket(String path, SocketScript script) {
        socketScripts.put(path, script);
        return this;
    }

    /** The requests of that path, in the order of their heads. */
    List<Received> received(String path) {
        return received.stream().filter(request -> request.path().equals(path)).toList();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                open.add(socket);
                threads.execute(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    @SuppressWarnings(
            "CatchAndPrintStackTrace") // a script that fails is a broken test: its peer sees the connection close
    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (Received head = head(in); head != null; head = head(in)) {
                SocketScript whole = socketScripts.get(head.path());
                if (whole != null) {
                    received.add(head);
                    whole.serve(head, in, socket);
                    return;
                }
                if (!answer(head, in, socket.getOutputStream())) {
                    return;
                }
            }
        } catch (IOException gone) {
            // the gateway closed, or the test is over
        } catch (Exception broken) {
            broken.printStackTrace();
        } finally {
            open.remove(socket);
        }
    }

    private boolean answer(Received head, InputStream in, OutputStream out) throws Exception {
        RawScript raw = rawScripts.get(head.path());
        if (raw != null) {
            received.add(head);
            raw.answer(head, in, out);
            return false;
        }
        var request = new Received(head.method(), head.target(), head.headers(), body(head.headers(), in));
        received.add(request);
        Script script = scripts.get(head.path());
        Answer answer = script == null ? Answer.of("404 Not Found", "no script\n") : script.answer(request);
        byte[] bytes = answer.bytes();
        int length = head.method().equals("HEAD") ? headEnd(bytes) : bytes.length;
        out.write(bytes, 0, length);
        out.flush();
        return !answer.close();
    }

    private static int headEnd(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
    }

    private static @Nullable Received head(InputStream in) throws IOException {
        String start = line(in);
        if (start == null) {
            return null;
        }
        String[] parts = start.split(" ", 3);
        var lines = new ArrayList<Header>();
        for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            lines.add(new Header(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return new Received(parts[0], parts[1], Headers.copyOf(lines), new byte[0]);
    }

    static byte[] body(Headers headers, InputStream in) throws IOException {
        String length = headers.first("Content-Length");
        if (length != null) {
            return in.readNBytes(Integer.parseInt(length));
        }
        var body = new ByteArrayOutputStream();
        if (headers.contains("Transfer-Encoding")) {
            for (int size = size(in); size > 0; size = size(in)) {
                body.write(in.readNBytes(size));
                line(in);
            }
            line(in);
        }
        return body.toByteArray();
    }

    private static int size(InputStream in) throws IOException {
        String line = line(in);
        if (line == null) {
            throw new IOException("cut in a chunked body");
        }
        return Integer.parseInt(line.split(";", 2)[0].strip(), 16);
    }

    private static @Nullable String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                return null;
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
