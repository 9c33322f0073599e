package io.sluice.edge;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** One port that the edges of all event loops share. Any thread. */
final class Listener {
    private static final AtomicInteger FREE_PORTS = new AtomicInteger();

    private final SocketAddress address;
    private final Promise<Integer> actual = Promise.promise();
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

    /** @param port 0 for any free one */
    Listener(String host, int port) {
        address = port == 0
                ? SocketAddress.sharedRandomPort(FREE_PORTS.incrementAndGet(), host)
                : SocketAddress.inetSocketAddress(port, host);
    }

    /** The port, once the first edge listens; fails if it can't. */
    Future<Integer> actual() {
        return actual.future();
    }

    Future<HttpServer> listen(HttpServer server) {
        return server.listen(address)
                .onSuccess(listening -> {
                    servers.add(listening);
                    actual.tryComplete(listening.actualPort());
                })
                .onFailure(this::failed);
    }

    void failed(Throwable cause) {
        actual.tryFail(cause);
    }

    List<HttpServer> servers() {
        return servers;
    }
}
