package io.sluice.netty;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a server with few connections the manners of the client port: strict heads, refusals that arrive, an end to waiting. The
 * handlers run on the connections' event loops.
 */
public final class StrictServer {
    private static final Logger LOG = LoggerFactory.getLogger(StrictServer.class);

    private final String name;
    private final ClientLimits limits;
    private final Patience patience;

    private StrictServer(String name, ClientLimits limits, Patience patience) {
        this.name = name;
        this.limits = limits;
        this.patience = patience;
    }

    /**
     * Sets the server's handlers.
     *
     * @param name for the log
     * @param requests gets those whose head is in order
     * @return the same server, to listen
     */
    public static HttpServer on(
            HttpServer server,
            String name,
            ClientLimits limits,
            Patience patience,
            Handler<HttpServerRequest> requests) {
        var strict = new StrictServer(name, limits, patience);
        return server.connectionHandler(strict::take)
                .invalidRequestHandler(strict::refuse)
                .requestHandler(request -> {
                    ClientConnection client = ClientConnection.of(request.connection());
                    client.reading(request);
                    // vertx-web would fail on these.
                    if (!HttpText.isEscaped(request.uri())) {
                        client.refuse(request, RequestRefused.malformed("invalid escape in the request target"));
                    } else if (request.authority() == null) {
                        client.refuse(request, RequestRefused.malformed("invalid Host"));
                    } else if (ClientChannel.upgrading(request)) {
                        // What follows on the connection is not decoded any more, whatever the answer.
                        client.refuse(request, RequestRefused.malformed("no WebSockets on this port"));
                    } else {
                        requests.handle(request);
                    }
                });
    }

    private void take(HttpConnection connection) {
        // These servers speak HTTP/1 only.
        if (ClientConnection.take(connection, limits) instanceof ClientChannel client) {
            client.watch(patience);
        }
    }

    private void refuse(HttpServerRequest request) {
        RequestRefused refused = RequestRefused.of(request);
        LOG.debug("request-refused port={} peer={} reason={}", name, request.remoteAddress(), refused.text());
        ClientConnection.of(request.connection()).refuse(request, refused);
    }
}
