package io.sluice.proxy;

import io.sluice.config.Settings;
import io.sluice.netty.Sinks;
import io.sluice.origin.OriginClient;
import io.sluice.stats.Stats;
import io.vertx.core.Vertx;
import java.util.function.BooleanSupplier;

/**
 * What the exchanges of one event loop share.
 *
 * @param origin of this loop
 * @param sessions of this loop
 * @param sockets of this loop
 * @param closing whether the node closes
 */
record ProxyLoop(
        Vertx vertx,
        Settings settings,
        Stats stats,
        Sinks sinks,
        OriginClient origin,
        Sessions sessions,
        LoopSockets sockets,
        BooleanSupplier closing) {}
