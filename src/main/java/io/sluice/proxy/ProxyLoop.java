package io.sluice.proxy;

import io.sluice.config.Settings;
import io.sluice.netty.Sinks;
import io.sluice.origin.OriginClient;
import io.sluice.stats.Stats;
import io.vertx.core.Vertx;

/**
 * What the exchanges of one event loop share.
 *
 * @param origin of this loop
 * @param sessions of this loop
 * @param sockets of this loop
 * @param claims of this node
 * @param ends of this loop's holds
 */
record ProxyLoop(
        Vertx vertx,
        Settings settings,
        Stats stats,
        Sinks sinks,
        OriginClient origin,
        Sessions sessions,
        LoopSockets sockets,
        ConnectionClaims claims,
        PacedEnds ends) {}
