package io.sluice.edge;

import io.sluice.fanout.TimerWheel;
import io.sluice.netty.ClientConnection;
import io.sluice.netty.ClientLimits;
import io.sluice.netty.Patience;
import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Admits connections to one event loop, counts them, and ends those that keep it waiting. */
final class ClientConnections implements Handler<HttpConnection> {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnections.class);
    private static final int RETRY_AFTER_SECONDS = 5;

    private final ClientPort port;
    private final ClientLimits limits;
    private final TimerWheel timers;
    private final Stats stats;
    private final Patience patience;

    ClientConnections(ClientPort port, ClientLimits limits, TimerWheel timers, Stats stats) {
        this.port = port;
        this.limits = limits;
        this.timers = timers;
        this.stats = stats;
        patience = Patience.ofSeconds(
                port.settings().headTimeoutSeconds(), port.settings().idleTimeoutSeconds());
    }

    @Override
    public void handle(HttpConnection connection) {
        ClientConnection client = ClientConnection.take(connection, limits);
        if (!port.enter()) {
            stats.count(Counter.REQUESTS_REFUSED);
            LOG.debug("connection-refused peer={} reason=max-connections", connection.remoteAddress());
            client.refuseForNow(503, "Service Unavailable", "Too many connections.", RETRY_AFTER_SECONDS);
            return;
        }
        stats.move(Gauge.CONNECTIONS, 1);
        var watch = new Watch(client);
        client.onClosed(() -> {
            port.leave();
            stats.move(Gauge.CONNECTIONS, -1);
            watch.timeout.cancel();
        });
    }

    /** Looks at the connection when its time could be over, and seldom sooner. */
    private final class Watch implements Runnable {
        private final ClientConnection client;
        private TimerWheel.Timeout timeout;

        Watch(ClientConnection client) {
            this.client = client;
            timeout = timers.schedule(Math.min(patience.headMillis(), patience.idleMillis()), this);
        }

        @Override
        public void run() {
            long next = client.endWhenOverdue(patience);
            if (next > 0) {
                timeout = timers.schedule(next, this);
            }
        }
    }
}
