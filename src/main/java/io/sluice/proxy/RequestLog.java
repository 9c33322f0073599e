package io.sluice.proxy;

import io.sluice.config.Route;
import io.sluice.grip.Instruction;
import io.sluice.origin.OriginException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines that tell of a request's way: when it is finished, accepted as a session, or failed. A route with a log level has its lines from
 * level 2 (info) on, whatever the node's level is, and none below. With the access log on, that has a line when the request is over instead, and only
 * failures are told here.
 */
final class RequestLog {
    private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);
    /** Of routes with a level of their own: the configuration of the log leaves it on. */
    private static final Logger ROUTE_LOG = LoggerFactory.getLogger("io.sluice.route");

    private static final int LEVEL_INFO = 2;

    private RequestLog() {}

    static void finished(ClientExchange exchange, int code, long bytes) {
        if (AccessLog.on()) {
            over(exchange, code, "answered", bytes);
        } else {
            tell(exchange, "request", "code={} bytes={}", code, bytes);
        }
    }

    static void accepted(ClientExchange exchange, Instruction instruction) {
        if (!AccessLog.on()) {
            tell(
                    exchange,
                    "accept",
                    "hold={} channels={}",
                    instruction.hold(),
                    instruction.channels().size());
        }
    }

    static void failed(ClientExchange exchange, OriginException failure) {
        tell(exchange, "error", "kind={} reason={}", failure.kind(), failure.detail());
    }

    /** A stream was ended from this side, as complete. */
    static void ended(ClientExchange exchange) {
        if (AccessLog.on()) {
            over(exchange, exchange.status(), "ended", -1);
        } else {
            tell(exchange, "stream-ended", "seconds={}", lasted(exchange));
        }
    }

    /** The connection was over before its answer, or a stream, was. */
    static void gone(ClientExchange exchange) {
        if (AccessLog.on()) {
            over(exchange, exchange.status(), "gone", -1);
        } else {
            tell(exchange, "client-gone", "seconds={}", lasted(exchange));
        }
    }

    private static void over(ClientExchange exchange, int status, String how, long bytes) {
        AccessLog.request(exchange, exchange.method(), exchange.kind(), status, how, bytes, exchange.startedNanos());
    }

    private static long lasted(ClientExchange exchange) {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - exchange.startedNanos());
    }

    private static void tell(ClientExchange exchange, String event, String more, Object... values) {
        Logger log = of(exchange.route());
        if (log != null && log.isInfoEnabled()) {
            var all = new Object[8 + values.length];
            all[0] = event;
            all[1] = exchange.id();
            all[2] = exchange.method();
            all[3] = exchange.uri();
            all[4] = exchange.target();
            all[5] = exchange.route().id();
            all[6] = exchange.peer();
            all[7] = exchange.retried();
            System.arraycopy(values, 0, all, 8, values.length);
            log.info("{} connection={} method={} uri={} target={} route={} from={} retry={} " + more, all);
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
