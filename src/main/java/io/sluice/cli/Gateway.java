package io.sluice.cli;

import io.sluice.bus.Addresses;
import io.sluice.bus.BusCodecs;
import io.sluice.bus.ConnectionCommands;
import io.sluice.bus.HomePublisher;
import io.sluice.bus.LocalRouters;
import io.sluice.cluster.ClusterNode;
import io.sluice.config.Routes;
import io.sluice.config.Settings;
import io.sluice.edge.ClientPort;
import io.sluice.edge.EdgeVerticle;
import io.sluice.fanout.LoopTakenException;
import io.sluice.fanout.Loops;
import io.sluice.ingest.IngestVerticle;
import io.sluice.netty.Sinks;
import io.sluice.netty.StartupSinks;
import io.sluice.observe.ObserveVerticle;
import io.sluice.proxy.ConnectionClaims;
import io.sluice.proxy.GripProxyVerticle;
import io.sluice.proxy.ProxyParts;
import io.sluice.router.ChannelRouterVerticle;
import io.sluice.stats.Stats;
import io.sluice.trace.NodeTraces;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A node: the composition root. Puts the rooms together and starts them from the inside out: first who delivers, then who holds, last
 * who lets traffic in.
 */
public final class Gateway {
    /** Deployments that may come to a loop that has its verticle already. */
    private static final int TRIES = 1000;

    private final ClusterNode node;
    private final Settings settings;
    private final Routes routes;
    private final Stats stats = new Stats();
    private final LocalRouters localRouters = new LocalRouters();
    private final Loops loops;
    private final ClientPort clientPort;
    private final NodeDrain drain;
    private @Nullable IngestVerticle ingest;
    private @Nullable ObserveVerticle observe;
    /** What is undeployed before the rest, the last first. */
    private final Deque<String> deployments = new ConcurrentLinkedDeque<>();

    private volatile @Nullable String notReadyBecause = "the node is starting";

    private Gateway(ClusterNode node, Settings settings, Routes routes) {
        this.node = node;
        this.settings = settings;
        this.routes = routes;
        loops = new Loops(node.eventLoops(), new NodeTraces(settings.trace().items()));
        clientPort = new ClientPort(settings);
        drain = new NodeDrain(
                node.homes().self(),
                settings.drain(),
                settings.cluster().enabled(),
                node.vertx(),
                stats,
                loops.draining(),
                clientPort,
                new NodeDrain.Ends(this::undeploy, node.safety()::await));
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
        // A promise of no context: after Vert.x has closed, its event loops bring no answers any more.
        var started = Promise.<Gateway>promise();
        gateway.deploy()
                .onSuccess(done -> started.complete(gateway))
                .onFailure(failure -> node.vertx().close().onComplete(closed -> started.fail(failure)));
        return started.future();
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
        Supplier<Deployable> routers = () -> new ChannelRouterVerticle(
                router.getAndIncrement(),
                node.homes(),
                node.interest(),
                node.logs(),
                loops,
                stats,
                settings.channels(),
                localRouters);
        return node.vertx()
                .deployVerticle(routers, new DeploymentOptions().setInstances(Addresses.ROUTERS))
                .onSuccess(deployments::push);
    }

    private Future<?> deployProxies(Sinks sinks) {
        var claims = new ConnectionClaims(node.vertx(), node.claims(), node.homes(), settings.claims(), stats);
        var parts = new ProxyParts(
                settings, routes, stats, loops, sinks, claims, node.homes().self());
        return onEachLoop(0, TRIES, index -> new GripProxyVerticle(index, parts));
    }

    private Future<?> deployIngest() {
        var publisher = new HomePublisher(node.vertx(), node.homes(), localRouters);
        var commands = new ConnectionCommands(node.vertx(), node.homes());
        ingest = new IngestVerticle(settings, publisher, commands, loops, stats);
        return listening(
                "control",
                settings.control().host(),
                settings.control().port(),
                node.vertx().deployVerticle(ingest).onSuccess(deployments::push));
    }

    private Future<?> deployObserve() {
        observe = new ObserveVerticle(settings, stats, this::waitingFor, drain, loops, node.homes());
        return listening(
                "ops",
                settings.ops().host(),
                settings.ops().port(),
                node.vertx().deployVerticle(observe));
    }

    private Future<?> deployEdges() {
        return clientPort
                .prepare(node.vertx())
                .compose(ready -> listening(
                        "http",
                        settings.http().host(),
                        settings.http().port(),
                        onEachLoop(0, TRIES, index -> new EdgeVerticle(clientPort, loops, stats))));
    }

    private List<String> waitingFor() {
        String reason = drain.reason();
        if (reason == null) {
            reason = notReadyBecause;
        }
        if (reason == null && ingest != null) {
            reason = ingest.trouble();
        }
        return reason == null ? List.of() : List.of(reason);
    }

    /** Names the port in what its failure says. */
    private static <T> Future<T> listening(String what, String host, int port, Future<T> deployed) {
        return deployed.recover(failure -> Future.failedFuture(
                new IOException(what + ": " + host + ":" + port + ": " + failure.getMessage(), failure)));
    }

    /**
     * Deploys one verticle on each event loop, from that number on. Vert.x gives each deployment the next loop, but others ask for loops
     * too: a verticle that comes to a loop twice says so, and is deployed again.
     */
    private Future<Void> onEachLoop(int index, int tries, IntFunction<Deployable> verticles) {
        if (index == loops.size()) {
            return Future.succeededFuture();
        }
        return node.vertx()
                .deployVerticle(verticles.apply(index))
                .onSuccess(deployments::push)
                .transform(deployed -> {
                    boolean again = deployed.cause() instanceof LoopTakenException && tries > 0;
                    if (deployed.failed() && !again) {
                        return Future.failedFuture(deployed.cause());
                    }
                    return again ? onEachLoop(index, tries - 1, verticles) : onEachLoop(index + 1, tries, verticles);
                });
    }

    public String name() {
        return node.homes().self();
    }

    /** The client port bound. */
    public int httpPort() {
        Integer port = clientPort.actual().result();
        return port == null ? 0 : port;
    }

    /** The port for TLS bound; 0 without one. */
    public int httpsPort() {
        Future<Integer> tls = clientPort.actualTls();
        Integer port = tls == null ? null : tls.result();
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
     * Ends the node in its time: no longer ready, then no more connections taken and one hold ended after the other, at the pace of the
     * settings; what else is under way gets its time. Then everything is closed from the outside in, so that nobody is told anything who
     * has left, and last the cluster is left. However often it is called, it begins once.
     */
    public Future<?> drain() {
        drain.begin(false);
        return drain.closed();
    }

    /** Ends the node as {@link #drain} does, but does not wait for a balancer and ends all holds at once. Hurries a drain that has begun. */
    public Future<?> close() {
        drain.begin(true);
        return drain.closed();
    }

    /** Completes when the node begins to end, whoever asked for it. */
    public Future<?> ending() {
        return drain.begun();
    }

    /** Health stays to be asked for until the end. */
    private Future<Void> undeploy() {
        String next = deployments.poll();
        return next == null
                ? Future.succeededFuture()
                : node.vertx().undeploy(next).transform(done -> undeploy());
    }
}
