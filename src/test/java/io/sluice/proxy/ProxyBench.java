package io.sluice.proxy;

import io.sluice.config.RouteTable;
import io.sluice.config.RoutesFile;
import io.sluice.config.Settings;
import io.sluice.fanout.Draining;
import io.sluice.netty.Sinks;
import io.sluice.netty.StartupSinks;
import io.sluice.origin.TrustedRequests;
import io.sluice.origin.VertxOriginClient;
import io.sluice.stats.Stats;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/** One event loop with a request handler behind a real server, as the edge has it. */
final class ProxyBench implements AutoCloseable {
    static final int MAX_GRIP_BODY = 1000;

    final Vertx vertx = Vertx.vertx();
    final Stats stats = new Stats();
    final RecordedSessions sessions = new RecordedSessions();
    private volatile int port;

    static ProxyBench start(String... routes) {
        return start(UnaryOperator.identity(), routes);
    }

    static ProxyBench start(UnaryOperator<Settings.Grip> grip, String... routes) {
        return start(settings(grip, 60), routes);
    }

    /** @param stallSeconds that clients may keep their backends waiting */
    static ProxyBench impatient(int stallSeconds, String... routes) {
        return start(settings(UnaryOperator.identity(), stallSeconds), routes);
    }

    private static ProxyBench start(Settings settings, String... routes) {
        RoutesFile.Parsed parsed = RoutesFile.parseLines("test", List.of(routes));
        if (!parsed.problems().isEmpty()) {
            throw new IllegalArgumentException(parsed.problems().toString());
        }
        var bench = new ProxyBench();
        try {
            bench.vertx
                    .deployVerticle(bench.verticle(
                            settings,
                            parsed.table(),
                            StartupSinks.choose(bench.vertx).await(10, TimeUnit.SECONDS)))
                    .await(10, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
        return bench;
    }

    int port() {
        return port;
    }

    RawClient connect() {
        return RawClient.connect(port);
    }

    @Override
    public void close() {
        try {
            vertx.close().await(10, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private AbstractVerticle verticle(Settings settings, RouteTable routes, Sinks sinks) {
        TrustedRequests trust = TrustedRequests.load(settings.grip());
        return new AbstractVerticle() {
            @Override
            public void start(Promise<Void> started) {
                var origin = new VertxOriginClient(vertx, settings, stats);
                var test = new TestTargetOrigin(origin);
                var parts = SessionParts.of(settings, stats, new FakeFanout(new FakeTimers()), test, 1);
                var ends = new PacedEnds(new Draining(), parts.timers(), parts.random());
                var sockets = new LoopSockets(parts, origin, ends, context, "node", 0);
                var loop = new ProxyLoop(
                        vertx, settings, stats, sinks, test, sessions, sockets, AloneClaims.of(vertx, stats), ends);
                HttpServer server = vertx.createHttpServer(new HttpServerOptions().setStrictThreadMode(true));
                server.requestHandler(new RequestHandler(loop, () -> routes, trust, "node", 0))
                        .listen(0, "127.0.0.1")
                        .onSuccess(listening -> port = listening.actualPort())
                        .<Void>mapEmpty()
                        .onComplete(started);
            }
        };
    }

    static Settings settings(UnaryOperator<Settings.Grip> grip) {
        return settings(grip, 60);
    }

    private static Settings settings(UnaryOperator<Settings.Grip> grip, int stallSeconds) {
        return new Settings(
                new Settings.Node("node"),
                new Settings.Http("127.0.0.1", 0, 8192, 64, 1000, 60, 30, stallSeconds, 65536, null, 0),
                Settings.defaults().admission(),
                new Settings.ControlApi(
                        "127.0.0.1",
                        0,
                        8192,
                        65536,
                        Settings.defaults().control().access()),
                Settings.defaults().zmq(),
                new Settings.Ops("127.0.0.1", 0, "", List.of()),
                grip.apply(new Settings.Grip(
                        "pushpin",
                        "",
                        "",
                        false,
                        false,
                        false,
                        Settings.ForwardedProto.PROTO_ONLY,
                        "",
                        "",
                        List.of(),
                        false,
                        "",
                        Path.of("."))),
                new Settings.Channels(5000, 60, 1000, 100, true, 20, 60, 100, List.of()),
                Settings.defaults().websocket(),
                Settings.defaults().outbox(),
                new Settings.Origins(2000, 2, 60, 55, 256, 1000, MAX_GRIP_BODY, 10),
                new Settings.Cluster("test", "127.0.0.1", 0, List.of(), 0),
                Settings.defaults().drain(),
                Settings.defaults().claims(),
                Settings.defaults().log(),
                Settings.defaults().trace(),
                new Settings.RoutesSource(null, List.of()));
    }

    static Settings.Grip with(Settings.Grip grip, String upstreamKey, boolean acceptRoute, boolean acceptProto) {
        return new Settings.Grip(
                grip.sigIss(),
                grip.sigKey(),
                upstreamKey,
                grip.debug(),
                grip.autoCrossOrigin(),
                acceptProto,
                grip.setForwardedProto(),
                grip.forwardedFor(),
                grip.forwardedForTrusted(),
                grip.origHeadersNeedMark(),
                acceptRoute,
                grip.cdnLoop(),
                grip.keyBase());
    }
}
