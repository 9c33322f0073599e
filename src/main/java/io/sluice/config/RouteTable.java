package io.sluice.config;

import org.jspecify.annotations.Nullable;

/** The routes in force. Immutable: a reload makes a new one. */
public interface RouteTable {
    /**
     * The best route: rules of the exact host if there are any, else those of {@code *}; a given protocol beats none, then the
     * longer path, then a given TLS rule (GRIP, route selection); the order of lines is no matter.
     *
     * @param host without port, any case
     * @param path encoded, without query
     */
    @Nullable
    Route select(String host, String path, boolean tls, Route.Protocol protocol);

    /** The route of that explicit id, if its path prefix matches. */
    @Nullable
    Route byId(String id, String path);

    int size();
}
