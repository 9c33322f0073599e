package io.sluice.proxy;

import io.sluice.grip.SocketClose;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What WebSockets tell the log. */
final class SocketLog {
    private static final Logger LOG = LoggerFactory.getLogger(SocketSession.class);

    private SocketLog() {}

    /** The client got no WebSocket. */
    static void answered(SocketClient client, String event, int code, long startedNanos) {
        if (AccessLog.on()) {
            AccessLog.request(client, "GET", "websocket", code, "answered", -1, startedNanos);
            return;
        }
        Logger log = RequestLog.of(client.route());
        if (log != null) {
            log.info(
                    "socket-{} connection={} uri={} target={} route={} from={} code={}",
                    event,
                    client.id(),
                    client.uri(),
                    client.target(),
                    client.route().id(),
                    client.peer(),
                    code);
        }
    }

    static void opened(SocketClient client) {
        Logger log = RequestLog.of(client.route());
        if (log != null && !AccessLog.on()) {
            log.info(
                    "socket-opened connection={} uri={} target={} route={} from={} over-http={}",
                    client.id(),
                    client.uri(),
                    client.target(),
                    client.route().id(),
                    client.peer(),
                    client.target().overHttp());
        }
    }

    /** @param by who or what ends it */
    static void closing(SocketClient client, String by, SocketClose close) {
        LOG.debug(
                "socket-closing connection={} by={} code={} reason={}", client.id(), by, close.code(), close.reason());
    }

    static void ended(SocketClient client, long startedNanos, boolean cut) {
        if (AccessLog.on()) {
            AccessLog.request(client, "GET", "websocket", 101, cut ? "gone" : "ended", -1, startedNanos);
            return;
        }
        Logger log = RequestLog.of(client.route());
        if (log != null) {
            log.info(
                    "socket-ended connection={} uri={} route={} from={} seconds={} cut={}",
                    client.id(),
                    client.uri(),
                    client.route().id(),
                    client.peer(),
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedNanos),
                    cut);
        }
    }

    static void failed(SocketClient client, String reason) {
        LOG.warn(
                "socket-origin-failed connection={} route={} uri={} target={} reason={}",
                client.id(),
                client.route().id(),
                client.uri(),
                client.target(),
                reason);
    }

    static void notPrefixed(SocketClient client) {
        LOG.debug("message-not-prefixed connection={} uri={}", client.id(), client.uri());
    }

    static void subscribed(SocketClient client, String channel) {
        LOG.debug("subscribe connection={} uri={} channel={}", client.id(), client.uri(), channel);
    }
}
