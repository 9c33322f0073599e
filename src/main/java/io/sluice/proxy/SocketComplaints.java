package io.sluice.proxy;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one WebSocket's origin asks for and does not get: told in the log, but not more often than anybody can read. */
final class SocketComplaints {
    private static final Logger LOG = LoggerFactory.getLogger(SocketSession.class);

    private final SocketClient client;
    private final Quiet refused;
    private final Quiet tooMany;
    private String lastReason = "";
    private String lastChannel = "";

    SocketComplaints(SocketClient client, LongSupplier nowMillis) {
        this.client = client;
        this.refused = new Quiet(nowMillis);
        this.tooMany = new Quiet(nowMillis);
    }

    void controlRefused(String reason) {
        lastReason = reason;
        tellRefused(refused.next());
    }

    void tooManySubscriptions(String channel) {
        lastChannel = channel;
        tellTooMany(tooMany.next());
    }

    /** The connection is over: tells the rest. */
    void close() {
        tellRefused(refused.rest());
        tellTooMany(tooMany.rest());
    }

    private void tellRefused(int count) {
        if (count > 0) {
            LOG.warn(
                    "control-message-refused connection={} route={} uri={} reason={} messages={}",
                    client.id(),
                    client.route().id(),
                    client.uri(),
                    lastReason,
                    count);
        }
    }

    private void tellTooMany(int count) {
        if (count > 0) {
            LOG.warn(
                    "too-many-subscriptions connection={} route={} uri={} ignored={} subscriptions={}",
                    client.id(),
                    client.route().id(),
                    client.uri(),
                    lastChannel,
                    count);
        }
    }
}
