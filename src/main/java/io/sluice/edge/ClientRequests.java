package io.sluice.edge;

import io.sluice.netty.ClientChannel;
import io.sluice.netty.ClientConnection;
import io.sluice.netty.RequestRefused;
import io.sluice.stats.Counter;
import io.sluice.stats.Stats;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the edge answers itself; all else goes to the proxy of this event loop. */
final class ClientRequests implements Handler<HttpServerRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(ClientRequests.class);
    private static final String CHECK_HEADER = "Pushpin-Check";
    private static final String CHECK_TEXT = "Sluice, an event-stream gateway that speaks GRIP.\n";

    private final Handler<HttpServerRequest> proxy;
    private final Stats stats;

    ClientRequests(Handler<HttpServerRequest> proxy, Stats stats) {
        this.proxy = proxy;
        this.stats = stats;
    }

    @Override
    public void handle(HttpServerRequest request) {
        stats.count(Counter.REQUESTS);
        ClientConnection client = ClientConnection.of(request.connection());
        client.reading(request);
        if (request.headers().contains(CHECK_HEADER) && !ClientChannel.upgrading(request)) {
            answer(request, 200, CHECK_TEXT);
        } else {
            forward(client, request);
        }
    }

    private void forward(ClientConnection client, HttpServerRequest request) {
        try {
            proxy.handle(request);
        } catch (Throwable e) {
            LOG.error("request-failed method={} uri={}", request.method(), request.uri(), e);
            client.fail(request);
        }
    }

    /** A request whose head broke a rule. */
    void refuse(HttpServerRequest request) {
        stats.count(Counter.REQUESTS_REFUSED);
        RequestRefused refused = RequestRefused.of(request);
        LOG.debug("request-refused peer={} reason={}", request.remoteAddress(), refused.text());
        ClientConnection.of(request.connection()).refuse(request, refused);
    }

    private static void answer(HttpServerRequest request, int status, String text) {
        var unused = request.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain")
                .end(text);
    }
}
