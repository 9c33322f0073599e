package io.sluice.proxy;

import io.sluice.channel.ChannelHomes;
import io.sluice.config.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over a node's claims: gives them up on the smaller side of a divided cluster, and makes sure of them from time to time, when
 * the sides have come together, and when a member has gone, who may have had the only copy of some. On one context.
 */
final class ClaimWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ClaimWatch.class);
    private static final long TICK_MILLIS = 500;
    /** Claims that are made sure of at once. */
    private static final int BATCH = 100;
    /** Between two batches: a node with 50,000 claims takes about five seconds for all. */
    private static final long PAUSE_MILLIS = 10;
    /** The sides of a divided cluster are still merging, or backups are taking over. */
    private static final long SETTLE_MILLIS = 2000;

    private final Vertx vertx;
    private final ConnectionClaims claims;
    private final ChannelHomes homes;
    private final long graceMillis;
    private final long auditMillis;
    private long healings;
    private Set<String> members;
    private boolean isolated;
    private long isolatedMillis;
    private long auditDueMillis;
    private boolean auditing;

    ClaimWatch(Vertx vertx, ConnectionClaims claims, ChannelHomes homes, Settings.Claims settings) {
        this.vertx = vertx;
        this.claims = claims;
        this.homes = homes;
        this.graceMillis = settings.isolationGraceSeconds() * 1000L;
        this.auditMillis = settings.auditSeconds() * 1000L;
        this.healings = homes.healings();
        this.members = homes.members();
    }

    void start() {
        auditDueMillis = now() + auditMillis;
        vertx.setPeriodic(TICK_MILLIS, timer -> tick());
    }

    private void tick() {
        long now = now();
        Set<String> before = members;
        members = homes.members();
        if (homes.healings() != healings || !members.containsAll(before)) {
            healings = homes.healings();
            auditDueMillis = Math.min(auditDueMillis, now + SETTLE_MILLIS);
        }
        if (homes.isolated()) {
            watchIsolation(now);
            return;
        }
        if (isolated) {
            isolated = false;
            auditDueMillis = Math.min(auditDueMillis, now + SETTLE_MILLIS);
            LOG.info("claims-isolation-over node={}", homes.self());
        }
        if (now >= auditDueMillis && !auditing) {
            auditing = true;
            batch(new ArrayList<>(claims.taken()).iterator()).onComplete(done -> {
                auditing = false;
                auditDueMillis = Math.min(now() + auditMillis, Math.max(auditDueMillis, now() + SETTLE_MILLIS));
            });
            auditDueMillis = now + auditMillis;
        }
    }

    private void watchIsolation(long now) {
        if (!isolated) {
            isolated = true;
            isolatedMillis = now;
            LOG.warn(
                    "claims-isolated node={} members={} grace-seconds={}",
                    homes.self(),
                    homes.members(),
                    graceMillis / 1000);
        }
        if (now - isolatedMillis >= graceMillis) {
            for (ConnectionClaim claim : claims.taken()) {
                claim.context().runOnContext(turn -> claim.isolated());
            }
        }
    }

    private Future<?> batch(Iterator<ConnectionClaim> rest) {
        var asked = new ArrayList<Future<?>>();
        while (rest.hasNext() && asked.size() < BATCH) {
            ConnectionClaim claim = rest.next();
            if (claim.taken()) {
                asked.add(claims.audit(claim));
            }
        }
        return asked.isEmpty()
                ? Future.succeededFuture()
                : Future.join(asked)
                        .transform(done -> vertx.timer(PAUSE_MILLIS, TimeUnit.MILLISECONDS))
                        .compose(passed -> batch(rest));
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }
}
