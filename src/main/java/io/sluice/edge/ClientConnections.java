package io.sluice.edge;

import io.sluice.fanout.TimerWheel;
import io.sluice.netty.ClientConnection;
import io.sluice.netty.ClientLimits;
import io.sluice.netty.Patience;
import io.sluice.netty.Stalls;
import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;

/** Admits connections to one event loop, counts them, and ends those that keep it waiting. */
final class ClientConnections implements Handler<HttpConnection> {
    /** Refused connections, of this loop, that are given the time to hear it. */
    private static final int MAX_LINGERING = 200;

    private final ClientPort port;
    private final ClientLimits limits;
    private final TimerWheel timers;
    private final Stats stats;
    private final Patience patience;
    /** Else by what requests say of the address. */
    private final boolean byPeer;

    private int lingering;

    ClientConnections(ClientPort port, ClientLimits limits, TimerWheel timers, Stats stats) {
        this.port = port;
        this.limits = limits;
        this.timers = timers;
        this.stats = stats;
        byPeer = port.forwarding().forwardedFor().isBlank();
        patience = Patience.ofSeconds(
                port.settings().headTimeoutSeconds(),
                port.settings().idleTimeoutSeconds(),
                port.settings().stallTimeoutSeconds(),
                new Stalls("client", stats));
    }

    @Override
    public void handle(HttpConnection connection) {
        Admission admission = port.admission();
        String peer = connection.remoteAddress().hostAddress();
        Admission.Bound over = admission.enter(peer, stats);
        if (over != null) {
            refuse(connection, over);
            return;
        }
        boolean counted = byPeer && admission.countsAddresses();
        String group = counted ? AddressGroup.of(peer) : peer;
        if (counted && !admission.enterAddress(group, stats)) {
            admission.leave();
            refuse(connection, Admission.Bound.ADDRESS);
            return;
        }
        ClientConnection client = ClientConnection.take(connection, limits);
        stats.move(Gauge.CONNECTIONS, 1);
        var watch = new Watch(client);
        client.onClosed(() -> {
            admission.leave();
            if (counted) {
                admission.leaveAddress(group);
            }
            stats.move(Gauge.CONNECTIONS, -1);
            watch.timeout.cancel();
        });
    }

    /** A few are told such that it arrives whatever they send; in a flood each gets ready-made bytes, and is closed. */
    private void refuse(HttpConnection connection, Admission.Bound bound) {
        stats.count(Counter.REQUESTS_REFUSED);
        if (lingering >= MAX_LINGERING) {
            bound.answer().dismiss(connection);
            return;
        }
        lingering++;
        ClientConnection client = ClientConnection.take(connection, limits);
        client.onClosed(() -> lingering--);
        bound.answer().refuse(client);
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
