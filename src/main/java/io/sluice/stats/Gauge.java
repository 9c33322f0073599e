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
    /** Connections whose clients take less than there is for them: they have an outbox. */
    OUTBOXES,
    /** Messages waiting in outboxes. */
    OUTBOX_MESSAGES,
    /** Bytes waiting in outboxes; several may wait for the same ones in memory. */
    OUTBOX_BYTES,
    /** Targets that are left alone because connects fail, summed over event loops. */
    ORIGIN_CIRCUITS_OPEN,
    /** Items left in channels' logs for connections that are to read them there (policy catch-up). */
    OUTBOX_BEHIND,
    /** 1 while the node drains. */
    DRAINING,
}
