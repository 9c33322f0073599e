package io.sluice.proxy;

import io.sluice.config.Route;
import io.sluice.grip.Instruction;
import io.sluice.origin.OriginException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each request: when it is finished, accepted as a session, or failed. A route's log level counts. */
final class RequestLog {
    private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);
    private static final int LEVEL_INFO = 2;

    private RequestLog() {}

    static void finished(ClientExchange exchange, int code, long bytes) {
        if (on(exchange.route())) {
            LOG.info(
                    "request connection={} method={} uri={} target={} route={} from={} code={} bytes={} retry={}",
                    exchange.id(),
                    exchange.method(),
                    exchange.uri(),
                    exchange.target(),
                    exchange.route().id(),
                    exchange.peer(),
                    code,
                    bytes,
                    exchange.retried());
        }
    }

    static void accepted(ClientExchange exchange, Instruction instruction) {
        if (on(exchange.route())) {
            LOG.info(
                    "accept connection={} method={} uri={} target={} route={} from={} hold={} channels={} retry={}",
                    exchange.id(),
                    exchange.method(),
                    exchange.uri(),
                    exchange.target(),
                    exchange.route().id(),
                    exchange.peer(),
                    instruction.hold(),
                    instruction.channels().size(),
                    exchange.retried());
        }
    }

    static void failed(ClientExchange exchange, OriginException failure) {
        if (on(exchange.route())) {
            LOG.info(
                    "error connection={} method={} uri={} target={} route={} from={} retry={} kind={} reason={}",
                    exchange.id(),
                    exchange.method(),
                    exchange.uri(),
                    exchange.target(),
                    exchange.route().id(),
                    exchange.peer(),
                    exchange.retried(),
                    failure.kind(),
                    failure.detail());
        }
    }

    /** A stream was ended from this side, as complete. */
    static void ended(ClientExchange exchange) {
        over("stream-ended", exchange);
    }

    /** The connection was over before its answer, or a stream, was. */
    static void gone(ClientExchange exchange) {
        over("client-gone", exchange);
    }

    private static void over(String event, ClientExchange exchange) {
        if (on(exchange.route())) {
            LOG.info(
                    "{} connection={} method={} uri={} target={} route={} from={} seconds={} retry={}",
                    event,
                    exchange.id(),
                    exchange.method(),
                    exchange.uri(),
                    exchange.target(),
                    exchange.route().id(),
                    exchange.peer(),
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - exchange.startedNanos()),
                    exchange.retried());
        }
    }

    private static boolean on(Route route) {
        Integer level = route.logLevel();
        return level == null || level >= LEVEL_INFO;
    }
}
