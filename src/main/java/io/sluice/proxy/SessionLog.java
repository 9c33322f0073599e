package io.sluice.proxy;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What streams tell the log. */
final class SessionLog {
    private static final Logger LOG = LoggerFactory.getLogger(StreamSession.class);

    private SessionLog() {}

    /** The client takes nothing, so its stream goes on with what the origin has, once it does. */
    static void stalled(Exchange exchange) {
        LOG.info(
                "stream-stalled connection={} route={} uri={}",
                exchange.id(),
                exchange.route().id(),
                exchange.uri());
    }

    /** The stream misses something, and has no next link: its client is to come again. */
    static void behind(Exchange exchange, boolean lost) {
        LOG.warn(
                "stream-behind connection={} route={} uri={} reason=\"{}\"",
                exchange.id(),
                exchange.route().id(),
                exchange.uri(),
                lost ? "the log does not go back to the client's position" : "its position is not known here");
    }

    /** The stream can't go on. */
    static void failed(Exchange exchange, String reason) {
        LOG.warn(
                "stream-failed connection={} route={} uri={} reason={}",
                exchange.id(),
                exchange.route().id(),
                exchange.uri(),
                reason);
    }
}
