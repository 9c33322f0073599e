package io.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.sluice.claim.ClaimState;
import io.sluice.claims.ClaimsOrigin;
import io.sluice.protocol.HttpWire;
import io.sluice.protocol.Reply;
import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import io.sluice.testing.Forked;
import io.sluice.testing.FreePorts;
import io.sluice.testing.RawUpgrade;
import io.sluice.testing.RawWebSocket;
import io.sluice.testing.TestGateway;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One connection per client over the nodes of a cluster: two in this JVM, and one in its own that is killed. */
@Timeout(180)
class ClaimsClusterIT {
    private static final int CLIENTS = 2000;

    private static final int IDS = CLIENTS / 10;
    private static final Pattern READY = Pattern.compile("sluice ready .*http=127.0.0.1:(\\d+) ");

    private final Vertx vertx = Vertx.vertx();
    private final NetClient net = vertx.createNetClient(new NetClientOptions().setConnectTimeout(20_000));
    private final ClaimsOrigin origin = new ClaimsOrigin();
    private final String cluster = "it-" + UUID.randomUUID();
    private final List<Integer> ports = FreePorts.take(3);
    private final List<TestGateway> nodes = new ArrayList<>();
    private final List<AutoCloseable> clients = new ArrayList<>();
    private final List<Integer> httpPorts = new CopyOnWriteArrayList<>();
    private final List<Tab> tabs = new ArrayList<>();
    private final AtomicInteger overlaps = new AtomicInteger();
    private Forked third;

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws Exception {
        String join = ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        Files.writeString(directory.resolve("routes"), route() + "\n");
        third = Forked.sluice(
                directory,
                Map.of(),
                ("run --node n2 --http-host 127.0.0.1 --http-port 0 --control-port 0 --ops-port 0 --cluster-name "
                                + cluster + " --cluster-port " + ports.get(2) + " --join " + join + " --routes routes")
                        .split(" "));
        clients.add(third);
        for (int i = 0; i < 2; i++) {
            nodes.add(TestGateway.start(
                    List.of(route()),
                    Map.of(
                            "node.name",
                            "n" + i,
                            "cluster.name",
                            cluster,
                            "cluster.port",
                            ports.get(i).toString(),
                            "cluster.join",
                            join)));
            httpPorts.add(nodes.get(i).httpPort());
        }
        third.awaitOut("\n");
        Matcher ready = READY.matcher(third.out());
        assertThat(ready.find()).as(third.toString()).isTrue();
        httpPorts.add(Integer.parseInt(ready.group(1)));
        soon(() -> {
            assertThat(member().getCluster().getMembers()).hasSize(3);
            assertThat(member().getPartitionService().isClusterSafe())
                    .as("every claim has a backup")
                    .isTrue();
        });
    }

    private String route() {
        return "*,client=query:u " + origin.address() + ",over_http";
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable client : clients) {
            client.close();
        }
        for (TestGateway node : nodes) {
            node.close();
        }
        origin.close();
        vertx.close().await();
    }

    private HazelcastInstance member() {
        return Hazelcast.getAllHazelcastInstances().stream()
                .filter(instance -> instance.getConfig().getClusterName().equals(cluster))
                .findFirst()
                .orElseThrow();
    }

    private static void soon(ThrowingRunnable assertion) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(assertion);
    }

    private long level(Gauge gauge) {
        return nodes.stream()
                .mapToLong(node -> node.gateway().stats().value(gauge))
                .sum();
    }

    private long count(Counter counter) {
        return nodes.stream()
                .mapToLong(node -> node.gateway().stats().value(counter))
                .sum();
    }

    private HttpWire get(int node, String path) throws IOException {
        HttpWire client = HttpWire.open(httpPorts.get(node));
        clients.add(client);
        return client.send(HttpWire.request("GET", path, null));
    }

    private HttpWire sse(int node, String path) throws IOException {
        HttpWire client = get(node, path);
        assertThat(client.head().status()).isEqualTo(200);
        client.readUntil("open\n");
        return client;
    }

    @Test
    void a_connection_on_one_node_gives_way_to_one_on_another() throws Exception {
        HttpWire stream = sse(0, "/sse?u=ann");
        RawWebSocket socket = RawUpgrade.to("/ws?u=ann").open(httpPorts.get(1));
        clients.add(socket);
        assertThat(stream.textToEnd()).contains("event: sluice-displaced");
        assertThat(socket.readText()).isEqualTo("open");
        HttpWire poll = get(2, "/poll?u=ann");
        socket.expectClose(4409);
        socket.close(4409, "");
        sse(0, "/sse?u=ann");
        assertThat(poll.reply().status()).isEqualTo(204);
        assertThat(count(Counter.CLAIMS_UNCONFIRMED)).isZero();

        String oldest = "&client=bob%3Bpolicy=oldest";
        sse(2, "/sse?u=x" + oldest);
        Reply refused = get(0, "/sse?u=x" + oldest).reply();
        assertThat(refused.status()).isEqualTo(409);
        third.signal("KILL");
        soon(() -> {
            try (HttpWire again = HttpWire.open(httpPorts.get(0))) {
                assertThat(again.send(HttpWire.request("GET", "/sse?u=x" + oldest, null))
                                .head()
                                .status())
                        .as("the claims of a dead node are free")
                        .isEqualTo(200);
            }
        });
    }

    /** A browser's tab: comes back when it is cut or refused for now, and goes when it is told that there is another. */
    private final class Tab {
        private final String id;
        private final Random random;
        private final StringBuilder seen = new StringBuilder();
        private @Nullable NetSocket socket;
        volatile boolean open;
        volatile boolean displaced;
        private boolean closing;

        Tab(int number) {
            id = "id-" + number % IDS;
            random = new Random(number);
        }

        void connect() {
            if (closing) {
                return;
            }
            seen.setLength(0);
            List<Integer> alive = List.copyOf(httpPorts);
            net.connect(alive.get(random.nextInt(alive.size())), "127.0.0.1").onComplete((made, failure) -> {
                if (made == null) {
                    again();
                    return;
                }
                socket = made;
                made.handler(bytes -> read(made, bytes));
                made.exceptionHandler(e -> {});
                made.closeHandler(closed -> over());
                made.write("GET /sse?u=" + id + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            });
        }

        private void read(NetSocket from, Buffer bytes) {
            seen.append(bytes.toString(StandardCharsets.ISO_8859_1));
            if (!open && seen.indexOf("data: open\n") >= 0) {
                open = true;
                together(4);
            }
            if (seen.indexOf("sluice-displaced") >= 0 || seen.indexOf("HTTP/1.1 204") >= 0) {
                displaced = true;
                open = false;
                from.close();
            } else if (seen.indexOf("HTTP/1.1 5") >= 0) {
                from.close();
            }
        }

        /** What the others were told before this one opened has arrived: it is read within the next turns. */
        private void together(int turns) {
            if (turns > 0) {
                vertx.runOnContext(next -> together(turns - 1));
            } else if (open && tabs.stream().anyMatch(tab -> tab != this && tab.open && tab.id.equals(id))) {
                overlaps.incrementAndGet();
            }
        }

        private void over() {
            open = false;
            again();
        }

        private void again() {
            if (!displaced && !closing) {
                vertx.setTimer(100 + random.nextInt(300), later -> connect());
            }
        }

        void close() {
            closing = true;
            if (socket != null) {
                socket.close();
            }
        }
    }

    @Test
    void of_ten_that_race_for_each_id_while_a_node_dies_one_stays() throws Exception {
        for (int i = 0; i < CLIENTS; i++) {
            tabs.add(new Tab(i));
        }
        // All of them within two seconds.
        vertx.runOnContext(start -> {
            for (int i = 0; i < CLIENTS; i++) {
                Tab tab = tabs.get(i);
                vertx.setTimer(1 + i, turn -> tab.connect());
            }
        });
        soon(() -> assertThat(count(Counter.CLAIMS_TAKEN)).isGreaterThan(CLIENTS / 4));
        third.signal("KILL");
        httpPorts.remove(2);

        soon(() -> {
            assertThat(tabs).allMatch(tab -> tab.open || tab.displaced);
            assertThat(level(Gauge.CLAIMS)).isEqualTo(IDS);
            Map<String, Long> open = tabs.stream()
                    .filter(tab -> tab.open)
                    .collect(Collectors.groupingBy(tab -> tab.id, Collectors.counting()));
            assertThat(open)
                    .hasSize(IDS)
                    .allSatisfy((id, count) -> assertThat(count).isEqualTo(1));
        });
        assertThat(level(Gauge.STREAM_HOLDS)).isEqualTo(IDS);
        assertThat((long) overlaps.get())
                .as("two of one client at once, but where the wait for a close was over")
                .isLessThanOrEqualTo(count(Counter.CLAIMS_UNCONFIRMED));
        assertThat(tabs.stream().filter(tab -> tab.displaced)).hasSize(CLIENTS - IDS);

        vertx.runOnContext(turn -> tabs.forEach(Tab::close));
        soon(() -> assertThat(level(Gauge.CLAIMS)).isZero());
        soon(() -> assertThat(level(Gauge.STREAM_HOLDS)).isZero());
        soon(() -> assertThat(
                        member().<String, ClaimEntry>getMap(HazelcastClaims.MAP).values())
                .as("what the cluster still has")
                .hasSize(IDS)
                .extracting(ClaimEntry::state)
                .allMatch(ClaimState::vacant));
    }
}
