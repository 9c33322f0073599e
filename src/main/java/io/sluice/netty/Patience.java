package io.sluice.netty;

import java.util.concurrent.TimeUnit;

/**
 * How long a connection may keep its server waiting.
 *
 * @param headMillis from the first byte of a request's head to its end
 * @param unusedMillis between two requests, and before the first
 * @param idleMillis without traffic in either direction, whatever goes on
 * @param stallMillis while the client takes nothing of what waits for it, unless it is a hold
 * @param stalled hears of those that are ended for that
 */
public record Patience(long headMillis, long unusedMillis, long idleMillis, long stallMillis, Stalls stalled) {
    /** As most servers and balancers have it. */
    private static final int UNUSED_SECONDS = 75;

    /** @param stall 0 for ever */
    public static Patience ofSeconds(int head, int idle, int stall, Stalls stalled) {
        return new Patience(
                TimeUnit.SECONDS.toMillis(head),
                TimeUnit.SECONDS.toMillis(UNUSED_SECONDS),
                TimeUnit.SECONDS.toMillis(idle),
                stall == 0 ? Long.MAX_VALUE : TimeUnit.SECONDS.toMillis(stall),
                stalled);
    }
}
