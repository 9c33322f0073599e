package io.sluice.observe;

import static io.sluice.protocol.HttpWire.exchange;
import static io.sluice.protocol.HttpWire.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bus.BusCodecs;
import io.sluice.channel.AloneHomes;
import io.sluice.fanout.Loops;
import io.sluice.protocol.HttpWire;
import io.sluice.protocol.Reply;
import io.sluice.protocol.TestSettings;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import io.sluice.stats.TargetLoads;
import io.sluice.stats.Timing;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObserveVerticleTest {
    private final Vertx vertx = Vertx.vertx();
    private final Stats stats = new Stats();
    private final List<String> missing = new CopyOnWriteArrayList<>();
    private final FakeDrain drain = new FakeDrain();
    private int port;

    private static final class FakeDrain implements DrainSwitch {
        final List<Boolean> begun = new CopyOnWriteArrayList<>();

        @Override
        public DrainReport report() {
            return new DrainReport("test", begun.isEmpty() ? "serving" : "waiting", 3, 2, 1, 7, 4, 5, 90);
        }

        @Override
        public void begin(boolean now) {
            begun.add(now);
        }
    }

    @BeforeEach
    void start() {
        var verticle = new ObserveVerticle(
                TestSettings.loopback(), stats, () -> missing, drain, new Loops(1), new AloneHomes("test"));
        BusCodecs.register(vertx.eventBus());
        vertx.deployVerticle(verticle).await();
        port = verticle.actualPort();
    }

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    @Test
    void isLiveEvenWhenNotReady() throws IOException {
        missing.add("cluster");
        Reply reply = exchange(port, request("GET", "/health/live", null));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void isReadyOnceNothingIsMissing() throws IOException {
        missing.add("cluster");
        Reply waiting = exchange(port, request("GET", "/health/ready", null));
        assertThat(waiting.status()).isEqualTo(503);
        assertThat(new JsonObject(waiting.text()).getJsonArray("for")).containsExactly("cluster");
        missing.clear();
        Reply ready = exchange(port, request("GET", "/health/ready", null));
        assertThat(ready.status()).isEqualTo(200);
        assertThat(new JsonObject(ready.text()).getString("status")).isEqualTo("ready");
    }

    @Test
    void metricsShowEveryNumber() throws IOException {
        stats.add(Counter.REQUESTS, 3);
        stats.drop(DropReason.OUTBOX_FULL, 2);
        stats.move(Gauge.CONNECTIONS, 5);
        Reply reply = exchange(port, request("GET", "/metrics", null));
        assertThat(reply.header("Content-Type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(reply.text())
                .contains("# TYPE sluice_requests_total counter\nsluice_requests_total 3\n")
                .contains("sluice_drops_total{reason=\"outbox_full\"} 2\n")
                .contains("sluice_drops_total{reason=\"node_unreachable\"} 0\n")
                .contains("# TYPE sluice_connections gauge\nsluice_connections 5\n")
                .contains("sluice_info{node=\"test\"} 1\n")
                .containsPattern("jvm_memory_used_bytes\\{area=\"heap\"} [1-9][0-9]*\n")
                .contains("\nsluice_ready 1\n", "\nsluice_cluster_members 1\n", "\nsluice_cluster_isolated 0\n")
                .containsPattern("process_uptime_seconds [0-9.]+\n");
    }

    @Test
    void aHistogramCountsWhatIsNoLongerThanEachBound() throws IOException {
        stats.time(Timing.PUBLISH, 700_000);
        stats.time(Timing.PUBLISH, 2_000_000_000L);
        stats.time(Timing.PUBLISH, 90_000_000_000L);
        assertThat(exchange(port, request("GET", "/metrics", null)).text())
                .contains("# TYPE sluice_publish_seconds histogram\n")
                .contains("sluice_publish_seconds_bucket{le=\"5.0E-4\"} 0\n")
                .contains("sluice_publish_seconds_bucket{le=\"0.001\"} 1\n")
                .contains("sluice_publish_seconds_bucket{le=\"1.0\"} 1\n")
                .contains("sluice_publish_seconds_bucket{le=\"2.5\"} 2\n")
                .contains("sluice_publish_seconds_bucket{le=\"60.0\"} 2\n")
                .contains("sluice_publish_seconds_bucket{le=\"+Inf\"} 3\n")
                .contains("sluice_publish_seconds_sum 92.0007\n")
                .contains("sluice_publish_seconds_count 3\n");
    }

    @Test
    void metricsKeepTheFormat() throws IOException {
        Pattern sample = Pattern.compile("[a-z_]+(\\{[a-z]+=\"[^\"]+\"})? -?[0-9.E]+");
        Pattern head = Pattern.compile("# (HELP [a-z_]+ .+|TYPE [a-z_]+ (counter|gauge|histogram))");
        String text = exchange(port, request("GET", "/metrics", null)).text();
        assertThat(text).endsWith("\n");
        assertThat(text.lines())
                .allSatisfy(line -> assertThat(line)
                        .matches(l ->
                                sample.matcher(l).matches() || head.matcher(l).matches()));
        assertThat(text.lines().filter(line -> line.startsWith("# TYPE"))).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/health/live",
                "/health/ready",
                "/metrics",
                "/api/drain",
                "/api/channels",
                "/api/channels/a"
            })
    void headHasTheHeadOnly(String path) throws IOException {
        try (var wire = HttpWire.open(port)) {
            wire.send(request("HEAD", path, null) + request("GET", path, null));
            Reply head = wire.reply(true);
            Reply whole = wire.reply();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("Content-Type")).isEqualTo(whole.header("Content-Type"));
            assertThat(whole.body()).isNotEmpty();
        }
    }

    @Test
    void otherMethodsAndPathsAreRefused() throws IOException {
        Reply method = exchange(port, request("POST", "/metrics", ""));
        assertThat(method.status()).isEqualTo(405);
        assertThat(method.header("Allow")).isEqualTo("GET, HEAD");
        assertThat(exchange(port, request("GET", "/metric", null)).status()).isEqualTo(404);
        assertThat(exchange(port, request("GET", "/", null)).text()).contains("/health/ready");
    }

    @Test
    void aDrainIsAskedForAndLookedAt() throws IOException {
        assertThat(new JsonObject(exchange(port, request("GET", "/api/drain", null))
                                .text())
                        .getString("phase"))
                .isEqualTo("serving");
        Reply asked = exchange(port, request("POST", "/api/drain", ""));
        assertThat(asked.status()).isEqualTo(202);
        assertThat(new JsonObject(asked.text())).isEqualTo(new JsonObject("""
                        {"node":"test","phase":"waiting","left":{"streams":3,"longPolls":2,"webSockets":1,"connections":7},\
                        "ended":4,"secondsLeft":5,"limitSecondsLeft":90}"""));
        assertThat(exchange(port, request("POST", "/api/drain?now=true", "")).status())
                .isEqualTo(202);
        assertThat(drain.begun).containsExactly(false, true);
    }

    @Test
    void aDrainIsNotForWebPages() throws IOException {
        Reply page = exchange(port, request("POST", "/api/drain", "", "Origin: http://127.0.0.1:" + port));
        assertThat(page.status()).isEqualTo(403);
        Reply unclear = exchange(port, request("POST", "/api/drain?now=1", ""));
        assertThat(unclear.status()).isEqualTo(400);
        assertThat(unclear.text()).isEqualTo("now: must be true or false, not '1'.\n");
        assertThat(exchange(port, request("PUT", "/api/drain", "")).header("Allow"))
                .isEqualTo("GET, HEAD, POST");
        assertThat(drain.begun).isEmpty();
    }

    @Test
    void aDrainNeedsTheTokenWhereThereIsOne() throws IOException {
        Router router = Router.router(vertx);
        new DrainApi(drain, new OpsToken(new OpsRefusals(), "0123456789abcdef")).addTo(router);
        int guarded = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
        assertThat(exchange(guarded, request("POST", "/api/drain", "")).status())
                .isEqualTo(401);
        assertThat(drain.begun).isEmpty();
        String token = "Authorization: Bearer 0123456789abcdef";
        assertThat(exchange(guarded, request("POST", "/api/drain", "", token, "Origin: http://127.0.0.1"))
                        .status())
                .isEqualTo(202);
        assertThat(exchange(guarded, request("GET", "/api/drain", null)).status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "evil.example, 421",
        "localhost.evil.example, 421",
        "127.0.0.1.evil.example, 421",
        "127.evil.example:80, 421",
        "Localhost:1, 200",
        "localhost., 200",
        "127.0.0.1, 200",
        "10.0.0.7:5580, 200",
        "[::1], 200",
        "[fe80::1]:5580, 200",
        "sluice.internal, 200",
        "Sluice.Internal:5580, 200",
    })
    void onlyItsOwnNamesReachIt(String host, int status) throws IOException {
        for (String path : List.of("/", "/metrics", "/api/drain", "/api/channels")) {
            Reply reply = exchange(port, "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            assertThat(reply.status()).as(path).isEqualTo(status);
            assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
            if (status == 421) {
                assertThat(reply.text()).contains("ops.names").contains(host.replaceAll(":.*", ""));
            }
        }
        assertThat(exchange(port, "GET /health/live HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void pagesOfOtherSitesAskTheApiNothing() throws IOException {
        assertThat(exchange(port, request("GET", "/api/channels", null, "Sec-Fetch-Site: cross-site"))
                        .status())
                .isEqualTo(403);
        assertThat(exchange(port, request("GET", "/api/channels", null, "Sec-Fetch-Site: same-origin"))
                        .status())
                .isEqualTo(200);
        // A link to the page is no harm.
        assertThat(exchange(port, request("GET", "/", null, "Sec-Fetch-Site: cross-site"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void metricsAreReadByAWorkerAndOnceForAllWhoAskMeanwhile() throws Exception {
        var readings = new AtomicInteger();
        var onLoop = new AtomicBoolean();
        var go = new CountDownLatch(1);
        Router router = Router.router(vertx);
        var asked = new CountDownLatch(2);
        router.route().handler(context -> {
            asked.countDown();
            context.next();
        });
        new MetricsApi(vertx, () -> {
                    readings.incrementAndGet();
                    onLoop.set(Context.isOnEventLoopThread());
                    try {
                        go.await(20, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return "text";
                })
                .addTo(router);
        int slow = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
        try (var one = HttpWire.open(slow);
                var two = HttpWire.open(slow)) {
            one.send(request("GET", "/metrics", null));
            two.send(request("GET", "/metrics", null));
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            go.countDown();
            assertThat(one.reply().text()).isEqualTo("text");
            assertThat(two.reply().text()).isEqualTo("text");
        }
        assertThat(readings).hasValue(1);
        assertThat(onLoop).isFalse();
    }

    @Test
    void withoutATokenADrainIsForThisMachine() {
        assertThat(DrainApi.loopback(SocketAddress.inetSocketAddress(1, "127.0.0.2")))
                .isTrue();
        assertThat(DrainApi.loopback(SocketAddress.inetSocketAddress(1, "::1"))).isTrue();
        assertThat(DrainApi.loopback(SocketAddress.inetSocketAddress(1, "10.0.0.7")))
                .isFalse();
        assertThat(DrainApi.loopback(null)).isFalse();
    }

    @Test
    void targetsAreToldWithWhatIsWrongWithThem() throws IOException {
        assertThat(exchange(port, request("GET", "/api/origins", null)).text()).isEqualTo("{\"origins\":[]}\n");
        TargetLoads.Load load = stats.targets().take("backend:80");
        load.openCircuits.incrementAndGet();
        load.waiting.set(3);
        load.connectFailures.add(2);
        JsonObject told = new JsonObject(
                exchange(port, request("GET", "/api/origins", null)).text());
        assertThat(told.getJsonArray("origins")).hasSize(1);
        assertThat(told.getJsonArray("origins").getJsonObject(0)).isEqualTo(new JsonObject("""
                        {"target":"backend:80","circuit":"open","connections":0,"waiting":3,"connect-failures":2,\
                        "skipped":0,"refused":0}"""));
        assertThat(exchange(port, request("POST", "/api/origins", "")).status()).isEqualTo(405);
    }

    @Test
    void labelsAreEscaped() {
        var text = new Exposition();
        text.family("f", "gauge", "a \\ b\nc").sample("l", "q\"\\\n", 0.5);
        assertThat(text.toString()).isEqualTo("# HELP f a \\\\ b\\nc\n# TYPE f gauge\nf{l=\"q\\\"\\\\\\n\"} 0.5\n");
    }
}
