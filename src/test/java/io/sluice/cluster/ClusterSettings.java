package io.sluice.cluster;

import io.sluice.config.Settings;
import java.util.List;

/** Settings of nodes of one cluster on this machine; all else is at its default. */
final class ClusterSettings {
    private ClusterSettings() {}

    /** @param ports of all nodes of the cluster, the index tells which is this one's */
    static Settings of(String name, String cluster, List<Integer> ports, int index) {
        var join = ports.stream().map(port -> "127.0.0.1:" + port).toList();
        Settings defaults = Settings.defaults();
        return new Settings(
                new Settings.Node(name),
                defaults.http(),
                defaults.admission(),
                defaults.control(),
                defaults.zmq(),
                defaults.ops(),
                defaults.grip(),
                defaults.channels(),
                defaults.websocket(),
                defaults.outbox(),
                defaults.origin(),
                new Settings.Cluster(cluster, "127.0.0.1", ports.get(index), join, 0),
                defaults.drain(),
                defaults.claims(),
                defaults.log(),
                defaults.trace(),
                defaults.routes());
    }
}
