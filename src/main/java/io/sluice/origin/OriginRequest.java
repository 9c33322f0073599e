package io.sluice.origin;

import io.sluice.config.Route;
import io.sluice.grip.Headers;

/**
 * A client's request, as the client sent it.
 *
 * @param uri where the client asked
 * @param headers all of the client's, untouched
 * @param peer address of the client's connection, without port
 * @param trusted bears a valid signature of a GRIP proxy before this one (GRIP, trusted requests)
 * @param lastIds {@code Grip-Last} to send, of a retry; already rendered, see {@code GripLast}
 */
public record OriginRequest(
        String method,
        ClientUri uri,
        Headers headers,
        RequestBody body,
        Route route,
        String peer,
        boolean trusted,
        Headers lastIds) {}
