package io.sluice.proxy;

import io.sluice.config.Routes;
import io.sluice.config.Settings;
import io.sluice.fanout.Loops;
import io.sluice.netty.Sinks;
import io.sluice.stats.Stats;

/**
 * What the proxies of all event loops of a node share.
 *
 * @param loops where each proxy registers at its start
 * @param node name of this node, first part of connection ids
 */
public record ProxyParts(
        Settings settings,
        Routes routes,
        Stats stats,
        Loops loops,
        Sinks sinks,
        ConnectionClaims claims,
        String node) {}
