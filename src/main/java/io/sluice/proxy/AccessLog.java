package io.sluice.proxy;

import io.sluice.config.Route;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each request that is over ({@code log.access}): the configuration of the log turns it on, whatever the node's level is. Says
 * nothing that a client may want to keep secret: no query, no header.
 */
final class AccessLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.sluice.access");

    private AccessLog() {}

    /** Whether these lines stand in place of those that tell of a request's way. */
    static boolean on() {
        return LOG.isInfoEnabled();
    }

    /**
     * A request is over.
     *
     * @param kind request, long-poll, stream or websocket
     * @param status 0 when none was sent
     * @param over answered, ended or gone
     * @param bytes of the body; -1 where nobody counts them
     */
    static void request(
            SessionClient client, String method, String kind, int status, String over, long bytes, long startedNanos) {
        tell(
                client.route(),
                client.id(),
                client.clientId(),
                method,
                client.uri().pathOnly(),
                client.peer(),
                kind,
                status,
                over,
                bytes,
                startedNanos);
    }

    /** A request that no route took. */
    static void refused(String connection, String method, String path, String peer, int status) {
        tell(null, connection, null, method, path, peer, "request", status, "refused", -1, System.nanoTime());
    }

    private static void tell(
            @Nullable Route route,
            String connection,
            @Nullable String client,
            String method,
            String path,
            String peer,
            String kind,
            int status,
            String over,
            long bytes,
            long startedNanos) {
        if (route != null && RequestLog.of(route) == null) {
            return;
        }
        LOG.info(
                "access kind={} method={} path={} status={} over={} bytes={} millis={} route={} connection={} client={} from={}",
                kind,
                method,
                path,
                status,
                over,
                bytes,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos),
                route == null ? "-" : route.id(),
                connection,
                client == null ? "-" : client,
                peer);
    }
}
