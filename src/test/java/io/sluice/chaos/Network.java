package io.sluice.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Network namespaces of the test's own. In the middle is the hub, where clients, publishers and the origin run; each node has a namespace with two
 * links there: one for clients, and one for the other nodes, which can be cut without anybody being told.
 */
final class Network {
    private static final String CLIENTS = "10.77.0.";
    private static final String CLUSTER = "10.78.0.";
    /** Where the hub is in both. */
    static final String HUB = CLIENTS + "1";

    private final String name;
    private final int nodes;

    /** @param name unique on this machine, short: links are named after it */
    Network(String name, int nodes) {
        this.name = name;
        this.nodes = nodes;
    }

    String name() {
        return name;
    }

    /** Makes it. */
    void create() throws Exception {
        ip("netns", "add", hub());
        ip("-n", hub(), "link", "set", "lo", "up");
        for (String bridge : List.of("clients", "cluster")) {
            ip("-n", hub(), "link", "add", bridge, "type", "bridge");
            ip("-n", hub(), "link", "set", bridge, "up");
        }
        ip("-n", hub(), "address", "add", HUB + "/24", "dev", "clients");
        for (int i = 0; i < nodes; i++) {
            ip("netns", "add", node(i));
            ip("-n", node(i), "link", "set", "lo", "up");
            link(i, "clients", CLIENTS);
            link(i, "cluster", CLUSTER);
        }
    }

    private void link(int node, String bridge, String net) throws Exception {
        String port = bridge + node;
        ip("-n", hub(), "link", "add", port, "type", "veth", "peer", "name", bridge, "netns", node(node));
        ip("-n", hub(), "link", "set", port, "master", bridge);
        ip("-n", hub(), "link", "set", port, "up");
        ip("-n", node(node), "address", "add", net + (node + 2) + "/24", "dev", bridge);
        ip("-n", node(node), "link", "set", bridge, "up");
    }

    /** Words of a command line that run the rest of it in the hub. */
    List<String> inHub() {
        return List.of("ip", "netns", "exec", hub());
    }

    Place place(int node) {
        return new Place(List.of("ip", "netns", "exec", node(node)), CLIENTS + (node + 2), CLUSTER + (node + 2));
    }

    /** From now on the node and the others don't reach each other; clients reach all. */
    void cut(int node) throws Exception {
        ip("-n", hub(), "link", "set", "cluster" + node, "nomaster");
    }

    void heal(int node) throws Exception {
        ip("-n", hub(), "link", "set", "cluster" + node, "master", "cluster");
    }

    /** Takes all of it away, also where only a part was made. */
    void close() throws Exception {
        for (int i = 0; i < nodes; i++) {
            run(List.of("ip", "netns", "delete", node(i)));
        }
        run(List.of("ip", "netns", "delete", hub()));
    }

    private String hub() {
        return name + "-hub";
    }

    private String node(int node) {
        return name + "-n" + node;
    }

    private static void ip(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        String complaint = run(command);
        if (!complaint.isEmpty()) {
            throw new IOException(command + ": " + complaint);
        }
    }

    /** What is said to be wrong; empty when all went well. */
    private static String run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return "hangs";
        }
        return process.exitValue() == 0 ? "" : said + "exit code " + process.exitValue();
    }
}
