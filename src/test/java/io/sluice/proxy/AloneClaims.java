package io.sluice.proxy;

import io.sluice.channel.AloneHomes;
import io.sluice.claim.HeapClaims;
import io.sluice.config.Settings;
import io.sluice.stats.Stats;
import io.vertx.core.Vertx;

/** Claims of a node that stands alone. */
final class AloneClaims {
    private AloneClaims() {}

    static ConnectionClaims of(Vertx vertx, Stats stats) {
        return new ConnectionClaims(
                vertx,
                new HeapClaims(),
                new AloneHomes("node"),
                Settings.defaults().claims(),
                stats);
    }
}
