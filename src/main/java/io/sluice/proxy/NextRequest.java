package io.sluice.proxy;

import io.sluice.config.Route;
import io.sluice.grip.Headers;
import io.sluice.origin.ClientUri;
import io.sluice.origin.SessionRequest;
import java.util.Objects;

/**
 * A next-link fetch that a session wants. Two are equal, and can share an answer, when the origin can't tell them apart: the
 * whole URI with its query, the positions, and all that decides the way there. (A link without its query names neither user
 * nor page.)
 *
 * @param lastIds {@code Grip-Last} lines
 * @param session where the session's client asked
 */
record NextRequest(ClientUri uri, Headers lastIds, Route route, ClientUri session, String peer, boolean untrusted) {

    SessionRequest get() {
        return new SessionRequest("GET", uri, lastIds, new byte[0], route, session, peer, untrusted);
    }

    /** The session's path and peer do not reach the origin, so they don't count. */
    @Override
    @SuppressWarnings("ReferenceEquality") // a route is its line of one routes file, kept for its sessions
    public boolean equals(Object other) {
        return other instanceof NextRequest that
                && route == that.route
                && untrusted == that.untrusted
                && uri.equals(that.uri)
                && lastIds.equals(that.lastIds)
                && session.scheme().equals(that.session.scheme())
                && session.authority().equals(that.session.authority());
    }

    @Override
    public int hashCode() {
        return Objects.hash(uri, lastIds);
    }
}
