package io.sluice.chaos;

/** What can be promised of a channel. */
enum Rule {
    /** Items that two subscriptions both have are in the same order in both. */
    ORDER,
    /** An item whose publishing began after another one was accepted comes after it. */
    REAL_TIME,
    /** A subscriber has no item twice, however often it reconnects. */
    ONCE,
    /** What was accepted after a subscriber's head reached it, and what any other one has, it has too. */
    NO_LOSS,
    /** A subscriber has the numbers of a chain one after the other, without a hole. */
    CHAIN,
    /** What was never published, or always refused, is never delivered; and nothing more often than it was published. Holds always. */
    NOTHING_ELSE,
    /** No two connections of one client id are open. */
    SINGLE_CLAIM,
}
