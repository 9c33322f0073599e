package io.sluice.proxy;

import io.sluice.config.Route;
import io.sluice.config.Target;
import io.sluice.origin.ClientUri;
import org.jspecify.annotations.Nullable;

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

    /** What tells an operator whose connection it is. */
    ClientTraits traits();

    /** Id of the client that the connection is claimed for (GRIP, one connection per client); null where there is no claim. */
    @Nullable
    String clientId();

    /** Whether errors are told to the client, by the route or globally. */
    boolean debug();
}
