package io.sluice.stats;

/** Why an item did not reach a connection, or a channel, that it was meant for. Every loss has one of these. */
public enum DropReason {
    /** A filter failed on the item. */
    FILTER_FAILED,
    /** The item's content-filters are not those of the subscription. */
    CONTENT_FILTER_MISMATCH,
    /** The session's queue of waiting items is full. */
    SESSION_QUEUE_FULL,
    /** It came to a connection whose outbox is full: the client reads too slowly (policy drop-newest, and who can make no room). */
    OUTBOX_FULL,
    /** It was the oldest of its channel in a full outbox (policy drop-oldest). */
    OUTBOX_OLDEST,
    /** A newer item of its key took its place in the outbox (policy conflate). */
    OUTBOX_CONFLATED,
    /** It gave way to an item of higher priority in a full outbox. */
    OUTBOX_LOW_PRIORITY,
    /** It waited in an outbox whose connection was ended for being too slow (policy disconnect, stall-seconds), or came to it. */
    OUTBOX_DISCONNECTED,
    /** It came to a full outbox, and the channel's log had it no more when the client had caught up (policy catch-up); the client was told of the gap. */
    OUTBOX_GAP,
    /** A WebSocket's origin sent a message without the agreed prefix, so that it is not for the client. */
    NOT_PREFIXED,
    /** The item does not follow the session's position; the session recovers at the origin instead. */
    OUT_OF_POSITION,
    /** The connection, or its hold, ended with items waiting, or left their channel. */
    CONNECTION_CLOSED,
    /** A home did not confirm items that came over ZeroMQ, where nobody can be told. Some may have been accepted. */
    PUBLISH_UNCONFIRMED,
    /** The channel's buffer of out-of-order items is full. */
    SEQUENCER_FULL,
    /** Another item with the same prev-id already waits for its predecessor. */
    SEQUENCER_CONFLICT,
    /** A node with subscribers could not be reached. */
    NODE_UNREACHABLE,
    /** A node found by the numbers that items of a channel did not reach it; its sessions ask their origins. */
    MISSED_BY_NODE,
    /** A client came back with a position that the channel's log does not go back to; its origin is asked, where it can be. Items unknown: counted once. */
    NOT_IN_LOG,
    /** The session threw on the item, which is a defect; its subscription has ended. */
    SUBSCRIBER_FAILED,
    /** The event loop had closed when the item came. */
    LOOP_CLOSED,
}
