package io.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import io.sluice.claim.Claim;
import io.sluice.claim.ClaimAnswer;
import io.sluice.claim.ClaimState;
import io.sluice.claim.ClaimStore;
import io.sluice.grip.ClientPolicy;
import io.sluice.testing.FreePorts;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A claim that the store comes to when the connection has long been refused. */
@Timeout(60)
class LateClaimIT {
    private static final CountDownLatch HELD_UP = new CountDownLatch(1);
    private static final CountDownLatch GO_ON = new CountDownLatch(1);

    private final String cluster = "late-" + UUID.randomUUID();

    /** Keeps the thread of the client's partition. */
    private static final class HoldUp implements EntryProcessor<String, @Nullable ClaimEntry, Boolean> {
        private static final long serialVersionUID = 1;

        @Override
        public Boolean process(Map.Entry<String, @Nullable ClaimEntry> entry) {
            HELD_UP.countDown();
            try {
                return GO_ON.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void it_is_released() throws Exception {
        ClusterNode node = ClusterNode.start(ClusterSettings.of("n", cluster, FreePorts.take(1), 0))
                .await(30, TimeUnit.SECONDS);
        try {
            HazelcastInstance member = Hazelcast.getAllHazelcastInstances().stream()
                    .filter(instance -> instance.getConfig().getClusterName().equals(cluster))
                    .findFirst()
                    .orElseThrow();
            IMap<String, @Nullable ClaimEntry> map = member.getMap(HazelcastClaims.MAP);
            var heldUp = map.submitToKey("ann", new HoldUp());
            assertThat(HELD_UP.await(10, TimeUnit.SECONDS)).isTrue();

            ClaimStore store = node.claims();
            Future<ClaimAnswer> taken =
                    store.take("ann", new Claim(0, "n", store.incarnation(), "c1", 1), ClientPolicy.NEWEST);
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(taken::failed);
            assertThat(taken.cause()).isInstanceOf(TimeoutException.class);
            GO_ON.countDown();
            assertThat(heldUp.toCompletableFuture().get(10, TimeUnit.SECONDS)).isTrue();

            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(map.get("ann"))
                            .as("taken late, and released")
                            .isNotNull()
                            .extracting(ClaimEntry::state)
                            .matches(ClaimState::vacant));
        } finally {
            GO_ON.countDown();
            node.vertx().close().await(30, TimeUnit.SECONDS);
        }
    }
}
