package io.sluice.proxy;

import io.sluice.config.Route;
import io.sluice.config.Target;
import io.sluice.origin.ClientUri;

/** Whom a session is for: the connection as the log and the origin know it. Event loop of the connection. */
interface SessionClient {
    /** Unique in the cluster; names the connection in logs. */
    String id();

    /** The route that it took; kept although the routes file changes. */
    Route route();

    /** The target that answered last. */
    Target target();

    ClientUri uri();

    String peer();

    /** Whether errors are told to the client, by the route or globally. */
    boolean debug();
}
