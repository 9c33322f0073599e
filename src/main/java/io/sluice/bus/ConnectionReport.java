package io.sluice.bus;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A hold of a client's, and how well its client keeps up.
 *
 * @param clientId of whom it is claimed for; null for nobody
 * @param address of the client, by the rules for X-Forwarded-For
 * @param headers chosen request headers, {@code NAME: VALUE}
 * @param channels by full name, subscribed now; of many the first
 * @param channelCount of all
 * @param behind those of them that are to be read from their logs; of many the first
 * @param behindCount of all
 * @param pendingMessages waiting in its outbox; of those in its socket's buffer only the bytes count
 * @param oldestMillis that the item in the outbox has been waiting that came first
 * @param slowMillis since the socket took all there was; 0 when it does
 * @param stalledMillis since it took anything; 0 when nothing waits
 * @param dropped items lost to it so far
 */
public record ConnectionReport(
        String node,
        String id,
        Kind kind,
        @Nullable String clientId,
        String address,
        String route,
        String uri,
        String userAgent,
        List<String> headers,
        List<String> channels,
        int channelCount,
        List<String> behind,
        int behindCount,
        long pendingMessages,
        long pendingBytes,
        long oldestMillis,
        long slowMillis,
        long stalledMillis,
        long dropped) {
    /** What it is. Travels by number: append new ones at the end. */
    public enum Kind {
        STREAM,
        LONG_POLL,
        WEBSOCKET,
    }
}
