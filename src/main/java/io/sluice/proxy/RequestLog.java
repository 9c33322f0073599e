package io.sluice.proxy;

import io.sluice.config.Route;
import io.sluice.grip.Instruction;
import io.sluice.origin.OriginException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each request: when it is finished, accepted as a session, or failed. A route with a log level has its lines from
 * level 2 (info) on, whatever the node's level is, and none below.
 */
final class RequestLog {
    private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);
    /** Of routes with a level of their own: the configuration of the log leaves it on. */
    private static final Logger ROUTE_LOG = LoggerFactory.getLogger("io.sluice.route");

    private static final int LEVEL_INFO = 2;

    private RequestLog() {}

    static void finished(ClientExchange exchange, int code, long bytes) {
        tell(exchange, "request", "code=" + code + " bytes=" + bytes);
    }

    static void accepted(ClientExchange exchange, Instruction instruction) {
        tell(
                exchange,
                "accept",
                "hold=" + instruction.hold() + " channels="
                        + instruction.channels().size());
    }

    static void failed(ClientExchange exchange, OriginException failure) {
        tell(exchange, "error", "kind=" + failure.kind() + " reason=" + failure.detail());
    }

    /** A stream was ended from this side, as complete. */
    static void ended(ClientExchange exchange) {
        tell(exchange, "stream-ended", lasted(exchange));
    }

    /** The connection was over before its answer, or a stream, was. */
    static void gone(ClientExchange exchange) {
        tell(exchange, "client-gone", lasted(exchange));
    }

    private static String lasted(ClientExchange exchange) {
        return "seconds=" + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - exchange.startedNanos());
    }

    private static void tell(ClientExchange exchange, String event, String more) {
        Logger log = of(exchange.route());
        if (log != null) {
            log.info(
                    "{} connection={} method={} uri={} target={} route={} from={} retry={} {}",
                    event,
                    exchange.id(),
                    exchange.method(),
                    exchange.uri(),
                    exchange.target(),
                    exchange.route().id(),
                    exchange.peer(),
                    exchange.retried(),
                    more);
        }
    }

    /** Where lines of requests of that route go; null for nowhere. */
    static @Nullable Logger of(Route route) {
        Integer level = route.logLevel();
        if (level == null) {
            return LOG;
        }
        return level >= LEVEL_INFO ? ROUTE_LOG : null;
    }
}
