package io.sluice.netty;

import java.util.concurrent.TimeUnit;

/**
 * How long a connection may keep its server waiting.
 *
 * @param headMillis from the first byte of a request's head to its end
 * @param unusedMillis between two requests, and before the first
 * @param idleMillis without traffic in either direction, whatever goes on
 */
public record Patience(long headMillis, long unusedMillis, long idleMillis) {
    /** As most servers and balancers have it. */
    private static final int UNUSED_SECONDS = 75;

    public static Patience ofSeconds(int head, int idle) {
        return new Patience(
                TimeUnit.SECONDS.toMillis(head),
                TimeUnit.SECONDS.toMillis(UNUSED_SECONDS),
                TimeUnit.SECONDS.toMillis(idle));
    }
}
