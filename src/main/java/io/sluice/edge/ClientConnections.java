package io.sluice.edge;

import io.sluice.fanout.TimerWheel;
import io.sluice.netty.ClientChannel;
import io.sluice.netty.ClientLimits;
import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Admits connections to one event loop, counts them, and closes those that are idle. */
final class ClientConnections implements Handler<HttpConnection> {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnections.class);
    private static final int RETRY_AFTER_SECONDS = 5;

    private final ClientPort port;
    private final ClientLimits limits;
    private final TimerWheel timers;
    private final Stats stats;
    private final long idleMillis;

    ClientConnections(ClientPort port, ClientLimits limits, TimerWheel timers, Stats stats) {
        this.port = port;
        this.limits = limits;
        this.timers = timers;
        this.stats = stats;
        idleMillis = TimeUnit.SECONDS.toMillis(port.settings().idleTimeoutSeconds());
    }

    @Override
    public void handle(HttpConnection connection) {
        ClientChannel client = ClientChannel.take(connection, limits);
        if (!port.enter()) {
            stats.count(Counter.REQUESTS_REFUSED);
            LOG.debug("connection-refused peer={} reason=max-connections", connection.remoteAddress());
            client.refuse(
                    503,
                    "Service Unavailable",
                    "Too many connections.",
                    "Retry-After: " + RETRY_AFTER_SECONDS + "\r\n");
            return;
        }
        stats.move(Gauge.CONNECTIONS, 1);
        var watch = idleMillis > 0 ? new IdleWatch(client) : null;
        client.onClosed(() -> {
            port.leave();
            stats.move(Gauge.CONNECTIONS, -1);
            if (watch != null) {
                watch.timeout.cancel();
            }
        });
    }

    /** Looks at the connection when its time could be over, and no sooner. */
    private final class IdleWatch implements Runnable {
        private final ClientChannel client;
        private TimerWheel.Timeout timeout;

        IdleWatch(ClientChannel client) {
            this.client = client;
            timeout = timers.schedule(idleMillis, this);
        }

        @Override
        public void run() {
            long left = idleMillis - TimeUnit.NANOSECONDS.toMillis(client.idleNanos());
            if (left <= 0) {
                LOG.debug("connection-idle seconds={}", TimeUnit.MILLISECONDS.toSeconds(idleMillis));
                client.close();
            } else {
                timeout = timers.schedule(left, this);
            }
        }
    }
}
