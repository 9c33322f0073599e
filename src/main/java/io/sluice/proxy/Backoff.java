package io.sluice.proxy;

import io.sluice.origin.OriginException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** When a request that did not get to its origin is repeated: five times, later each time (GRIP, WebSocket-over-HTTP). One use. */
final class Backoff {
    private static final int RETRIES = 5;
    private static final int FIRST_MILLIS = 1000;

    private final RandomGenerator random;
    private int failures;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** Milliseconds to wait after that failure; -1 when the request is not to be repeated. */
    long nextMillis(@Nullable Throwable failure) {
        if (!unsent(failure) || failures == RETRIES) {
            return -1;
        }
        return ((long) FIRST_MILLIS << failures++) + random.nextInt(FIRST_MILLIS);
    }

    int failures() {
        return failures;
    }

    /** Whether the origin has seen nothing of the request. */
    static boolean unsent(@Nullable Throwable failure) {
        return failure instanceof OriginException known
                && (known.kind() == OriginException.Kind.UNREACHABLE
                        || known.kind() == OriginException.Kind.OVERLOADED);
    }
}
