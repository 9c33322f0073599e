package io.sluice.cluster;

import static io.sluice.router.RecordingLoop.item;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.sluice.bus.Addresses;
import io.sluice.bus.BusCodecs;
import io.sluice.bus.HomePublisher;
import io.sluice.bus.Replayed;
import io.sluice.channel.ItemOutcome;
import io.sluice.config.LoadedSettings;
import io.sluice.config.Settings;
import io.sluice.config.SettingsLoader;
import io.sluice.fanout.Loops;
import io.sluice.grip.PublishItem;
import io.sluice.router.ChannelRouterVerticle;
import io.sluice.router.RecordingLoop;
import io.sluice.stats.DropReason;
import io.sluice.stats.Stats;
import io.sluice.testing.FreePorts;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Channels with a log, on several nodes in one JVM, while nodes come, go and die: one order for all, nothing lost, nothing twice. */
class LoggedChannelsClusterIT {
    private static final int CHANNELS = 16;

    private final String cluster = "it-" + UUID.randomUUID();
    private final List<Integer> ports = FreePorts.take(4);
    private final List<Node> nodes = new ArrayList<>();

    private final class Node {
        final int port;
        final ClusterNode cluster;
        final Stats stats = new Stats();
        final RecordingLoop loop;
        final HomePublisher publisher;

        Node(String name) {
            port = ports.get(nodes.size());
            Settings settings = settings(name, port);
            cluster = result(ClusterNode.start(settings));
            nodes.add(this);
            BusCodecs.register(cluster.vertx().eventBus());
            var loops = new Loops(1);
            loop = new RecordingLoop(cluster.vertx(), name, 0, loops);
            publisher = new HomePublisher(cluster.vertx(), cluster.homes());
            for (int i = 0; i < Addresses.ROUTERS; i++) {
                result(cluster.vertx()
                        .deployVerticle(new ChannelRouterVerticle(
                                i,
                                cluster.homes(),
                                cluster.interest(),
                                cluster.logs(),
                                loops,
                                stats,
                                settings.channels())));
            }
        }

        void subscribe() {
            for (int c = 0; c < CHANNELS; c++) {
                loop.subscribe("c" + c);
            }
            within(10)
                    .until(() -> IntStream.range(0, CHANNELS)
                            .allMatch(c -> loop.answers("c" + c).stream().anyMatch(answer -> answer.confirmed())));
        }

        /** As if the process had been killed. */
        void kill() {
            for (HazelcastInstance instance : instances()) {
                if (instance.getCluster().getLocalMember().getAddress().getPort() == port) {
                    instance.getLifecycleService().terminate();
                }
            }
            result(cluster.vertx().close());
        }
    }

    /** Publishes on random nodes and channels until it is told to stop; again with the same id when it gets no answer. */
    private static final class Publishers {
        final AtomicBoolean go = new AtomicBoolean(true);
        final AtomicInteger number = new AtomicInteger();
        final AtomicInteger underWay = new AtomicInteger();
        final Set<String> accepted = ConcurrentHashMap.newKeySet();
        final List<Node> at;

        Publishers(List<Node> at, int width) {
            this.at = at;
            for (int i = 0; i < width; i++) {
                next();
            }
        }

        private void next() {
            if (go.get()) {
                underWay.incrementAndGet();
                int n = number.incrementAndGet();
                send(item("c" + n % CHANNELS, "i" + n, null));
            }
        }

        private void send(PublishItem item) {
            Node node = at.get(ThreadLocalRandom.current().nextInt(at.size()));
            node.publisher.publish(List.of(item)).onComplete(result -> {
                if (result.succeeded()) {
                    accepted.add(item.channel() + " " + item.id());
                    underWay.decrementAndGet();
                    next();
                } else {
                    node.cluster.vertx().setTimer(20, timer -> send(item));
                }
            });
        }

        void stop() {
            go.set(false);
            within(30).until(() -> underWay.get() == 0);
        }
    }

    @AfterEach
    void close() {
        nodes.forEach(node -> result(node.cluster.vertx().close()));
    }

    @Test
    void nodesThatComeGoAndDieCostNothing() {
        Node a = new Node("a");
        Node b = new Node("b");
        Node c = new Node("c");
        awaitSafe(3);
        a.subscribe();
        b.subscribe();
        c.subscribe();
        var publishers = new Publishers(List.of(a, c), 8);
        accepted(publishers, 500);
        b.kill();
        nodes.remove(b);
        awaitSafe(2);
        accepted(publishers, 500);
        ports.remove(Integer.valueOf(b.port));
        Node d = new Node("d");
        awaitSafe(3);
        d.subscribe();
        accepted(publishers, 500);
        Future<Void> left = d.cluster.vertx().close();
        nodes.remove(d);
        within(30).until(left::isComplete);
        accepted(publishers, 300);
        publishers.stop();
        for (int i = 0; i < CHANNELS; i++) {
            String channel = "c" + i;
            Set<String> expected = publishers.accepted.stream()
                    .filter(id -> id.startsWith(channel + " "))
                    .map(id -> id.substring(channel.length() + 1))
                    .collect(Collectors.toSet());
            within(15)
                    .untilAsserted(() -> assertThat(a.loop.ids(channel))
                            .as(channel)
                            .doesNotHaveDuplicates()
                            .containsExactlyInAnyOrderElementsOf(expected));
            within(15).untilAsserted(() -> assertThat(c.loop.ids(channel)).isEqualTo(a.loop.ids(channel)));
            List<String> whole = a.loop.ids(channel);
            assertThat(d.loop.ids(channel).stream().map(whole::indexOf).toList())
                    .as("places in %s of what the node had that came and went", channel)
                    .doesNotContain(-1)
                    .isSorted();
        }
        assertThat(a.loop.updates).isEmpty();
        assertThat(a.stats.value(DropReason.MISSED_BY_NODE)).isZero();
        assertThat(c.stats.value(DropReason.MISSED_BY_NODE)).isZero();
    }

    @Test
    void anIdIsADuplicateOnEveryNodeAndAtTheNextHome() {
        Node a = new Node("a");
        Node b = new Node("b");
        awaitSafe(2);
        a.subscribe();
        var items = IntStream.range(0, CHANNELS)
                .mapToObj(c -> item("c" + c, "first", null))
                .toList();
        assertThat(result(b.publisher.publish(items))).noneMatch(ItemOutcome::duplicate);
        assertThat(result(a.publisher.publish(items))).allMatch(ItemOutcome::duplicate);
        // What waits for its predecessor has been accepted, and waits at the next home.
        var waiting = IntStream.range(0, CHANNELS)
                .mapToObj(c -> item("c" + c, "third", "second"))
                .toList();
        assertThat(result(b.publisher.publish(waiting))).allMatch(ItemOutcome::waiting);
        b.kill();
        nodes.remove(b);
        awaitSafe(1);
        // Until then a call may go to the dead node, and fails.
        within(10)
                .until(() -> a.cluster.homes().members().equals(Set.of("a"))
                        && IntStream.range(0, CHANNELS)
                                .allMatch(c -> a.cluster.homes().homeOf("c" + c).equals("a")));
        assertThat(result(a.publisher.publish(items))).allMatch(ItemOutcome::duplicate);
        assertThat(result(a.publisher.publish(waiting))).allMatch(ItemOutcome::duplicate);
        result(a.publisher.publish(IntStream.range(0, CHANNELS)
                .mapToObj(c -> item("c" + c, "second", "first"))
                .toList()));
        for (int c = 0; c < CHANNELS; c++) {
            String channel = "c" + c;
            within(10).untilAsserted(() -> assertThat(a.loop.ids(channel)).containsExactly("first", "second", "third"));
        }
    }

    @Test
    void whoComesBackToAnotherNodeGetsWhatItMissed() {
        Node a = new Node("a");
        Node b = new Node("b");
        awaitSafe(2);
        a.subscribe();
        var ids = List.of("1", "2", "3");
        for (String id : ids) {
            result(a.publisher.publish(IntStream.range(0, CHANNELS)
                    .mapToObj(c -> item("c" + c, id, null))
                    .toList()));
        }
        b.subscribe();
        for (int c = 0; c < CHANNELS; c++) {
            assertThat(b.loop.answers("c" + c).get(0).logged()).isTrue();
            Replayed replayed = result(b.loop.replay("c" + c, "1"));
            assertThat(replayed.covered()).isTrue();
            assertThat(replayed.items())
                    .extracting(numbered -> numbered.item().id())
                    .containsExactly("2", "3");
            assertThat(result(b.loop.replay("c" + c, "3")).items()).isEmpty();
            assertThat(result(b.loop.replay("c" + c, "unknown")).covered()).isFalse();
        }
    }

    /** All know each other, and every channel has its backup. */
    private void awaitSafe(int members) {
        within(30)
                .until(() -> nodes.stream()
                                .allMatch(node -> node.cluster.homes().members().size() == members)
                        && instances().stream()
                                .allMatch(instance ->
                                        instance.getPartitionService().isClusterSafe()));
    }

    private List<HazelcastInstance> instances() {
        return Hazelcast.getAllHazelcastInstances().stream()
                .filter(instance -> instance.getConfig().getClusterName().equals(cluster))
                .toList();
    }

    private static void accepted(Publishers publishers, int more) {
        int goal = publishers.accepted.size() + more;
        within(30).until(() -> publishers.accepted.size() >= goal);
    }

    private Settings settings(String name, int port) {
        var loader = new SettingsLoader()
                .flag("--set", "node.name", name)
                .flag("--set", "cluster.name", cluster)
                .flag("--set", "cluster.port", String.valueOf(port))
                .flag(
                        "--set",
                        "cluster.join",
                        ports.stream().map(p -> "127.0.0.1:" + p).collect(Collectors.joining(",")))
                .flag("--set", "channels.message-wait-millis", "20000")
                .flag("--set", "channels.log", "c* items=1000 bytes=1000000 seconds=300");
        LoadedSettings loaded = loader.routeLines(List.of("* 127.0.0.1:1")).load();
        assertThat(loaded.usable()).as(() -> loaded.problems().toString()).isTrue();
        return loaded.settings();
    }

    private static ConditionFactory within(int seconds) {
        return Awaitility.await().atMost(Duration.ofSeconds(seconds)).pollInterval(Duration.ofMillis(20));
    }

    private static <T> T result(Future<T> future) {
        within(30).until(future::isComplete);
        if (future.failed()) {
            throw new AssertionError(future.cause());
        }
        return future.result();
    }
}
