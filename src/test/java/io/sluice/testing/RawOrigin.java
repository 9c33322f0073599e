package io.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * An origin on a raw socket that answers the bytes a test chooses: a thread and a script a connection. What a script throws
 * is kept and thrown by {@link #close()}, but for I/O errors, which a peer that goes away makes normal.
 */
public final class RawOrigin implements AutoCloseable {
    /** What to do with one connection; it is closed when the script returns. */
    @FunctionalInterface
    public interface Script {
        void run(RawConnection connection) throws Exception;
    }

    private final ServerSocket server;
    private final AtomicInteger accepted = new AtomicInteger();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    private RawOrigin(ServerSocket server, Script script) {
        this.server = server;
        start(() -> accept(script));
    }

    public static RawOrigin start(Script script) {
        return start(ServerSocketFactory.getDefault(), script);
    }

    /** With the factory of a TLS context, for instance. */
    public static RawOrigin start(ServerSocketFactory factory, Script script) {
        try {
            return new RawOrigin(factory.createServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a request with its body, sends these bytes, on and on until the peer closes. */
    public static RawOrigin answering(String response) {
        return start(connection -> {
            while (connection.readRequest() != null) {
                connection.send(response);
            }
        });
    }

    public int port() {
        return server.getLocalPort();
    }

    /** {@code 127.0.0.1:PORT}. */
    public String address() {
        return "127.0.0.1:" + port();
    }

    /** Connections so far. */
    public int accepted() {
        return accepted.get();
    }

    private void accept(Script script) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                int number = accepted.incrementAndGet();
                start(() -> serve(script, new RawConnection(socket, number)));
            } catch (SocketException e) {
                return;
            } catch (IOException e) {
                failures.add(e);
                return;
            }
        }
    }

    private void serve(Script script, RawConnection connection) {
        try (connection) {
            script.run(connection);
        } catch (IOException expected) {
            // The peer went away.
        } catch (Exception | AssertionError e) {
            failures.add(e);
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "raw-origin");
        thread.setDaemon(true);
        thread.start();
    }

    /** Closes all and rethrows the first failure of a script. */
    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            failures.add(e);
        }
        @Nullable Throwable first = failures.isEmpty() ? null : failures.get(0);
        if (first != null) {
            throw new AssertionError("a script of the raw origin failed", first);
        }
    }
}
