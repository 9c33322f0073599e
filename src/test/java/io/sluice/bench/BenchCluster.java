package io.sluice.bench;

import io.sluice.testing.FreePorts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Some nodes that form a cluster, or one that stands alone; and the load on them. Blocks. */
final class BenchCluster implements AutoCloseable {
    private static final String LOG = "log-* items=1000 bytes=10000000 seconds=60";

    final Load load;
    final List<BenchNode> nodes = new ArrayList<>();

    BenchCluster(Path directory, int size, String... settings) throws Exception {
        load = new Load();
        List<Integer> ports = FreePorts.take(size);
        String join = ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        String name = "bench-" + UUID.randomUUID();
        for (int i = 0; i < size; i++) {
            var arguments = new ArrayList<>(List.of("--route", "* 127.0.0.1:" + load.originPort()));
            arguments.addAll(List.of("--set", "channels.log=" + LOG));
            for (String setting : settings) {
                arguments.addAll(List.of("--set", setting));
            }
            if (size > 1) {
                arguments.addAll(List.of("--cluster-name", name, "--join", join));
                arguments.addAll(List.of("--cluster-port", String.valueOf(ports.get(i))));
            }
            nodes.add(BenchNode.start(directory, "n" + i, arguments));
        }
        nodes.forEach(BenchNode::ready);
        // Until the channels have found their homes.
        TimeUnit.SECONDS.sleep(size > 1 ? 5 : 1);
    }

    BenchNode node(int index) {
        return nodes.get(index);
    }

    /** Names of that many channels with their home on that node. */
    List<String> channelsAt(BenchNode home, String prefix, int count) throws Exception {
        var found = new ArrayList<String>();
        for (int i = 0; found.size() < count; i++) {
            String channel = prefix + i;
            long before = home.accepted();
            load.publish(node(0), List.of(channel), "find").await(10, TimeUnit.SECONDS);
            if (home.accepted() > before) {
                found.add(channel);
            }
        }
        return found;
    }

    double cpuSeconds() throws Exception {
        double sum = 0;
        for (BenchNode node : nodes) {
            sum += node.cpuSeconds();
        }
        return sum;
    }

    @Override
    public void close() {
        load.close();
        nodes.forEach(BenchNode::close);
    }
}
