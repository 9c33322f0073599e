package io.sluice.chaos;

import io.sluice.testing.Forked;
import io.sluice.testing.FreePorts;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Nodes in processes of their own that form one cluster, the origin of their streams, and a workload. For the thread of a test. */
final class ForkedCluster {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    final History history = new History();
    final Workload workload;
    final Driver driver;
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final StoreOrigin origin;
    private final Path directory;
    private final Path config;
    private final List<Place> places;
    private final List<Integer> ports;
    private final long seed;
    private final String name = "chaos-" + UUID.randomUUID();
    private final List<ForkedNode> all = new ArrayList<>();
    private final List<Node> inService = new CopyOnWriteArrayList<>();

    /** @param originHost where nodes reach the test */
    ForkedCluster(Path directory, List<Place> places, String originHost, long seed) throws Exception {
        this.directory = directory;
        this.seed = seed;
        this.config = NodeFiles.write(directory);
        this.places = places;
        this.ports = FreePorts.take(places.size());
        origin = new StoreOrigin(vertx, originHost, 1);
        workload = new Workload(vertx, history, origin, this::any, "forked", seed);
        driver = new Driver(vertx, history, workload, DEADLINE);
    }

    private Node any() {
        return inService.get(ThreadLocalRandom.current().nextInt(inService.size()));
    }

    /** Starts one node at each place. */
    List<ForkedNode> startAll() throws Exception {
        for (int i = 0; i < places.size(); i++) {
            fork(i, "n" + i);
        }
        for (ForkedNode node : all) {
            inService.add(node.ready());
        }
        return List.copyOf(all);
    }

    /** Starts another node at a place whose node is gone; returns when it is in service. */
    ForkedNode start(int place, String node) throws Exception {
        ForkedNode started = fork(place, node).ready();
        inService.add(started);
        return started;
    }

    private ForkedNode fork(int index, String node) throws Exception {
        Place place = places.get(index);
        String join = IntStream.range(0, places.size())
                .mapToObj(i -> places.get(i).clusterHost() + ":" + ports.get(i))
                .collect(Collectors.joining(","));
        ForkedNode started = ForkedNode.start(
                directory,
                place.before(),
                node,
                place.host(),
                List.of(
                        "--config",
                        config.toString(),
                        "--route",
                        "* " + origin.host() + ":" + origin.port(),
                        "--cluster-name",
                        name,
                        "--cluster-host",
                        place.clusterHost(),
                        "--cluster-port",
                        String.valueOf(ports.get(index)),
                        "--join",
                        join,
                        "--set",
                        "channels.log=" + NodeFiles.LOG));
        all.add(started);
        return started;
    }

    /** The evidence of all broken promises, and with it what the nodes had to say; empty when none is broken. */
    String found(Function<String, Set<Rule>> promised) throws Exception {
        String evidence = driver.found(promised);
        if (evidence.isEmpty()) {
            return "";
        }
        Path file =
                Files.createDirectories(Forked.home().resolve("target/chaos")).resolve("evidence-" + seed + ".txt");
        Files.writeString(
                file,
                all.stream().map(ForkedNode::log).collect(Collectors.joining("\n", driver.evidence(promised), "")));
        return evidence + "\nAll of it, with what the nodes said: " + file;
    }

    /** The balancer sends nobody there any more. */
    void outOfService(Node node) {
        inService.remove(node);
    }

    void close() throws Exception {
        driver.onLoop(workload::close);
        all.forEach(ForkedNode::close);
        origin.close();
        vertx.close().await();
    }
}
