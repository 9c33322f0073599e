package io.sluice.origin;

import io.sluice.config.Route;
import io.sluice.config.Target;
import io.sluice.grip.Headers;
import java.util.List;

/**
 * A client's request, as the client sent it.
 *
 * @param uri where the client asked
 * @param headers all of the client's, untouched
 * @param targets to try, in this order; of the route
 * @param peer address of the client's connection, without port
 * @param trusted bears a valid signature of a GRIP proxy before this one (GRIP, trusted requests)
 * @param lastIds {@code Grip-Last} to send, of a retry; already rendered, see {@code GripLast}
 * @param background whether no client waits for the answer: it gives precedence to those that a client waits for
 */
public record OriginRequest(
        String method,
        ClientUri uri,
        Headers headers,
        RequestBody body,
        Route route,
        List<Target> targets,
        String peer,
        boolean trusted,
        Headers lastIds,
        boolean background) {
    /** One that a client waits for. */
    public OriginRequest(
            String method,
            ClientUri uri,
            Headers headers,
            RequestBody body,
            Route route,
            List<Target> targets,
            String peer,
            boolean trusted,
            Headers lastIds) {
        this(method, uri, headers, body, route, targets, peer, trusted, lastIds, false);
    }
}
