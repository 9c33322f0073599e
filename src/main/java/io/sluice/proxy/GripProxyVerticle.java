package io.sluice.proxy;

import io.sluice.config.Settings;
import io.sluice.fanout.EventLoopFanout;
import io.sluice.fanout.LoopLag;
import io.sluice.fanout.Loops;
import io.sluice.origin.TrustedRequests;
import io.sluice.origin.VertxOriginClient;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The proxy of one event loop: its requests, its exchanges with origins, its sessions and its subscribers. Registers with
 * {@link Loops} at its start; the edge of the same loop then hands it requests. Deploy one for each event loop, and the edge of that number on
 * the same loop.
 */
public final class GripProxyVerticle extends VerticleBase {
    private static final int GONES_SECONDS = 3;

    private final int index;
    private final ProxyParts parts;
    private @Nullable VertxOriginClient network;
    private @Nullable EventLoopFanout fanout;
    private @Nullable LoopLag lag;
    private @Nullable LoopSessions sessions;
    private @Nullable LoopSockets sockets;

    /** @param index of the event loop, from 0 */
    public GripProxyVerticle(int index, ProxyParts parts) {
        this.index = index;
        this.parts = parts;
    }

    @Override
    public Future<?> start() {
        Settings settings = parts.settings();
        return vertx.executeBlocking(() -> TrustedRequests.load(settings.grip()))
                .compose(trust -> {
                    register(trust);
                    return index == 0
                            ? new AddressedConnections(parts.loops())
                                    .register(vertx, parts.node())
                                    .compose(done -> parts.claims().register())
                            : Future.succeededFuture();
                });
    }

    /** After the last connection has gone: what origins are still being told gets a short time. */
    @Override
    public Future<?> stop() {
        Future<Void> told = sessions == null ? Future.succeededFuture() : sessions.gonesTold();
        if (lag != null) {
            lag.stop();
        }
        return told.timeout(GONES_SECONDS, TimeUnit.SECONDS).transform(over -> {
            if (fanout != null) {
                fanout.close();
            }
            if (sockets != null) {
                sockets.close();
            }
            return network == null ? Future.succeededFuture() : network.close();
        });
    }

    private void register(TrustedRequests trust) {
        parts.loops().requireFree();
        Settings settings = parts.settings();
        VertxOriginClient network = new VertxOriginClient(vertx, settings, parts.stats());
        this.network = network;
        LoopLag lag = new LoopLag(vertx, parts.stats());
        this.lag = lag;
        lag.start();
        var origin = new TestTargetOrigin(network);
        EventLoopFanout fanout = new EventLoopFanout(index, vertx, context, parts.node(), parts.loops(), parts.stats());
        this.fanout = fanout;
        SessionParts sessionParts = SessionParts.of(
                settings, parts.stats(), fanout, origin, parts.loops().size());
        LoopSessions sessions = new LoopSessions(sessionParts);
        this.sessions = sessions;
        var ends = new PacedEnds(parts.loops().draining(), sessionParts.timers(), sessionParts.random());
        LoopSockets sockets = new LoopSockets(sessionParts, network, ends, context, parts.node(), index);
        this.sockets = sockets;
        var loop = new ProxyLoop(
                vertx, settings, parts.stats(), parts.sinks(), origin, sessions, sockets, parts.claims(), ends);
        var requests = new RequestHandler(loop, parts.routes(), trust, parts.node(), index);
        parts.loops().register(new Loops.Loop(fanout, requests, sockets));
    }
}
