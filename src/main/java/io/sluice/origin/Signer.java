package io.sluice.origin;

import io.sluice.config.Route;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Signs requests to origins. One event loop. */
interface Signer {
    /** Fetches what a signature needs, where that takes a disk; complete at once most of the time. Never fails. */
    default Future<Void> prepare(Route route) {
        return Future.succeededFuture();
    }

    /** The {@code Grip-Sig} for requests of that route; null when it has no key, or none that works. Once prepared. */
    @Nullable
    String signature(Route route);
}
