package io.sluice.origin;

import io.sluice.config.Settings;
import io.sluice.config.Target;
import io.sluice.stats.Stats;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;

/** The pools of one event loop, made at need and dropped when empty. */
final class Pools {
    private static final long SWEEP_MILLIS = 1000;

    private final Vertx vertx;
    private final Dialer dialer;
    private final Settings.Origins limits;
    private final Stats stats;
    private final Map<Endpoint, TargetPool> pools = new HashMap<>();
    private final long sweeper;

    Pools(Vertx vertx, Dialer dialer, Settings.Origins limits, Stats stats) {
        this.stats = stats;
        this.vertx = vertx;
        this.dialer = dialer;
        this.limits = limits;
        sweeper = vertx.setPeriodic(SWEEP_MILLIS, id -> sweep());
    }

    Runnable acquire(
            Target target, String certificateHost, Freshness freshness, boolean background, TargetPool.Waiter waiter) {
        return pools.computeIfAbsent(Endpoint.of(target), key -> new TargetPool(vertx, dialer, key, limits, stats))
                .acquire(target.tls() ? certificateHost : target.host(), freshness, background, waiter);
    }

    private void sweep() {
        pools.values().forEach(TargetPool::sweep);
        pools.values().removeIf(pool -> {
            boolean unused = pool.unused();
            if (unused) {
                pool.forget();
            }
            return unused;
        });
    }

    /** Closes all connections, also those in use. */
    Future<Void> close() {
        vertx.cancelTimer(sweeper);
        return dialer.close();
    }
}
