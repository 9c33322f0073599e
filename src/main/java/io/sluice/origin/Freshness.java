package io.sluice.origin;

/** What connection a request may go out on. An idle one may have been closed by its origin while the request is on its way. */
enum Freshness {
    /** Any: the request can be repeated. */
    ANY,
    /**
     * One that was used a moment ago, or a new one: the request can't be repeated, and servers close connections that were idle for
     * some seconds.
     */
    RECENT,
    /** A new one. */
    NEW,
}
