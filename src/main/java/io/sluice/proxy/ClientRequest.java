package io.sluice.proxy;

import io.sluice.config.Route;
import io.sluice.grip.Headers;
import io.sluice.origin.ClientUri;
import io.sluice.origin.OriginRequest;
import io.sluice.origin.RequestBody;

/**
 * A client's request as it goes to the origin, the first time or again.
 *
 * @param body streamed the first time
 */
record ClientRequest(
        String method, ClientUri uri, Headers headers, RequestBody body, Route route, String peer, boolean trusted) {

    /** @param again whether it is sent again, for a hold: no client waits for that */
    OriginRequest toOrigin(Headers lastIds, boolean again) {
        return new OriginRequest(method, uri, headers, body, route, route.targets(), peer, trusted, lastIds, again);
    }

    ClientRequest withHeaders(Headers others) {
        return new ClientRequest(method, uri, others, body, route, peer, trusted);
    }

    ClientRequest withBody(byte[] whole) {
        return new ClientRequest(method, uri, headers, new RequestBody.Whole(whole), route, peer, trusted);
    }
}
