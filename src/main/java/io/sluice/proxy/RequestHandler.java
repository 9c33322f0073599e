package io.sluice.proxy;

import io.sluice.config.Route;
import io.sluice.config.RouteTable;
import io.sluice.config.Routes;
import io.sluice.config.Settings;
import io.sluice.config.Target;
import io.sluice.grip.GripException;
import io.sluice.grip.Header;
import io.sluice.grip.Headers;
import io.sluice.grip.SocketEvents;
import io.sluice.netty.ClientChannel;
import io.sluice.netty.SocketHandshake;
import io.sluice.origin.ClientUri;
import io.sluice.origin.RequestBody;
import io.sluice.origin.TrustedRequests;
import io.sluice.stats.Counter;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the requests of one event loop's clients: finds the route, and starts the exchange with its origin. */
final class RequestHandler implements Handler<HttpServerRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

    private final ProxyLoop loop;
    private final Routes routes;
    private final TrustedRequests trust;
    private final String idPrefix;
    /** Begins at the clock, so that a node that starts again does not use an id twice. */
    private long count = System.currentTimeMillis() << 4;

    RequestHandler(ProxyLoop loop, Routes routes, TrustedRequests trust, String node, int index) {
        this.loop = loop;
        this.routes = routes;
        this.trust = trust;
        this.idPrefix = node + "-" + index + "-";
    }

    @Override
    public void handle(HttpServerRequest request) {
        String id = idPrefix + Long.toString(count++, Character.MAX_RADIX);
        RequestTap tap = hasBody(request) ? tap(request) : null;
        try {
            handle(id, request, tap);
        } catch (GripException e) {
            loop.stats().count(Counter.REQUESTS_REFUSED);
            refuse(id, request, tap, Refusal.badRequest(e.text()));
        }
    }

    private void handle(String id, HttpServerRequest request, @Nullable RequestTap tap) throws GripException {
        if (request.method().name().equals("CONNECT")) {
            refuse(id, request, tap, Refusal.NO_TUNNELS);
            return;
        }
        Headers headers = headers(request);
        ClientUri uri = uri(request, headers);
        if (SocketHandshake.named(request) && !ClientChannel.upgrading(request)) {
            loop.stats().count(Counter.REQUESTS_REFUSED);
            refuse(id, request, tap, Refusal.of(SocketHandshake.Defect.REQUEST));
            return;
        }
        boolean socket = ClientChannel.upgrading(request);
        Route route = route(uri, headers, socket ? Route.Protocol.WS : Route.Protocol.HTTP);
        if (route == null) {
            refuse(id, request, tap, Refusal.ROUTE_NOT_FOUND);
        } else if (socket) {
            open(request, route, uri, headers);
        } else {
            start(id, request, tap, route, uri, headers);
        }
    }

    private void start(
            String id, HttpServerRequest request, @Nullable RequestTap tap, Route route, ClientUri uri, Headers headers)
            throws GripException {
        boolean crossOrigin = route.autoCrossOrigin() || loop.settings().grip().autoCrossOrigin();
        String method = request.method().name();
        String peer = peer(request);
        if (ClaimLoss.stopped(method, headers)) {
            loop.stats().count(Counter.CLAIMS_STOPPED);
            LOG.info("displaced-client-stopped connection={} uri={} from={}", id, uri, peer);
            new ClientWriter(
                            loop.vertx(),
                            loop.sinks(),
                            request,
                            tap,
                            crossOrigin ? CrossOrigin.of(headers) : null,
                            null)
                    .whole(ClaimLoss.NEWER_CONNECTION.answer());
            return;
        }
        boolean trusted = trust.trusts(headers);
        JsonpRequest jsonp =
                crossOrigin && method.equals("GET") ? JsonpRequest.read(route.jsonp(), uri, headers) : null;
        ClientRequest client;
        if (jsonp == null) {
            RequestBody body = tap == null ? RequestBody.EMPTY : new RequestBody.Streamed(tap, length(headers));
            client = new ClientRequest(method, uri, headers, body, route, peer, trusted);
        } else {
            client = new ClientRequest(
                    jsonp.method(),
                    jsonp.uri(),
                    jsonp.headers(),
                    new RequestBody.Whole(jsonp.body()),
                    route,
                    peer,
                    trusted);
        }
        if (sendsEvents(client)) {
            loop.stats().count(Counter.REQUESTS_REFUSED);
            refuse(id, request, tap, Refusal.NO_EVENTS);
            return;
        }
        var writer = new ClientWriter(
                loop.vertx(),
                loop.sinks(),
                request,
                tap,
                crossOrigin ? CrossOrigin.of(headers) : null,
                jsonp == null ? null : jsonp.wrap());
        new ClientExchange(loop, request, id, client, jsonp == null ? tap : null, writer).start();
    }

    private void open(HttpServerRequest request, Route route, ClientUri uri, Headers headers) {
        var client =
                new ClientRequest("GET", uri, headers, RequestBody.EMPTY, route, peer(request), trust.trusts(headers));
        var writer = new ClientWriter(loop.vertx(), loop.sinks(), request, null, null, null);
        new SocketOpening(loop, request, client, writer).start();
    }

    /** Whether an origin would take the request for one of a WebSocket of somebody else's (GRIP, WebSockets). */
    private static boolean sendsEvents(ClientRequest client) {
        return !client.trusted()
                && client.method().equals("POST")
                && client.headers().all("Content-Type").stream().anyMatch(SocketEvents::isMediaType)
                && client.route().targets().stream().anyMatch(Target::overHttp);
    }

    private @Nullable Route route(ClientUri uri, Headers headers, Route.Protocol protocol) {
        RouteTable table = routes.current();
        String path = uri.pathOnly();
        if (loop.settings().grip().acceptPushpinRoute()) {
            String id = headers.first("Pushpin-Route");
            if (id != null) {
                return table.byId(id, path);
            }
        }
        return table.select(uri.host(), path, uri.tls(), protocol);
    }

    private ClientUri uri(HttpServerRequest request, Headers headers) throws GripException {
        if (headers.all("Host").size() > 1) {
            throw new GripException("More than one Host header.");
        }
        String host = headers.first("Host");
        if (host == null && request.version() == HttpVersion.HTTP_2 && request.authority() != null) {
            host = request.authority().toString();
        }
        return RequestTarget.read(request.uri(), host, tls(request, headers));
    }

    private boolean tls(HttpServerRequest request, Headers headers) {
        Settings.Grip grip = loop.settings().grip();
        if (grip.acceptForwardedProto()) {
            String forwarded = headers.first("X-Forwarded-Proto");
            if (forwarded == null) {
                forwarded = headers.first("X-Forwarded-Protocol");
            }
            if (forwarded != null) {
                return forwarded.equalsIgnoreCase("https") || forwarded.equalsIgnoreCase("wss");
            }
        }
        return request.isSSL();
    }

    /** Answers a request that gets no exchange. */
    private void refuse(String id, HttpServerRequest request, @Nullable RequestTap tap, Refusal refusal) {
        if (AccessLog.on()) {
            AccessLog.refused(id, request.method().name(), path(request.uri()), peer(request), refusal.status());
        } else {
            LOG.info(
                    "refused connection={} method={} uri={} from={} code={} reason={}",
                    id,
                    request.method(),
                    request.uri(),
                    peer(request),
                    refusal.status(),
                    refusal.text());
        }
        var writer = new ClientWriter(loop.vertx(), loop.sinks(), request, tap, null, null);
        if (ClientChannel.upgrading(request)) {
            writer.last();
        }
        writer.whole(refusal.response());
    }

    private static String path(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    private RequestTap tap(HttpServerRequest request) {
        boolean continueAwaited = request.version() == HttpVersion.HTTP_1_1
                && "100-continue".equalsIgnoreCase(request.getHeader("Expect"));
        return new RequestTap(request, loop.settings().origin().maxGripBodyBytes(), continueAwaited);
    }

    private static boolean hasBody(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            return !request.isEnded();
        }
        String length = request.getHeader("Content-Length");
        return request.headers().contains("Transfer-Encoding") || (length != null && !length.equals("0"));
    }

    private static long length(Headers headers) throws GripException {
        String length = headers.first("Content-Length");
        if (length == null || headers.contains("Transfer-Encoding")) {
            return -1;
        }
        try {
            return Long.parseLong(length);
        } catch (NumberFormatException e) {
            throw new GripException("Invalid Content-Length header.");
        }
    }

    private static Headers headers(HttpServerRequest request) {
        var lines = new ArrayList<Header>();
        boolean crumbs = request.version() == HttpVersion.HTTP_2
                && request.headers().getAll(HttpHeaders.COOKIE).size() > 1;
        for (Map.Entry<String, String> line : request.headers().entries()) {
            if (!crumbs || !line.getKey().equalsIgnoreCase("Cookie")) {
                lines.add(new Header(line.getKey(), line.getValue()));
            }
        }
        if (crumbs) {
            // HTTP/2 may take the cookies apart; HTTP/1 must have them in one line (RFC 9113, 8.2.3).
            lines.add(new Header("Cookie", String.join("; ", request.headers().getAll(HttpHeaders.COOKIE))));
        }
        return Headers.copyOf(lines);
    }

    private static String peer(HttpServerRequest request) {
        SocketAddress address = request.remoteAddress();
        String host = address == null ? null : address.hostAddress();
        return host == null ? "" : host;
    }
}
