package io.sluice.origin;

import io.vertx.core.Future;

/** Requests to origins, from one event loop. */
public interface OriginClient {
    /**
     * Sends a client's request to the first target of its route that takes a connection (GRIP, targets). What goes out is the
     * client's request rewritten: hop-by-hop and GRIP headers removed, signed, forwarded-for and so on.
     *
     * @return the response's head, its body paused. Fails with {@link OriginException} alone.
     */
    Future<OriginResponse> send(OriginRequest request);

    /**
     * A request of Sluice's own on behalf of a session: next link, gone link, filter. Handled by the session's route when the URI has the
     * origin and path of one, else sent to the URI's own host (GRIP, next loop).
     */
    Future<OriginResponse> send(SessionRequest request);

    /** As {@link #send(OriginRequest)}, but can be given up before there is an answer. */
    default Future<OriginResponse> send(OriginRequest request, Cancellation cancellation) {
        return send(request);
    }

    /** As {@link #send(SessionRequest)}, but can be given up before there is an answer. */
    default Future<OriginResponse> send(SessionRequest request, Cancellation cancellation) {
        return send(request);
    }
}
