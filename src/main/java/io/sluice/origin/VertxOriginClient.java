package io.sluice.origin;

import io.sluice.config.Route;
import io.sluice.config.Settings;
import io.sluice.config.Target;
import io.sluice.netty.SocketListener;
import io.sluice.netty.SocketTerms;
import io.sluice.stats.Stats;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The origin client of one event loop, on Vert.x connections and pools of its own. Made and used on that loop alone, and so
 * are bodies and responses: nothing here changes threads.
 */
public final class VertxOriginClient implements OriginClient, OriginSockets {
    private final Vertx vertx;
    private final Settings.Origins limits;
    private final Stats stats;
    private final Signer signer;
    private final OutgoingHeaders rewriting;
    private final Settings settings;
    private final Dialer dialer;
    private final Pools pools;

    /** On the event loop that will use it. */
    public VertxOriginClient(Vertx vertx, Settings settings, Stats stats) {
        this(
                vertx,
                settings,
                stats,
                new RouteSigner(vertx, settings.grip(), () -> System.currentTimeMillis() / 1000),
                null);
    }

    /** @param trust in place of the system's certificate authorities */
    VertxOriginClient(Vertx vertx, Settings settings, Stats stats, Signer signer, @Nullable TrustOptions trust) {
        this.vertx = vertx;
        this.settings = settings;
        this.limits = settings.origin();
        this.stats = stats;
        this.signer = signer;
        rewriting = new OutgoingHeaders(settings.grip(), signer);
        dialer = new Dialer(vertx, settings, trust);
        pools = new Pools(vertx, dialer, limits, stats);
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
                request.route(),
                () -> rewriting.rewrite(request),
                request.body(),
                request.targets(),
                cancellation,
                request.background());
    }

    @Override
    public Future<OriginResponse> send(SessionRequest request, Cancellation cancellation) {
        RequestBody body = new RequestBody.Whole(request.body());
        Route route = request.route();
        if (request.uri().sameOrigin(request.session())
                && request.uri().pathOnly().startsWith(route.pathBegin())) {
            return exchange(route, () -> rewriting.rewrite(request), body, route.targets(), cancellation, true);
        }
        return exchange(route, () -> rewriting.direct(request), body, List.of(named(request)), cancellation, true);
    }

    @Override
    public Future<OpenedSocket> open(
            OriginRequest request,
            Target target,
            SocketTerms terms,
            SocketListener listener,
            Cancellation cancellation) {
        return prepared(request.route(), () -> {
            Outgoing outgoing = rewriting.rewrite(request);
            return dialer.dial(Endpoint.of(target), outgoing.certificateHost(target))
                    .compose(connection -> new SocketAttempt(vertx, settings, target, terms, listener)
                            .start(connection, outgoing, cancellation));
        });
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
            Route route,
            Supplier<Outgoing> outgoing,
            RequestBody body,
            List<Target> targets,
            Cancellation cancellation,
            boolean background) {
        return prepared(
                route,
                () -> new Exchange(
                                vertx,
                                limits,
                                stats,
                                pools,
                                outgoing.get(),
                                body,
                                settings.http().stallTimeoutSeconds(),
                                targets,
                                cancellation,
                                background)
                        .start());
    }

    /** At once when what a signature needs is there. */
    private <T> Future<T> prepared(Route route, Supplier<Future<T>> start) {
        Future<Void> ready = route.noGrip() ? Future.succeededFuture() : signer.prepare(route);
        return ready.isComplete() ? start.get() : ready.compose(v -> start.get());
    }

    /** Closes all connections; what is under way fails. */
    public Future<Void> close() {
        return pools.close();
    }
}
