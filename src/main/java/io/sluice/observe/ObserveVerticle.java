package io.sluice.observe;

import io.sluice.channel.ChannelHomes;
import io.sluice.config.Settings;
import io.sluice.fanout.Loops;
import io.sluice.netty.ClientLimits;
import io.sluice.netty.Patience;
import io.sluice.netty.Stalls;
import io.sluice.netty.StrictServer;
import io.sluice.stats.Stats;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The ops port: health for who starts and watches nodes, their drain, who is subscribed to what and where items went in the cluster, metrics in Prometheus'
 * text format, and the page that shows all this.
 *
 * <p>Threads: one instance, one event loop.
 *
 * <p>Not guaranteed: secrecy. Reading needs no authentication: it is for an operator's network only ({@link OpsDoor} keeps other sites' pages out of it). What changes something needs the token.
 */
public final class ObserveVerticle extends VerticleBase {
    private static final int IDLE_SECONDS = 75;
    private static final int MAX_HEAD_BYTES = 16 << 10;
    private static final int MAX_HEADERS = 100;
    private static final int CHUNK_BYTES = 16 << 10;
    private static final int OUTBOX_BYTES = 64 << 10;

    private final Settings settings;
    private final Stats stats;
    private final Supplier<List<String>> waitingFor;
    private final DrainSwitch drain;
    private final Loops loops;
    private final ChannelHomes homes;
    private volatile int actualPort;

    /**
     * @param waitingFor what the node still needs before it takes traffic, in words; empty when it is ready. Asked on the event loop
     *     at each readiness request: it must answer from memory
     */
    public ObserveVerticle(
            Settings settings,
            Stats stats,
            Supplier<List<String>> waitingFor,
            DrainSwitch drain,
            Loops loops,
            ChannelHomes homes) {
        this.settings = settings;
        this.stats = stats;
        this.waitingFor = waitingFor;
        this.drain = drain;
        this.loops = loops;
        this.homes = homes;
    }

    @Override
    public Future<?> start() {
        var metrics = new Metrics(stats, homes, waitingFor);
        var options = new HttpServerOptions()
                .setHost(settings.ops().host())
                .setPort(settings.ops().port())
                .setHttp2ClearTextEnabled(false)
                .setStrictThreadMode(true);
        return OpsPage.load(vertx)
                .compose(page -> StrictServer.on(
                                vertx.createHttpServer(options),
                                "ops",
                                new ClientLimits(MAX_HEAD_BYTES, MAX_HEADERS, CHUNK_BYTES, OUTBOX_BYTES),
                                Patience.ofSeconds(
                                        settings.http().headTimeoutSeconds(),
                                        IDLE_SECONDS,
                                        settings.http().stallTimeoutSeconds(),
                                        new Stalls("ops", stats)),
                                api(metrics, page).router())
                        .listen())
                .onSuccess(listening -> actualPort = listening.actualPort())
                .compose(listening -> new PresenceAnswers(vertx, loops, new NodeState(stats, homes, loops, waitingFor))
                        .register(homes.self()));
    }

    private OpsApi api(Metrics metrics, OpsPage page) {
        var refusals = new OpsRefusals();
        var names = new ArrayList<>(settings.ops().names());
        names.add(settings.ops().host());
        return new OpsApi(
                vertx,
                metrics,
                waitingFor,
                drain,
                new ClusterPresence(vertx, homes),
                new OpsDoor(refusals, names),
                new OpsToken(refusals, settings.ops().token()),
                loops,
                page,
                homes.self(),
                settings.control().maxBodyBytes(),
                stats);
    }

    /** The port listened on; 0 before the deployment has succeeded. Any thread. */
    public int actualPort() {
        return actualPort;
    }
}
