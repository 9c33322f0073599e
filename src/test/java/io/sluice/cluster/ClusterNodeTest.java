package io.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import io.sluice.channel.AloneHomes;
import io.sluice.channel.HeapInterest;
import io.sluice.config.Settings;
import io.vertx.core.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ClusterNodeTest {
    @Test
    void withoutMembersToJoinItStandsAloneAndStartsNoHazelcast() {
        Future<ClusterNode> start = ClusterNode.start(Settings.defaults());
        assertThat(start.succeeded()).isTrue();
        ClusterNode node = start.result();
        assertThat(node.vertx().isClustered()).isFalse();
        assertThat(node.homes()).isInstanceOf(AloneHomes.class);
        assertThat(node.homes().self()).isEqualTo(Settings.defaults().node().name());
        assertThat(node.interest()).isInstanceOf(HeapInterest.class);
        assertThat(node.eventLoops()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(Hazelcast.getAllHazelcastInstances()).isEmpty();
        Future<Void> closed = node.vertx().close();
        Awaitility.await().until(closed::isComplete);
    }
}
