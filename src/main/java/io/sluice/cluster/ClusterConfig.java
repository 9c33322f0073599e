package io.sluice.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.config.XmlConfigBuilder;
import io.sluice.config.Settings;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hazelcast's configuration: {@code cluster.xml}, and over it what the settings say. Reads files: not for event loops. */
final class ClusterConfig {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterConfig.class);
    private static final String FILE = "cluster.xml";

    private ClusterConfig() {}

    /** @throws IOException if there is no file, or it can't be read, or is no such configuration */
    static Config of(Settings settings) throws IOException {
        Config config = read(settings.grip().keyBase());
        Settings.Cluster cluster = settings.cluster();
        config.setClusterName(cluster.name());
        config.setInstanceName(null);
        config.getMemberAttributeConfig()
                .setAttribute(HazelcastHomes.NODE_ATTRIBUTE, settings.node().name());
        config.getMemberAttributeConfig()
                .setAttribute(HazelcastHomes.LIFE_ATTRIBUTE, UUID.randomUUID().toString());
        JoinTerms.of(settings).tell(config.getMemberAttributeConfig());
        config.getSerializationConfig().addDataSerializableFactory(Serials.FACTORY, new Serials());
        NetworkConfig network = config.getNetworkConfig();
        network.setPort(cluster.port()).setPortAutoIncrement(false);
        InetAddress host = InetAddress.getByName(cluster.host());
        if (host.isAnyLocalAddress()) {
            config.setProperty("hazelcast.socket.bind.any", "true");
        } else {
            network.getInterfaces().clear().setEnabled(true).addInterface(host.getHostAddress());
        }
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true).setMembers(new ArrayList<>(JoinMembers.resolved(cluster.join())));
        return config;
    }

    private static Config read(Path besideConfig) throws IOException {
        for (Path file : List.of(besideConfig.resolve(FILE), Path.of(FILE))) {
            if (Files.isRegularFile(file)) {
                LOG.info("cluster-config file={}", file.toAbsolutePath());
                try (InputStream in = Files.newInputStream(file)) {
                    return parse(in, file.toString());
                }
            }
        }
        try (InputStream in = ClusterConfig.class.getResourceAsStream("/" + FILE)) {
            if (in == null) {
                throw new FileNotFoundException(FILE + " is neither beside the configuration nor in the jar");
            }
            return parse(in, FILE + " in the jar");
        }
    }

    private static Config parse(InputStream in, String name) throws IOException {
        try {
            return new XmlConfigBuilder(in).build();
        } catch (RuntimeException e) {
            throw new IOException(name + ": " + e.getMessage(), e);
        }
    }
}
