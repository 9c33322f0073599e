package io.sluice.cluster;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.map.IMap;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * After a node has left: takes its claims out of the entries that this member owns, a batch at a time. Partitions move at that time, so it
 * goes over them again until there was nothing left to take out.
 */
final class ClaimSweep {
    private static final Logger LOG = LoggerFactory.getLogger(ClaimSweep.class);
    private static final int BATCH = 200;
    /** Before each round: partitions move after a member has left. */
    private static final long SETTLE_SECONDS = 5;

    private static final int MAX_ROUNDS = 20;

    private final Vertx vertx;
    private final IMap<String, @Nullable ClaimEntry> clients;

    /** What a round has come to. */
    private static final class Round {
        int swept;
        int failed;
    }

    ClaimSweep(Vertx vertx, IMap<String, @Nullable ClaimEntry> clients) {
        this.vertx = vertx;
        this.clients = clients;
    }

    /** @param gone incarnations of nodes */
    void start(String[] gone) {
        round(gone, 1);
    }

    private void round(String[] gone, int number) {
        var round = new Round();
        vertx.timer(SETTLE_SECONDS, TimeUnit.SECONDS)
                .compose(settled ->
                        vertx.executeBlocking(() -> clients.localKeySet().iterator(), false))
                .compose(keys -> batch(keys, gone, round))
                .onSuccess(done -> {
                    boolean again = round.swept + round.failed > 0;
                    if (again && number < MAX_ROUNDS) {
                        round(gone, number + 1);
                    } else if (again) {
                        LOG.warn("claim-sweep-failed rounds={} entries={}", number, round.failed);
                    }
                })
                .onFailure(e -> LOG.info("claim-sweep-ended reason=\"{}\"", String.valueOf(e)));
    }

    private Future<Void> batch(Iterator<String> keys, String[] gone, Round round) {
        var some = new HashSet<String>();
        while (keys.hasNext() && some.size() < BATCH) {
            some.add(keys.next());
        }
        if (some.isEmpty()) {
            return Future.succeededFuture();
        }
        return Future.fromCompletionStage(clients.submitToKeys(some, new SweepClaims(gone)), vertx.getOrCreateContext())
                .onSuccess(answers -> round.swept +=
                        (int) answers.values().stream().filter(swept -> swept).count())
                .recover(failure -> {
                    if (failure instanceof HazelcastInstanceNotActiveException) {
                        return Future.failedFuture(failure);
                    }
                    round.failed += some.size();
                    return Future.succeededFuture();
                })
                .compose(done -> batch(keys, gone, round));
    }
}
