package io.sluice.origin;

import io.sluice.config.Route;
import io.sluice.grip.Headers;

/**
 * A request on behalf of a session: in the background, behind those that clients wait for.
 *
 * @param uri absolute, with query
 * @param headers only these, and what the route and the proxy add
 * @param session where the session's client asked
 * @param peer not told to the origin; for logs
 * @param untrusted whether the session's target was untrusted
 */
@SuppressWarnings("ArrayRecordComponent")
public record SessionRequest(
        String method,
        ClientUri uri,
        Headers headers,
        byte[] body,
        Route route,
        ClientUri session,
        String peer,
        boolean untrusted) {}
