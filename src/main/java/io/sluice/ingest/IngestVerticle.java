package io.sluice.ingest;

import io.sluice.bus.ConnectionCommands;
import io.sluice.bus.Publisher;
import io.sluice.config.Settings;
import io.sluice.fanout.Loops;
import io.sluice.netty.ClientLimits;
import io.sluice.netty.Patience;
import io.sluice.netty.ServerCertificates;
import io.sluice.netty.Stalls;
import io.sluice.netty.StrictServer;
import io.sluice.stats.Stats;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes what is to be published: over the control HTTP API, over ZeroMQ where that is configured, and on the bus address {@code sluice.publish}.
 *
 * <p>Threads: one event loop per instance; instances share the port, unless it is 0: then each takes one of its own.
 *
 * <p>Not guaranteed: authentication of who publishes over the bus or ZeroMQ; whoever reaches them can.
 */
public final class IngestVerticle extends VerticleBase {
    private static final int IDLE_SECONDS = 75;
    private static final int DRAIN_SECONDS = 5;
    private static final int MAX_HEADERS = 100;
    private static final int CHUNK_BYTES = 16 << 10;
    private static final int OUTBOX_BYTES = 64 << 10;

    private final Settings settings;
    private final Publisher publisher;
    private final ConnectionCommands commands;
    private final Loops loops;
    private final Stats stats;
    private volatile @Nullable HttpServer server;
    private volatile @Nullable ZmqIntake zmq;
    private volatile int actualPort;

    public IngestVerticle(
            Settings settings, Publisher publisher, ConnectionCommands commands, Loops loops, Stats stats) {
        this.settings = settings;
        this.publisher = publisher;
        this.commands = commands;
        this.loops = loops;
        this.stats = stats;
    }

    @Override
    public Future<?> start() {
        Settings.Access access = settings.control().access();
        return vertx.executeBlocking(
                        () -> ControlAuth.of(access, () -> System.currentTimeMillis() / 1000, System::nanoTime))
                .recover(e -> Future.failedFuture("control.auth-key: " + e.getMessage()))
                .compose(auth -> options(access).compose(options -> listen(auth, options)));
    }

    private Future<?> listen(ControlAuth auth, HttpServerOptions options) {
        var intake = new PublishIntake(context, publisher, loops.counts(), stats);
        var connections = new ConnectionApi(context, commands);
        var gate = new ControlGate(auth, settings.control().access().publishesPerSecond(), stats);
        var api = new ControlApi(
                vertx, intake, connections, gate, settings.control().maxBodyBytes());
        HttpServer server = StrictServer.on(
                vertx.createHttpServer(options),
                "control",
                new ClientLimits(settings.control().maxHeadBytes(), MAX_HEADERS, CHUNK_BYTES, OUTBOX_BYTES),
                Patience.ofSeconds(
                        settings.http().headTimeoutSeconds(),
                        IDLE_SECONDS,
                        settings.http().stallTimeoutSeconds(),
                        new Stalls("control", stats)),
                api.requests());
        return server.listen()
                .compose(listening -> {
                    this.server = listening;
                    actualPort = listening.actualPort();
                    return new BusPublish(intake).register(vertx);
                })
                .compose(registered -> startZmq(intake));
    }

    private Future<Void> startZmq(PublishIntake intake) {
        if (!settings.zmq().enabled()) {
            return Future.succeededFuture();
        }
        try {
            var zmq = new ZmqIntake(settings, context, intake, commands, loops.counts(), stats);
            return zmq.start().onSuccess(started -> this.zmq = zmq);
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
    }

    /** Publishers whose request is under way get their answer. */
    @Override
    public Future<?> stop() {
        Future<?> control =
                server == null ? Future.succeededFuture() : server.shutdown(DRAIN_SECONDS, TimeUnit.SECONDS);
        ZmqIntake sockets = zmq;
        return sockets == null ? control : Future.join(control, sockets.stop());
    }

    /** What can't be published by any more, since something has failed that should not; null as long as all is well. Any thread. */
    public @Nullable String trouble() {
        ZmqIntake sockets = zmq;
        return sockets != null && sockets.ended() ? "the ZeroMQ sockets have failed" : null;
    }

    /** The port listened on; 0 before the deployment has succeeded. Any thread. */
    public int actualPort() {
        return actualPort;
    }

    /** With TLS where there are certificates. */
    private Future<HttpServerOptions> options(Settings.Access access) {
        Settings.ControlApi control = settings.control();
        var options = new HttpServerOptions()
                .setHost(control.host())
                .setPort(control.port())
                .setHttp2ClearTextEnabled(false)
                .setStrictThreadMode(true);
        if (access.tlsCertificates() == null) {
            return Future.succeededFuture(options);
        }
        var certificates = new ServerCertificates(
                "control.tls-certificates",
                access.tlsCertificates(),
                List.of(HttpVersion.HTTP_1_1),
                () -> server == null ? List.of() : List.of(server));
        return certificates.load(vertx).map(loaded -> certificates.secure(options));
    }
}
