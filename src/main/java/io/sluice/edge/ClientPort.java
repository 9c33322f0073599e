package io.sluice.edge;

import io.sluice.config.Settings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The client port that the edges of all event loops share: its number, once known, and how many connections it has. Any thread. One
 * for each node.
 */
public final class ClientPort {
    private static final AtomicInteger FREE_PORTS = new AtomicInteger();

    private final Settings.Http settings;
    private final SocketAddress address;
    private final Promise<Integer> actual = Promise.promise();
    private final AtomicInteger connections = new AtomicInteger();
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

    public ClientPort(Settings.Http settings) {
        this.settings = settings;
        address = settings.port() == 0
                ? SocketAddress.sharedRandomPort(FREE_PORTS.incrementAndGet(), settings.host())
                : SocketAddress.inetSocketAddress(settings.port(), settings.host());
    }

    /** The port that clients connect to, once the first edge listens; fails if it can't. */
    public Future<Integer> actual() {
        return actual.future();
    }

    /** Open connections. */
    public int connections() {
        return connections.get();
    }

    /**
     * Stops accepting; idle connections are closed at once, the others when their response has ended or the time is over. The
     * shutdown handlers of the connections are called first.
     */
    public Future<Void> drain(Duration timeout) {
        return Future.join(
                        servers.stream().map(server -> server.shutdown(timeout)).toList())
                .mapEmpty();
    }

    Settings.Http settings() {
        return settings;
    }

    SocketAddress address() {
        return address;
    }

    void listening(HttpServer server) {
        servers.add(server);
        actual.tryComplete(server.actualPort());
    }

    void failed(Throwable cause) {
        actual.tryFail(cause);
    }

    /** Whether there was room for one more; if so it must {@link #leave()}. */
    boolean enter() {
        int now = connections.incrementAndGet();
        if (now <= settings.maxConnections()) {
            return true;
        }
        connections.decrementAndGet();
        return false;
    }

    void leave() {
        connections.decrementAndGet();
    }
}
