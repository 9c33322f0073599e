package io.sluice.chaos;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.partition.PartitionService;
import io.sluice.testing.FreePorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** Nodes in this process that form one cluster. Methods that change it are for one thread at a time, save where they say otherwise. */
final class JvmCluster {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    /** Nodes look at the table of homes a few times a second, and those who left are listened to for as long. */
    private static final Duration LOOKS = Duration.ofMillis(600);

    private final String name = "chaos-" + UUID.randomUUID();
    private final Path config;
    private final String route;
    private final Map<String, String> settings;
    /** All that may ever be listened on. */
    private final List<Integer> ports = FreePorts.take(5);

    private final Map<String, Integer> taken = new ConcurrentHashMap<>();
    private final List<Node> inService = new CopyOnWriteArrayList<>();
    private int lastName;

    JvmCluster(Path directory, String route, Map<String, String> settings) throws Exception {
        this.config = NodeFiles.write(directory);
        this.route = route;
        this.settings = settings;
    }

    /** Any node in service, as a load balancer without sense of health has it. Any thread. */
    Node any() {
        return inService.get(ThreadLocalRandom.current().nextInt(inService.size()));
    }

    int size() {
        return inService.size();
    }

    Node pick(Random random) {
        return inService.get(random.nextInt(inService.size()));
    }

    /** Starts another node; returns when it is in service. */
    Node join() throws Exception {
        String node = "n" + ++lastName;
        int port = ports.stream()
                .filter(each -> !taken.containsValue(each))
                .findFirst()
                .orElseThrow();
        taken.put(node, port);
        var all = new HashMap<>(settings);
        all.putAll(Map.of(
                "node.name",
                node,
                "http.host",
                "127.0.0.1",
                "http.port",
                "0",
                "control.port",
                "0",
                "ops.port",
                "0",
                "cluster.name",
                name,
                "cluster.port",
                String.valueOf(port),
                "cluster.join",
                ports.stream().map(each -> "127.0.0.1:" + each).collect(Collectors.joining(","))));
        JvmNode started = JvmNode.start(config, route, all);
        inService.add(started);
        return started;
    }

    /** Takes it out of service, then has it leave. */
    void leave(Node node) throws Exception {
        inService.remove(node);
        node.leave();
        taken.remove(node.name());
    }

    void kill(Node node) throws Exception {
        try {
            node.kill();
        } finally {
            inService.remove(node);
            taken.remove(node.name());
        }
    }

    /** Until every channel has a backup. */
    void awaitSafe() {
        Awaitility.await()
                .dontCatchUncaughtExceptions()
                .atMost(DEADLINE)
                .until(() -> instances().stream()
                        .map(HazelcastInstance::getPartitionService)
                        .allMatch(PartitionService::isClusterSafe));
    }

    /** Until all nodes know of each other and no home is to move. */
    void awaitSettled() {
        Awaitility.await()
                .dontCatchUncaughtExceptions()
                .atMost(DEADLINE)
                .during(LOOKS)
                .until(() -> {
                    List<HazelcastInstance> members = instances();
                    return members.size() == inService.size()
                            && members.stream()
                                    .allMatch(member ->
                                            member.getCluster().getMembers().size() == members.size()
                                                    && member.getPartitionService()
                                                            .isClusterSafe()
                                                    && owned(member) > 0);
                });
    }

    private static long owned(HazelcastInstance member) {
        return member.getPartitionService().getPartitions().stream()
                .filter(partition -> member.getCluster().getLocalMember().equals(partition.getOwner()))
                .count();
    }

    private List<HazelcastInstance> instances() {
        return JvmNode.instances(name);
    }

    void close() throws Exception {
        for (Node node : List.copyOf(inService)) {
            leave(node);
        }
    }
}
