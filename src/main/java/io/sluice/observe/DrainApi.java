package io.sluice.observe;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /api/drain}: GET tells how far the drain is, POST begins it; with {@code ?now=true} holds end without pacing. Where a token
 * is set, POST needs it. Where none is, POST is for this machine, and not for web pages: whoever looks at a page must not be made to end the node on
 * his machine.
 */
final class DrainApi {
    private static final Logger LOG = LoggerFactory.getLogger(DrainApi.class);
    private static final String PATH = "/api/drain";

    private final DrainSwitch drain;
    private final OpsToken token;

    DrainApi(DrainSwitch drain, OpsToken token) {
        this.drain = drain;
        this.token = token;
    }

    void addTo(Router router) {
        router.route(PATH).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::report);
        router.route(PATH).method(HttpMethod.POST).handler(this::begin);
        router.route(PATH).handler(context -> OpsReplies.notAllowed(context, "GET, HEAD, POST"));
    }

    private void report(RoutingContext context) {
        OpsReplies.json(context, 200, json(drain.report()));
    }

    private void begin(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (token.isSet() && !token.admits(context)) {
            return;
        }
        if (!token.isSet() && !loopback(request.remoteAddress())) {
            LOG.warn("drain-refused peer={} reason=not-this-machine", request.remoteAddress());
            OpsReplies.text(context, 403, "Not from another machine: the setting ops.token is empty.\n");
            return;
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin != null && !token.isSet()) {
            LOG.warn("drain-refused peer={} origin={}", request.remoteAddress(), origin);
            OpsReplies.text(context, 403, "Not for web pages: the request has an Origin.\n");
            return;
        }
        String now = request.getParam("now", "false");
        if (!now.equals("true") && !now.equals("false")) {
            OpsReplies.text(context, 400, "now: must be true or false, not '" + now + "'.\n");
            return;
        }
        LOG.info("drain-asked by=api peer={} now={}", request.remoteAddress(), now);
        drain.begin(now.equals("true"));
        OpsReplies.json(context, 202, json(drain.report()));
    }

    static boolean loopback(@Nullable SocketAddress peer) {
        String address = peer == null ? null : peer.hostAddress();
        try {
            // An address: nothing is looked up.
            return address != null && InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static JsonObject json(DrainReport report) {
        return new JsonObject()
                .put("node", report.node())
                .put("phase", report.phase())
                .put(
                        "left",
                        new JsonObject()
                                .put("streams", report.streams())
                                .put("longPolls", report.longPolls())
                                .put("webSockets", report.webSockets())
                                .put("connections", report.connections()))
                .put("ended", report.ended())
                .put("secondsLeft", report.secondsLeft())
                .put("limitSecondsLeft", report.limitSecondsLeft());
    }
}
