package io.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import io.sluice.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterConfigTest {
    @Test
    void theFileOfTheProjectWithTheSettingsOverIt(@TempDir Path dir) throws IOException {
        Config config = ClusterConfig.of(settings(dir, "127.0.0.1"));
        assertThat(config.getClusterName()).isEqualTo("blue");
        assertThat(config.getMemberAttributeConfig().getAttribute(HazelcastHomes.NODE_ATTRIBUTE))
                .isEqualTo("n1");
        assertThat(config.getProperty("hazelcast.operation.fail.on.indeterminate.state"))
                .isEqualTo("true");
        assertThat(config.getProperty("hazelcast.phone.home.enabled")).isEqualTo("false");
        var network = config.getNetworkConfig();
        assertThat(network.getPort()).isEqualTo(5999);
        assertThat(network.isPortAutoIncrement()).isFalse();
        assertThat(network.getInterfaces().getInterfaces()).containsExactly("127.0.0.1");
        assertThat(network.getJoin().getMulticastConfig().isEnabled()).isFalse();
        assertThat(network.getJoin().getAutoDetectionConfig().isEnabled()).isFalse();
        assertThat(network.getJoin().getTcpIpConfig().isEnabled()).isTrue();
        assertThat(network.getJoin().getTcpIpConfig().getMembers()).containsExactly("10.0.0.1:5701", "10.0.0.2:5701");
        var channels = config.getMapConfig(HazelcastInterest.MAP);
        assertThat(channels.getInMemoryFormat()).isEqualTo(InMemoryFormat.OBJECT);
        assertThat(channels.getBackupCount()).isEqualTo(1);
        assertThat(channels.getMergePolicyConfig().getPolicy()).isEqualTo(MergeChannels.class.getName());
    }

    @Test
    void onAllAddressesNoInterfaceIsChosen(@TempDir Path dir) throws IOException {
        Config config = ClusterConfig.of(settings(dir, "0.0.0.0"));
        assertThat(config.getNetworkConfig().getInterfaces().isEnabled()).isFalse();
        assertThat(config.getProperty("hazelcast.socket.bind.any")).isEqualTo("true");
    }

    @Test
    void aFileBesideTheConfigurationCountsFirst(@TempDir Path dir) throws IOException {
        Files.writeString(dir.resolve("cluster.xml"), """
                <hazelcast xmlns="http://www.hazelcast.com/schema/config">
                  <properties><property name="mine">yes</property></properties>
                </hazelcast>
                """);
        assertThat(ClusterConfig.of(settings(dir, "127.0.0.1")).getProperty("mine"))
                .isEqualTo("yes");
    }

    @Test
    void aBrokenFileIsNamed(@TempDir Path dir) throws IOException {
        Files.writeString(dir.resolve("cluster.xml"), "<hazelcast><nonsense/></hazelcast>");
        assertThatThrownBy(() -> ClusterConfig.of(settings(dir, "127.0.0.1")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(dir.resolve("cluster.xml").toString());
    }

    private static Settings settings(Path dir, String host) {
        Settings defaults = Settings.defaults();
        Settings.Grip grip = defaults.grip();
        return new Settings(
                new Settings.Node("n1"),
                defaults.http(),
                defaults.admission(),
                defaults.control(),
                defaults.zmq(),
                defaults.ops(),
                new Settings.Grip(
                        grip.sigIss(),
                        grip.sigKey(),
                        grip.upstreamKey(),
                        grip.debug(),
                        grip.autoCrossOrigin(),
                        grip.acceptForwardedProto(),
                        grip.setForwardedProto(),
                        grip.forwardedFor(),
                        grip.forwardedForTrusted(),
                        grip.origHeadersNeedMark(),
                        grip.acceptPushpinRoute(),
                        grip.cdnLoop(),
                        dir),
                defaults.channels(),
                defaults.websocket(),
                Settings.defaults().outbox(),
                defaults.origin(),
                new Settings.Cluster("blue", host, 5999, List.of("10.0.0.1:5701", "10.0.0.2:5701"), 0),
                defaults.drain(),
                Settings.defaults().claims(),
                Settings.defaults().log(),
                Settings.defaults().trace(),
                defaults.routes());
    }
}
