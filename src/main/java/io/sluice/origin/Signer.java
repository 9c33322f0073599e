package io.sluice.origin;

import io.sluice.config.Route;
import org.jspecify.annotations.Nullable;

/** Signs requests to origins. One event loop. */
interface Signer {
    /** The {@code Grip-Sig} for requests of that route; null when it has no key, or none that works. */
    @Nullable
    String signature(Route route);
}
