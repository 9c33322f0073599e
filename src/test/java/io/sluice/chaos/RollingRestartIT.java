package io.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.FreePorts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.PoolOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Three nodes as processes, each drained and started anew in turn, with streams on all of them and publishers that never stop: every
 * client has every item that was accepted, once, in the order that all have. By hand with many more: {@code
 * -Dsluice.rolling.streams=6000}.
 */
@Timeout(400)
class RollingRestartIT {
    private static final Logger LOG = LoggerFactory.getLogger(RollingRestartIT.class);

    private static final int STREAMS = Integer.getInteger("sluice.rolling.streams", 300);
    private static final int CHANNELS = Math.max(6, Math.min(40, STREAMS / 50));
    private static final int PUBLISHERS_EACH = 2;
    private static final int ITEMS_PER_SECOND = 60;
    private static final int NODES = 3;
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final HttpClient http = vertx.createHttpClient(
            new HttpClientOptions().setConnectTimeout(5000).setKeepAlive(false),
            new PoolOptions().setHttp1MaxSize(STREAMS + 1000));
    private final String cluster = "rolling-" + UUID.randomUUID();
    private final List<Integer> ports = FreePorts.take(NODES);
    private final List<ForkedNode> started = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final List<ChannelOrder> channels = new ArrayList<>();
    private final List<EventSourceClient> clients = new ArrayList<>();
    private final List<SteadyPublisher> publishers = new ArrayList<>();
    private final StreamTimes times = new StreamTimes();
    private final History history = new History();
    private final ReadyNodes nodes = new ReadyNodes(vertx, http, new Random());
    private HttpServer origin;
    private Path config;

    @BeforeEach
    void start() throws Exception {
        config = NodeFiles.write(directory);
        origin = vertx.createHttpServer()
                .requestHandler(RollingRestartIT::answer)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
        for (int i = 0; i < CHANNELS; i++) {
            channels.add(new ChannelOrder(Workload.LOGGED + "rolling-" + i, faults));
        }
        for (int i = 0; i < STREAMS; i++) {
            clients.add(new EventSourceClient(vertx, http, nodes::any, channels.get(i % CHANNELS), times));
        }
        var publishing = new PublishClient(vertx, http, history, nodes::anyAlive);
        long pause = 1000L * CHANNELS * PUBLISHERS_EACH / ITEMS_PER_SECOND;
        for (int i = 0; i < CHANNELS * PUBLISHERS_EACH; i++) {
            publishers.add(new SteadyPublisher(vertx, publishing, channels.get(i % CHANNELS), "p" + i, pause));
        }
    }

    /** Of a channel and no more: where to go on is what the client says, and the log is what it goes on from. */
    private static void answer(HttpServerRequest request) {
        String has = request.getHeader("Last-Event-ID");
        String channel = request.getParam("c");
        HttpServerResponse response = request.response();
        response.putHeader("Content-Type", "text/event-stream")
                .putHeader("Grip-Hold", "stream")
                .putHeader("Grip-Channel", has == null ? channel : channel + "; prev-id=" + has)
                .end(": open\n\n");
    }

    @AfterEach
    void close() throws Exception {
        onLoop(() -> {
            clients.forEach(EventSourceClient::close);
            return true;
        });
        started.forEach(ForkedNode::close);
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    private ForkedNode fork(int index) throws Exception {
        String join = ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        int holdsPerSecond = Math.max(50, STREAMS / 20);
        ForkedNode node = ForkedNode.start(
                directory,
                List.of(),
                "n" + index,
                "127.0.0.1",
                List.of(
                        "--config",
                        config.toString(),
                        "--route",
                        "* 127.0.0.1:" + origin.actualPort(),
                        "--cluster-name",
                        cluster,
                        "--cluster-port",
                        String.valueOf(ports.get(index)),
                        "--join",
                        join,
                        "--set",
                        "channels.log=" + NodeFiles.LOG,
                        "--set",
                        "drain.wait-seconds=1",
                        "--set",
                        "drain.retry-millis=2000",
                        "--set",
                        "drain.holds-per-second=" + holdsPerSecond));
        started.add(node);
        return node;
    }

    @Test
    void each_of_three_nodes_is_restarted_and_no_stream_lacks_anything() throws Exception {
        var running = new ArrayList<ForkedNode>();
        for (int i = 0; i < NODES; i++) {
            running.add(fork(i));
        }
        for (ForkedNode node : running) {
            inService(node.ready());
        }
        onLoop(() -> {
            nodes.start();
            return true;
        });
        await("nodes ready", () -> nodes.count() == NODES);
        onLoop(() -> {
            for (int i = 0; i < STREAMS; i++) {
                EventSourceClient client = clients.get(i);
                vertx.setTimer(1 + i / 2, turn -> client.connect());
            }
            return true;
        });
        await("streams open", () -> clients.stream().allMatch(EventSourceClient::open));
        onLoop(() -> {
            publishers.forEach(SteadyPublisher::next);
            return true;
        });
        await("items everywhere", () -> clients.stream().allMatch(EventSourceClient::started));

        long begin = System.nanoTime();
        for (int i = 0; i < NODES; i++) {
            long from = System.nanoTime();
            ForkedNode old = running.get(i);
            assertThat(old.drained()).as(old.complaints()).isZero();
            long gone = System.nanoTime();
            onLoop(() -> {
                nodes.unlist(old);
                return true;
            });
            inService(fork(i).ready());
            await("nodes ready", () -> nodes.count() == NODES);
            LOG.info(
                    "rolling-restarted node={} drain={}ms start={}ms {}",
                    old.name(),
                    (gone - from) / 1_000_000,
                    (System.nanoTime() - gone) / 1_000_000,
                    onLoop(times::toString));
        }
        long seconds = (System.nanoTime() - begin) / 1_000_000_000;
        Future<?> published = onLoop(
                () -> Future.all(publishers.stream().map(SteadyPublisher::stop).toList()));
        published.await(60, TimeUnit.SECONDS);
        String missing = "";
        try {
            await("all streams open", () -> clients.stream().allMatch(EventSourceClient::open));
            await("everything delivered", () -> channels.stream().allMatch(ChannelOrder::complete));
        } catch (ConditionTimeoutException late) {
            missing = late.getMessage() + "\n"
                    + onLoop(() -> channels.stream().map(ChannelOrder::missing).collect(Collectors.joining()));
        }
        LOG.info(
                "rolling-done streams={} channels={} items={} tries={} seconds={} {}",
                STREAMS,
                CHANNELS,
                onLoop(() -> channels.stream().mapToInt(ChannelOrder::items).sum()),
                history.events().size(),
                seconds,
                onLoop(times::toString));
        assertThat(onLoop(() -> List.copyOf(faults))).as(this::complaints).isEmpty();
        assertThat(missing).as(this::complaints).isEmpty();
        // A stream that came while its channel's home was leaving, and was confirmed late, is cut so that it comes
        // again: few are.
        int cut = onLoop(
                () -> times.cuts().values().stream().mapToInt(Integer::intValue).sum());
        assertThat(cut).as(this::complaints).isLessThanOrEqualTo(STREAMS / 10);
        assertThat(onLoop(times::reconnects)).as("all had to come again").isGreaterThanOrEqualTo(STREAMS / 2);
    }

    private void inService(ForkedNode node) throws Exception {
        onLoop(() -> {
            nodes.list(node);
            return true;
        });
    }

    private String complaints() {
        return started.stream().map(ForkedNode::complaints).collect(Collectors.joining("\n"));
    }

    private void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .dontCatchUncaughtExceptions()
                .pollInterval(Duration.ofMillis(20))
                .atMost(DEADLINE)
                .until(() -> onLoop(condition));
    }

    private <T> T onLoop(Callable<T> action) throws Exception {
        var result = new CompletableFuture<T>();
        vertx.runOnContext(turn -> {
            try {
                result.complete(action.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(20, TimeUnit.SECONDS);
    }
}
