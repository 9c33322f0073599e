package io.sluice.cluster;

import com.hazelcast.core.HazelcastInstance;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the cluster can do without this node: every channel has a home, and its backup, elsewhere. Any thread. */
public final class ClusterSafety {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterSafety.class);
    private static final long LOOK_MILLIS = 200;

    private final Vertx vertx;
    private final @Nullable HazelcastInstance hazelcast;

    /** @param hazelcast null for a node that stands alone, whom nobody can do without */
    ClusterSafety(Vertx vertx, @Nullable HazelcastInstance hazelcast) {
        this.vertx = vertx;
        this.hazelcast = hazelcast;
    }

    /** Waits until it is so; false when the time is over before. Never fails. */
    public Future<Boolean> await(Duration atMost) {
        HazelcastInstance member = hazelcast;
        return member == null ? Future.succeededFuture(true) : look(member, System.nanoTime() + atMost.toNanos());
    }

    private Future<Boolean> look(HazelcastInstance member, long untilNanos) {
        return vertx.executeBlocking(() -> member.getPartitionService().isClusterSafe(), false)
                .recover(failure -> {
                    LOG.debug("cluster-safe-unknown reason={}", failure.toString());
                    return Future.succeededFuture(false);
                })
                .compose(safe -> safe || System.nanoTime() - untilNanos >= 0
                        ? Future.succeededFuture(safe)
                        : vertx.timer(LOOK_MILLIS, TimeUnit.MILLISECONDS).compose(passed -> look(member, untilNanos)));
    }
}
