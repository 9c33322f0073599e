package io.sluice.proxy;

import io.sluice.config.Route;
import io.sluice.grip.GripException;
import io.sluice.grip.Headers;
import io.sluice.origin.ClientUri;
import io.sluice.origin.OriginResponse;
import io.sluice.origin.SessionRequest;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells origins that a client has gone (GRIP, {@code Grip-Link; rel=gone}): one POST, best effort, never repeated. */
final class GoneLinks {
    private static final Logger LOG = LoggerFactory.getLogger(GoneLinks.class);

    private GoneLinks() {}

    /** Notes the link of an instruction, for the end of the request; the first one stays. */
    static void note(RequestMemory memory, Exchange exchange, @Nullable String link) {
        if (link == null) {
            return;
        }
        try {
            memory.gone(LinkUri.resolve(exchange.uri(), link));
        } catch (GripException e) {
            LOG.warn(
                    "gone-link-invalid connection={} route={} uri={} link={} reason={}",
                    exchange.id(),
                    exchange.route().id(),
                    exchange.uri(),
                    link,
                    e.text());
        }
    }

    /** The request is over: tells the origin if it asked to be told. */
    static void post(RequestMemory memory, Exchange exchange, SessionParts parts) {
        ClientUri uri = memory.gone();
        if (uri == null) {
            return;
        }
        Route route = exchange.route();
        var request = new SessionRequest(
                "POST",
                uri,
                Headers.EMPTY,
                new byte[0],
                route,
                exchange.uri(),
                exchange.peer(),
                exchange.target().untrusted());
        String connection = exchange.id();
        Future<OriginResponse> told = parts.origin().send(request);
        parts.gones().add(told);
        told.onSuccess(response -> {
                    response.cancel();
                    if (response.status() / 100 != 2) {
                        LOG.debug(
                                "gone-link-refused connection={} uri={} status={}", connection, uri, response.status());
                    }
                })
                .onFailure(e ->
                        LOG.debug("gone-link-failed connection={} uri={} reason={}", connection, uri, e.getMessage()));
    }
}
