package io.sluice.cluster;

import com.hazelcast.map.IMap;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** After a node has left: takes its claims out of the entries that this member owns, a batch at a time. */
final class ClaimSweep {
    private static final Logger LOG = LoggerFactory.getLogger(ClaimSweep.class);
    private static final int BATCH = 200;
    /** Partitions move after a member has left. */
    private static final long SETTLE_SECONDS = 5;

    private final Vertx vertx;
    private final IMap<String, @Nullable ClaimEntry> clients;

    ClaimSweep(Vertx vertx, IMap<String, @Nullable ClaimEntry> clients) {
        this.vertx = vertx;
        this.clients = clients;
    }

    /** @param gone incarnations of nodes */
    void start(String[] gone) {
        vertx.timer(SETTLE_SECONDS, TimeUnit.SECONDS)
                .compose(settled ->
                        vertx.executeBlocking(() -> clients.localKeySet().iterator(), false))
                .compose(keys -> batch(keys, gone))
                .onFailure(e -> LOG.info("claim-sweep-failed reason=\"{}\"", e.getMessage()));
    }

    private Future<Void> batch(Iterator<String> keys, String[] gone) {
        var swept = new ArrayList<Future<Boolean>>();
        while (keys.hasNext() && swept.size() < BATCH) {
            swept.add(Future.fromCompletionStage(
                    clients.submitToKey(keys.next(), new SweepClaims(gone)), vertx.getOrCreateContext()));
        }
        return swept.isEmpty() ? Future.succeededFuture() : Future.join(swept).compose(done -> batch(keys, gone));
    }
}
