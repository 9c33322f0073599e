package io.sluice.edge;

import io.sluice.config.Settings;
import io.sluice.fanout.EventLoopFanout;
import io.sluice.fanout.Loops;
import io.sluice.fanout.NoConnections;
import io.sluice.netty.RawClient;
import io.sluice.stats.Stats;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Edges on two event loops, with a handler in the proxy's place. */
final class EdgeWorld implements AutoCloseable {
    static final int LOOPS = 2;

    final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));
    final Loops loops = new Loops(LOOPS);
    final Stats stats = new Stats();
    final ClientPort port;
    final int number;
    final int tlsNumber;
    private final String deployment;

    static Settings.Http settings(int maxConnections, int idleTimeoutSeconds) {
        return settings(maxConnections, idleTimeoutSeconds, 30);
    }

    static Settings.Http settings(int maxConnections, int idleTimeoutSeconds, int headTimeoutSeconds) {
        return settings(maxConnections, idleTimeoutSeconds, headTimeoutSeconds, null);
    }

    static Settings.Http settings(
            int maxConnections, int idleTimeoutSeconds, int headTimeoutSeconds, @Nullable Path certificates) {
        return new Settings.Http(
                "127.0.0.1",
                0,
                8_192,
                64,
                maxConnections,
                idleTimeoutSeconds,
                headTimeoutSeconds,
                headTimeoutSeconds,
                65_536,
                certificates,
                0);
    }

    EdgeWorld(Settings.Http settings, Handler<HttpServerRequest> requests) {
        this(
                new ClientPort(
                        settings,
                        Settings.defaults().admission(),
                        Settings.defaults().grip()),
                requests);
    }

    EdgeWorld(ClientPort given, Handler<HttpServerRequest> requests) {
        port = given;
        var indexes = new AtomicInteger();
        await(vertx.deployVerticle(
                () -> new VerticleBase() {
                    @Override
                    public Future<?> start() {
                        int index = indexes.getAndIncrement();
                        loops.register(new Loops.Loop(
                                new EventLoopFanout(index, vertx, context, "n1", loops, stats),
                                requests,
                                new NoConnections()));
                        return Future.succeededFuture();
                    }
                },
                new DeploymentOptions().setInstances(LOOPS)));
        await(port.prepare(vertx));
        deployment = await(vertx.deployVerticle(
                () -> new EdgeVerticle(port, loops, stats), new DeploymentOptions().setInstances(LOOPS)));
        number = await(port.actual());
        Future<Integer> tls = port.actualTls();
        tlsNumber = tls == null ? 0 : await(tls);
    }

    RawClient client() throws IOException {
        return new RawClient(number);
    }

    void drain() {
        await(port.drain(Duration.ofSeconds(5)));
        await(vertx.undeploy(deployment));
    }

    static <T extends @Nullable Object> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
