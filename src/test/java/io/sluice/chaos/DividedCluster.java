package io.sluice.chaos;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A cluster of three whose network is cut: to be run in the hub of a {@link Network}. Says what it found, and ends with 0 when every
 * promise was kept.
 */
final class DividedCluster {
    private static final int NODES = 3;
    /** The one that is on its own. Not the oldest. */
    private static final int MINORITY = 1;

    private DividedCluster() {}

    static Network network(String name) {
        return new Network(name, NODES);
    }

    /** @param arguments name of the network, directory to work in, seed */
    public static void main(String[] arguments) throws Exception {
        int code = 1;
        try {
            String evidence = run(network(arguments[0]), Path.of(arguments[1]), Long.parseLong(arguments[2]));
            System.out.println(evidence);
            code = evidence.isEmpty() ? 0 : 1;
        } catch (Exception | AssertionError e) {
            e.printStackTrace(System.out);
        } finally {
            System.out.flush();
            Runtime.getRuntime().halt(code);
        }
    }

    private static String run(Network network, Path directory, long seed) throws Exception {
        List<Place> places = IntStream.range(0, NODES).mapToObj(network::place).toList();
        var cluster = new ForkedCluster(directory, places, Network.HUB, seed);
        try {
            List<ForkedNode> nodes = cluster.startAll();
            cluster.driver.start(3);
            cluster.driver.awaitAccepted(200);
            var claims = new DividedClaims(nodes.get(0), nodes.get(MINORITY));
            cluster.history.note("cut off " + nodes.get(MINORITY).name());
            network.cut(MINORITY);
            nodes.get(0)
                    .awaitLog("cluster-node-left node=" + nodes.get(MINORITY).name());
            nodes.get(MINORITY).awaitLog("cluster-minority");
            cluster.history.note("both sides know");
            claims.whileDivided();
            cluster.driver.awaitAccepted(200);
            network.heal(MINORITY);
            cluster.history.note("healed");
            nodes.get(MINORITY).awaitLog("cluster-majority");
            cluster.history.note("one cluster");
            claims.whenOne();
            claims.close();
            cluster.driver.awaitAccepted(200);
            return cluster.found(Driver::promisedAlways);
        } finally {
            cluster.close();
        }
    }
}
