package io.sluice.edge;

import io.sluice.grip.Header;
import io.sluice.grip.Headers;
import io.sluice.netty.ClientChannel;
import io.sluice.netty.ClientConnection;
import io.sluice.netty.RequestRefused;
import io.sluice.netty.TurnAway;
import io.sluice.origin.ForwardedAddress;
import io.sluice.stats.Counter;
import io.sluice.stats.Stats;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the edge answers itself; all else goes to the proxy of this event loop. */
final class ClientRequests implements Handler<HttpServerRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(ClientRequests.class);
    private static final String FORWARDED_FOR = "X-Forwarded-For";
    private static final String CHECK_HEADER = "Pushpin-Check";
    private static final String CHECK_TEXT = "Sluice, an event-stream gateway that speaks GRIP.\n";

    private final ClientPort port;
    private final Handler<HttpServerRequest> proxy;
    private final Stats stats;
    /** The address that each connection counts for: that of its newest request. Empty where connections are counted by their peer. */
    private final Map<ClientConnection, String> addresses = new HashMap<>();

    private final boolean byRequest;

    ClientRequests(ClientPort port, Handler<HttpServerRequest> proxy, Stats stats) {
        this.port = port;
        this.proxy = proxy;
        this.stats = stats;
        byRequest = port.admission().countsAddresses()
                && !port.forwarding().forwardedFor().isBlank();
    }

    @Override
    public void handle(HttpServerRequest request) {
        stats.count(Counter.REQUESTS);
        ClientConnection client = ClientConnection.find(request.connection());
        if (client == null) {
            return; // It was sent away, and this had come already.
        }
        client.reading(request);
        if (request.headers().contains(CHECK_HEADER) && !ClientChannel.upgrading(request)) {
            answer(request, 200, CHECK_TEXT);
        } else if (byRequest && !admitAddress(client, request)) {
            TurnAway away = Admission.Bound.ADDRESS.answer();
            stats.count(Counter.REQUESTS_REFUSED);
            if (ClientChannel.upgrading(request)) {
                away.refuse(client); // What follows is no HTTP: the connection is over.
                return;
            }
            request.response().putHeader(HttpHeaders.RETRY_AFTER, String.valueOf(away.retryAfterSeconds()));
            answer(request, away.status(), away.text() + "\n");
        } else {
            forward(client, request);
        }
    }

    /** Behind a proxy a connection serves one client after the other. */
    private boolean admitAddress(ClientConnection client, HttpServerRequest request) {
        Admission admission = port.admission();
        var headers = new ArrayList<Header>();
        for (String line : request.headers().getAll(FORWARDED_FOR)) {
            headers.add(new Header(FORWARDED_FOR, line));
        }
        String address = AddressGroup.of(ForwardedAddress.of(
                port.forwarding(),
                Headers.copyOf(headers),
                request.remoteAddress().hostAddress(),
                false));
        String before = addresses.get(client);
        if (address.equals(before)) {
            return true;
        }
        if (!admission.enterAddress(address, stats)) {
            return false;
        }
        addresses.put(client, address);
        if (before != null) {
            admission.leaveAddress(before);
        } else {
            client.onClosed(() -> {
                String last = addresses.remove(client);
                if (last != null) {
                    admission.leaveAddress(last);
                }
            });
        }
        return true;
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
        ClientConnection client = ClientConnection.find(request.connection());
        if (client != null) {
            client.refuse(request, refused);
        }
    }

    private static void answer(HttpServerRequest request, int status, String text) {
        var unused = request.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain")
                .end(text);
    }
}
