package io.sluice.cli;

import io.sluice.bus.Addresses;
import io.sluice.bus.BusCodecs;
import io.sluice.bus.HomePublisher;
import io.sluice.cluster.ClusterNode;
import io.sluice.config.Routes;
import io.sluice.config.Settings;
import io.sluice.edge.ClientPort;
import io.sluice.edge.EdgeVerticle;
import io.sluice.fanout.Loops;
import io.sluice.ingest.IngestVerticle;
import io.sluice.netty.Sinks;
import io.sluice.netty.StartupSinks;
import io.sluice.observe.ObserveVerticle;
import io.sluice.proxy.GripProxyVerticle;
import io.sluice.proxy.ProxyParts;
import io.sluice.router.ChannelRouterVerticle;
import io.sluice.stats.Stats;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A node: the composition root. Puts the rooms together and starts them from the inside out: first who delivers, then who holds, last
 * who lets traffic in.
 */
public final class Gateway {
    /** For responses under way. Held connections are ended at the start of it. */
    private static final Duration DRAIN = Duration.ofSeconds(10);

    private final ClusterNode node;
    private final Settings settings;
    private final Routes routes;
    private final Stats stats = new Stats();
    private final Loops loops;
    private final ClientPort clientPort;
    private @Nullable IngestVerticle ingest;
    private @Nullable ObserveVerticle observe;
    private volatile @Nullable String notReadyBecause = "the node is starting";

    private Gateway(ClusterNode node, Settings settings, Routes routes) {
        this.node = node;
        this.settings = settings;
        this.routes = routes;
        loops = new Loops(node.eventLoops());
        clientPort = new ClientPort(settings.http());
    }

    /**
     * Starts a node. May block: not for an event loop.
     *
     * @return the node once it accepts traffic on all its ports; failed, with everything closed again, when a port is taken or the cluster
     *     can't be joined
     */
    public static Future<Gateway> start(Settings settings, Routes routes) {
        return ClusterNode.start(settings).compose(node -> start(node, settings, routes));
    }

    /** Starts what serves traffic on a Vert.x that runs. Closes it when that fails. */
    static Future<Gateway> start(ClusterNode node, Settings settings, Routes routes) {
        var gateway = new Gateway(node, settings, routes);
        return gateway.deploy()
                .map(gateway)
                .recover(failure -> node.vertx().close().transform(closed -> Future.failedFuture(failure)));
    }

    private Future<?> deploy() {
        Vertx vertx = node.vertx();
        BusCodecs.register(vertx.eventBus());
        return StartupSinks.choose(vertx)
                .compose(sinks -> deployRouters().compose(done -> deployProxies(sinks)))
                .compose(done -> deployIngest())
                .compose(done -> deployObserve())
                .compose(done -> deployEdges())
                .onSuccess(done -> notReadyBecause = null);
    }

    private Future<?> deployRouters() {
        var router = new AtomicInteger();
        return each(
                Addresses.ROUTERS,
                () -> new ChannelRouterVerticle(
                        router.getAndIncrement(), node.homes(), node.interest(), loops, stats, settings.channels()));
    }

    private Future<?> deployProxies(Sinks sinks) {
        var parts = new ProxyParts(
                settings, routes, stats, loops, sinks, node.homes().self());
        var index = new AtomicInteger();
        return each(loops.size(), () -> new GripProxyVerticle(index.getAndIncrement(), parts));
    }

    private Future<?> deployIngest() {
        var publisher = new HomePublisher(node.vertx(), node.homes());
        ingest = new IngestVerticle(settings, publisher, loops, stats);
        return node.vertx().deployVerticle(ingest);
    }

    private Future<?> deployObserve() {
        observe = new ObserveVerticle(settings, stats, () -> {
            String reason = notReadyBecause;
            return reason == null ? List.of() : List.of(reason);
        });
        return node.vertx().deployVerticle(observe);
    }

    private Future<?> deployEdges() {
        return each(loops.size(), () -> new EdgeVerticle(clientPort, loops, stats));
    }

    private Future<String> each(int instances, Supplier<Deployable> verticles) {
        return node.vertx().deployVerticle(verticles, new DeploymentOptions().setInstances(instances));
    }

    public String name() {
        return node.homes().self();
    }

    /** The client port bound. */
    public int httpPort() {
        Integer port = clientPort.actual().result();
        return port == null ? 0 : port;
    }

    /** The control port bound. */
    public int controlPort() {
        return ingest == null ? 0 : ingest.actualPort();
    }

    /** The ops port bound. */
    public int opsPort() {
        return observe == null ? 0 : observe.actualPort();
    }

    public Stats stats() {
        return stats;
    }

    /** The Vert.x that all of it runs on, for users who publish on its bus. */
    public Vertx vertx() {
        return node.vertx();
    }

    /**
     * Ends the node: no longer ready, no more connections taken, then everything closed and the cluster left in order. Once.
     */
    public Future<?> close() {
        notReadyBecause = "the node is closing";
        Vertx vertx = node.vertx();
        return clientPort.drain(DRAIN).transform(done -> vertx.close());
    }
}
