package io.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.sluice.testing.Forked;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Nodes as processes, and what befalls processes: kill -9, a pause, a cut network. */
@Timeout(180)
class ClusterIT {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterIT.class);
    private static final int NODES = 3;

    @TempDir
    Path directory;

    private final long seed = Long.getLong("sluice.chaos.seed", System.nanoTime() & 0xffff_ffffL);

    @Test
    void a_node_is_killed_and_another_one_hangs_while_three_carry_traffic() throws Exception {
        LOG.info("chaos seed={}", seed);
        var random = new Random(seed);
        var cluster = new ForkedCluster(directory, Collections.nCopies(NODES, Place.HERE), "127.0.0.1", seed);
        try {
            List<ForkedNode> nodes = cluster.startAll();
            cluster.driver.start(3);
            cluster.driver.awaitAccepted(200);
            int killed = random.nextInt(NODES);
            ForkedNode dead = nodes.get(killed);
            cluster.driver.onLoop(() -> cluster.workload.burst(50));
            cluster.history.note("kill " + dead.name());
            dead.kill();
            cluster.outOfService(dead);
            cluster.history.note("killed " + dead.name());
            cluster.driver.awaitAccepted(200);
            assertThat(onlyClientsOf(dead, cluster.history))
                    .as("streams that broke though their node lived")
                    .isEmpty();
            cluster.start(killed, "again");
            cluster.history.note("a new node in its place");
            cluster.driver.awaitAccepted(100);
            assertThat(cluster.found(Driver::promisedAlways))
                    .as("seed %s", seed)
                    .isEmpty();

            cluster.driver.onLoop(cluster.workload::startPublishing);
            ForkedNode paused = nodes.get((killed + 1 + random.nextInt(NODES - 1)) % NODES);
            ForkedNode other = nodes.get((NODES - killed - nodes.indexOf(paused)) % NODES);
            cluster.history.note("pause " + paused.name());
            paused.pause();
            try {
                other.awaitLog("cluster-node-left node=" + paused.name());
                cluster.history.note("the others take it for dead");
                cluster.driver.awaitAccepted(100);
            } finally {
                paused.resume();
            }
            cluster.history.note("resumed");
            cluster.driver.awaitAccepted(100);
            other.awaitLog("cluster-node-joined node=" + paused.name());
            cluster.history.note("it is back");
            cluster.driver.awaitAccepted(200);
            assertThat(cluster.found(Driver::promisedAlways))
                    .as("seed %s", seed)
                    .isEmpty();
        } finally {
            cluster.close();
        }
    }

    /** Ends of streams that were on other nodes than the dead one. */
    private static List<Event> onlyClientsOf(Node dead, History history) {
        var elsewhere = new ArrayList<String>();
        var broken = new ArrayList<Event>();
        for (Event event : history.events()) {
            if (event instanceof Event.Subscribed subscribed
                    && !subscribed.node().equals(dead.name())) {
                elsewhere.add(subscribed.life());
            } else if (event instanceof Event.Ended ended && elsewhere.contains(ended.life())) {
                broken.add(ended);
            }
        }
        return broken;
    }

    @Test
    void the_network_is_cut_and_heals() throws Exception {
        LOG.info("chaos seed={}", seed);
        Network network = DividedCluster.network("sl" + ProcessHandle.current().pid());
        try {
            network.create();
        } catch (Exception e) {
            network.close();
            LOG.warn("SKIPPED: no network namespaces here, so no network can be cut: {}", e.getMessage());
            abort("no network namespaces here: " + e.getMessage());
        }
        var command = new ArrayList<>(network.inHub());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-cp");
        command.add(classPath());
        command.add("-Dsluice.jar="
                + Path.of(System.getProperty("sluice.jar", "target/sluice.jar")).toAbsolutePath());
        command.add("-Dsluice.home=" + Forked.home());
        command.addAll(List.of(DividedCluster.class.getName(), network.name(), directory.toString(), "" + seed));
        try (Forked divided = Forked.start(directory, Map.of(), command.toArray(String[]::new))) {
            assertThat(divided.code(Duration.ofSeconds(150)))
                    .as("seed %s; %s", seed, divided)
                    .isZero();
        } finally {
            network.close();
        }
    }

    /** Whole names: the process has another working directory. */
    private static String classPath() {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Arrays.stream(path.split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
