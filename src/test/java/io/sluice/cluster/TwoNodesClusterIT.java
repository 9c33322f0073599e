package io.sluice.cluster;

import static io.sluice.router.RecordingLoop.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.partition.Partition;
import io.sluice.bus.Addresses;
import io.sluice.bus.BusCodecs;
import io.sluice.bus.Control;
import io.sluice.bus.HomePublisher;
import io.sluice.channel.ItemOutcome;
import io.sluice.channel.Mode;
import io.sluice.config.LogRule;
import io.sluice.config.Settings;
import io.sluice.fanout.Loops;
import io.sluice.grip.PublishItem;
import io.sluice.router.ChannelRouterVerticle;
import io.sluice.router.RecordingLoop;
import io.sluice.stats.DropReason;
import io.sluice.stats.Stats;
import io.sluice.testing.FreePorts;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several nodes in one JVM, each with one stand-in for an event loop. */
class TwoNodesClusterIT {
    private static final int CHANNELS = 24;

    private final String cluster = "it-" + UUID.randomUUID();
    private final List<Integer> ports = FreePorts.take(3);
    private final List<Node> nodes = new ArrayList<>();

    private final class Node {
        final ClusterNode cluster;
        final Stats stats = new Stats();
        final RecordingLoop loop;
        final HomePublisher publisher;

        Node(String name) {
            cluster = result(ClusterNode.start(settings(name, nodes.size())));
            nodes.add(this);
            BusCodecs.register(cluster.vertx().eventBus());
            var loops = new Loops(1);
            loop = new RecordingLoop(cluster.vertx(), name, 0, loops);
            publisher = new HomePublisher(cluster.vertx(), cluster.homes());
            var channels = new Settings.Channels(500, 60, 10_000, 100, true, 20, 0, 100, List.of());
            for (int i = 0; i < Addresses.ROUTERS; i++) {
                result(cluster.vertx()
                        .deployVerticle(new ChannelRouterVerticle(
                                i, cluster.homes(), cluster.interest(), cluster.logs(), loops, stats, channels)));
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

        /** To every channel the item of that number. */
        Future<List<ItemOutcome>> publish(int number) {
            var items = new ArrayList<PublishItem>();
            for (int c = 0; c < CHANNELS; c++) {
                items.add(item("c" + c, String.valueOf(number), number == 1 ? null : String.valueOf(number - 1)));
            }
            return publisher.publish(items);
        }

        /** All of them, once; and those from the number on, to which homes have settled, in order. */
        void awaitItems(int from, int settled, int to) {
            List<String> expected = ids(from, to);
            for (int c = 0; c < CHANNELS; c++) {
                String channel = "c" + c;
                within(10)
                        .untilAsserted(() -> assertThat(loop.ids(channel))
                                .as("%s at %s", channel, cluster.homes().self())
                                .containsExactlyInAnyOrderElementsOf(expected)
                                .containsSubsequence(ids(settled, to)));
            }
        }

        private List<String> ids(int from, int to) {
            return IntStream.rangeClosed(from, to).mapToObj(String::valueOf).toList();
        }

        boolean isHomeOfSome() {
            return IntStream.range(0, CHANNELS)
                    .anyMatch(c -> cluster.homes()
                            .homeOf("c" + c)
                            .equals(cluster.homes().self()));
        }
    }

    @AfterEach
    void close() {
        nodes.forEach(node -> result(node.cluster.vertx().close()));
    }

    @Test
    void aPublishOnEitherNodeReachesSubscribersOnBothInOrderOnce() {
        Node a = new Node("a");
        Node b = new Node("b");
        awaitSettled(a, b);
        a.subscribe();
        b.subscribe();
        for (int i = 1; i <= 40; i++) {
            result((i % 2 == 0 ? a : b).publish(i));
        }
        result(a.publish(40)).forEach(outcome -> assertThat(outcome.duplicate()).isTrue());
        a.awaitItems(1, 1, 40);
        b.awaitItems(1, 1, 40);
        assertThat(a.loop.answers("c0").get(0).first()).isTrue();
        assertThat(b.loop.answers("c0").get(0).first()).isFalse();

        for (int c = 0; c < CHANNELS; c++) {
            b.loop.unsubscribe("c" + c, Mode.STREAM);
        }
        within(10)
                .until(() -> IntStream.range(0, CHANNELS)
                        .allMatch(c -> result(a.cluster.interest().get("c" + c)).equals(Set.of("a"))));
        result(b.publish(41));
        a.awaitItems(1, 1, 41);
        b.awaitItems(1, 1, 40);
        a.cluster.vertx().eventBus().publish(Addresses.BROADCAST, new Control.Recover());
        within(10).until(() -> a.loop.updates.contains("*") && b.loop.updates.contains("*"));
        assertThat(a.stats.value(DropReason.MISSED_BY_NODE)).isZero();
        assertThat(b.stats.value(DropReason.MISSED_BY_NODE)).isZero();
    }

    @Test
    void homesMoveWhenNodesComeAndGoAndNothingIsLost() {
        Node a = new Node("a");
        Node b = new Node("b");
        awaitSettled(a, b);
        a.subscribe();
        b.subscribe();
        int number = 0;
        for (int i = 0; i < 5; i++) {
            result(a.publish(++number));
        }
        Node c = new Node("c");
        while (!settled(a, b, c)) {
            // Homes are on the move: each item is accepted by some home, in the end.
            result((number % 2 == 0 ? a : b).publish(++number));
            assertThat(number).isLessThan(5000);
        }
        c.subscribe();
        int joined = number + 1;
        for (int i = 0; i < 20; i++) {
            result((i % 2 == 0 ? c : a).publish(++number));
        }
        a.awaitItems(1, joined, number);
        b.awaitItems(1, joined, number);
        c.awaitItems(joined, joined, number);

        Future<Void> left = b.cluster.vertx().close();
        nodes.remove(b);
        while (!left.isComplete() || !settled(a, c)) {
            result((number % 2 == 0 ? a : c).publish(++number));
            assertThat(number).isLessThan(20_000);
        }
        int alone = number + 1;
        for (int i = 0; i < 5; i++) {
            result(a.publish(++number));
        }
        a.awaitItems(1, alone, number);
        c.awaitItems(joined, alone, number);
        within(10)
                .until(() -> IntStream.range(0, CHANNELS)
                        .allMatch(n -> result(a.cluster.interest().get("c" + n)).equals(Set.of("a", "c"))));
        assertThat(a.stats.value(DropReason.MISSED_BY_NODE)).isZero();
        assertThat(c.stats.value(DropReason.MISSED_BY_NODE)).isZero();
    }

    @Test
    void aSecondNodeOfTheSameNameIsRefused() {
        new Node("a");
        Future<ClusterNode> second = ClusterNode.start(settings("a", 1));
        within(20).until(second::isComplete);
        assertThat(second.cause())
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("node named \"a\"")
                .hasMessageContaining("127.0.0.1:" + ports.get(0));
        within(10)
                .until(() -> Hazelcast.getAllHazelcastInstances().stream()
                        .filter(instance ->
                                instance.getConfig().getClusterName().equals(cluster))
                        .allMatch(instance -> instance.getCluster().getMembers().size() == 1));
    }

    @Test
    void aNodeWhoseSettingsDoNotGoWithTheOthersIsRefused() {
        new Node("a");
        Settings own = settings("b", 1);
        Settings.Channels channels = own.channels();
        var logged = new Settings.Channels(
                channels.messageWaitMillis(),
                channels.idCacheTtlSeconds(),
                channels.idCacheSize(),
                channels.sequencerItems(),
                channels.updateOnFirstSubscription(),
                channels.connectionSubscriptionMax(),
                channels.subscriptionLingerSeconds(),
                channels.sessionQueueItems(),
                List.of(new LogRule("x*", 5, 1000, 60)));
        Future<ClusterNode> second = ClusterNode.start(new Settings(
                own.node(),
                own.http(),
                own.admission(),
                own.control(),
                own.zmq(),
                own.ops(),
                own.grip(),
                logged,
                own.websocket(),
                own.outbox(),
                own.origin(),
                own.cluster(),
                own.drain(),
                own.claims(),
                own.log(),
                own.trace(),
                own.routes()));
        within(20).until(second::isComplete);
        assertThat(second.cause())
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("channels.log is [")
                .hasMessageContaining("x*")
                .hasMessageContaining("on node \"b\" and [] on node \"a\", at 127.0.0.1:" + ports.get(0));
    }

    @Test
    void aTakenPortIsToldAsSuch() throws IOException {
        try (var taken = new ServerSocket(ports.get(0), 1, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
            Future<ClusterNode> start = ClusterNode.start(settings("a", 0));
            within(20).until(start::isComplete);
            assertThatThrownBy(() -> {
                        throw start.cause();
                    })
                    .isInstanceOf(ClusterException.class)
                    .hasMessageContaining("127.0.0.1:" + ports.get(0));
        }
    }

    private void awaitSettled(Node... of) {
        within(20).until(() -> settled(of));
    }

    /** Whether no partition is to move any more, and all have seen that. */
    private boolean settled(Node... of) {
        for (Node node : of) {
            var homes = node.cluster.homes();
            if (homes.members().size() != of.length || !node.isHomeOfSome()) {
                return false;
            }
            for (int c = 0; c < 1000; c++) {
                if (!homes.homeOf("c" + c).equals(of[0].cluster.homes().homeOf("c" + c))) {
                    return false;
                }
            }
        }
        return Hazelcast.getAllHazelcastInstances().stream()
                .filter(instance -> instance.getConfig().getClusterName().equals(cluster))
                .allMatch(instance -> balanced(instance.getPartitionService().getPartitions(), of.length));
    }

    private static boolean balanced(Set<Partition> partitions, int members) {
        var counts = new HashMap<Member, Integer>();
        for (Partition partition : partitions) {
            Member owner = partition.getOwner();
            if (owner != null) {
                counts.merge(owner, 1, Integer::sum);
            }
        }
        return counts.size() == members && Collections.max(counts.values()) - Collections.min(counts.values()) <= 1;
    }

    private Settings settings(String name, int index) {
        return ClusterSettings.of(name, cluster, ports, index);
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
