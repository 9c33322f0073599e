package io.sluice.trace;

/** Where on its way an item was seen. */
public enum Stage {
    /** At its channel's home: numbered, and given to the nodes that are named. */
    FORWARDED,
    /** At its channel's home: a duplicate by its id, which goes no further. */
    DUPLICATE,
    /** At its channel's home: it waits for the item that its prev-id names. */
    WAITING,
    /** At its channel's home: not taken, for the reason given. */
    REFUSED,
    /** At its channel's home: not in the channel's log, for the reason given, and so not given out. */
    NOT_LOGGED,
    /** At its channel's home: a link had no room for it; the node that is named fetches it, or counts that it missed it. */
    DEFERRED,
    /** On a node with subscribers: handed to the event loops that have them. */
    ARRIVED,
    /** On a node that had no subscribers any more. */
    NOT_SUBSCRIBED,
    /** On a node that had it already. */
    SEEN_BEFORE,
    /** On a node with subscribers: items up to this position did not come. */
    MISSED,
}
