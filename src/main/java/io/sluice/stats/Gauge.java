package io.sluice.stats;

/** Levels of a node: how many there are now. */
public enum Gauge {
    /** Open client connections. */
    CONNECTIONS,
    /** Response holds (long-polls) waiting. */
    RESPONSE_HOLDS,
    /** Stream holds open. */
    STREAM_HOLDS,
    /** WebSockets open. */
    SOCKETS,
    /** Subscriptions: pairs of connection and channel. */
    SUBSCRIPTIONS,
    /** Channels that this node is subscribed to. */
    CHANNELS,
    /** Channels that this node is the home of, and remembers. */
    HOMED_CHANNELS,
    /** Connections that are their clients' own, or are about to be. */
    CLAIMS,
    /** Requests to origins under way. */
    ORIGIN_REQUESTS,
    /** 1 while the node drains. */
    DRAINING,
}
