package io.sluice.origin;

import io.sluice.config.Route;
import io.sluice.config.Settings;
import io.sluice.config.Target;
import io.sluice.stats.Stats;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The origin client of one event loop, on Vert.x connections and pools of its own. Made and used on that loop alone, and so
 * are bodies and responses: nothing here changes threads.
 */
public final class VertxOriginClient implements OriginClient {
    private final Vertx vertx;
    private final Settings.Origins limits;
    private final Stats stats;
    private final OutgoingHeaders rewriting;
    private final Pools pools;

    /** On the event loop that will use it. */
    public VertxOriginClient(Vertx vertx, Settings settings, Stats stats) {
        this(vertx, settings, stats, new RouteSigner(settings.grip()), null);
    }

    /** @param trust in place of the system's certificate authorities */
    VertxOriginClient(Vertx vertx, Settings settings, Stats stats, Signer signer, @Nullable TrustOptions trust) {
        this.vertx = vertx;
        this.limits = settings.origin();
        this.stats = stats;
        rewriting = new OutgoingHeaders(settings.grip(), signer);
        pools = new Pools(vertx, new Dialer(vertx, settings, trust), limits);
    }

    @Override
    public Future<OriginResponse> send(OriginRequest request) {
        return send(request, new Cancellation());
    }

    @Override
    public Future<OriginResponse> send(SessionRequest request) {
        return send(request, new Cancellation());
    }

    @Override
    public Future<OriginResponse> send(OriginRequest request, Cancellation cancellation) {
        return exchange(
                rewriting.rewrite(request), request.body(), request.route().targets(), cancellation);
    }

    @Override
    public Future<OriginResponse> send(SessionRequest request, Cancellation cancellation) {
        RequestBody body = new RequestBody.Whole(request.body());
        Route route = request.route();
        if (request.uri().sameOrigin(request.session())
                && request.uri().pathOnly().startsWith(route.pathBegin())) {
            return exchange(rewriting.rewrite(request), body, route.targets(), cancellation);
        }
        return exchange(rewriting.direct(request), body, List.of(named(request)), cancellation);
    }

    /** The host that the URI itself names. */
    private static Target named(SessionRequest request) {
        ClientUri uri = request.uri();
        return new Target(
                false,
                uri.host(),
                uri.port(),
                uri.tls(),
                false,
                false,
                null,
                null,
                null,
                request.untrusted(),
                false,
                false,
                List.of());
    }

    private Future<OriginResponse> exchange(
            Outgoing outgoing, RequestBody body, List<Target> targets, Cancellation cancellation) {
        return new Exchange(vertx, limits, stats, pools, outgoing, body, targets, cancellation).start();
    }

    /** Closes all connections; what is under way fails. */
    public Future<Void> close() {
        return pools.close();
    }
}
