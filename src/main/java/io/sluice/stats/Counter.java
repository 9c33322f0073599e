package io.sluice.stats;

/** What is counted over the life of a node. Each is a monotonic count of events. */
public enum Counter {
    /** Requests taken from clients, after a well-formed head. */
    REQUESTS,
    /** Requests refused before routing: malformed, too large, over a limit. */
    REQUESTS_REFUSED,
    /** Connections refused because the node has as many as it may have. Counted in a dry run too, as the following. */
    CONNECTIONS_REFUSED_FULL,
    /** Connections refused because too many had come in this second. */
    CONNECTIONS_REFUSED_RATE,
    /** Connections refused because too much waits for slow clients. */
    CONNECTIONS_REFUSED_MEMORY,
    /** Connections, or requests behind a proxy, refused because their address has as many as it may have. */
    CONNECTIONS_REFUSED_ADDRESS,
    /** Requests answered by Sluice because the origin could not: 502 and 504. */
    ORIGIN_FAILURES,
    /** Requests not sent to a target because too many wait for it: 503. */
    ORIGIN_OVERLOADS,
    /** Requests not sent to a target because connects to it had failed: 502, or the next target. */
    ORIGIN_SKIPS,
    /** Next-link fetches sent to origins, polls among them. */
    NEXT_FETCHES,
    /** Next-link fetches that joined one already under way. */
    NEXT_FETCHES_MERGED,
    /** Original requests of response holds sent to the origin again. */
    RETRIES,
    /** Messages received from WebSocket clients. */
    SOCKET_MESSAGES,
    /** WebSocket-over-HTTP requests sent to origins. */
    SOCKET_REQUESTS,
    /** Messages of WebSocket clients that came too late for their origin, or that it may not have got. */
    SOCKET_MESSAGES_LOST,
    /** Ends of WebSockets that no origin could be told of. */
    SOCKET_FAREWELLS_LOST,
    /** WebSockets closed because their origin failed. */
    SOCKETS_FAILED,
    /** WebSockets cut because their client was silent for too long. */
    SOCKETS_DEAD,
    /** Control messages of origins that could not be read, or not be followed. */
    CONTROL_REFUSED,
    /** Claims taken: a connection has become its client's. */
    CLAIMS_TAKEN,
    /** Claims displaced by a newer connection of the client. */
    CLAIMS_DISPLACED,
    /** Claims given up because the node was on the smaller side of a divided cluster for too long. */
    CLAIMS_ISOLATED,
    /** Claims refused because the client has a connection, which its policy keeps. */
    CLAIMS_REFUSED_HELD,
    /** Claims refused because the node is on the smaller side of a divided cluster. */
    CLAIMS_REFUSED_ISOLATED,
    /** Claims refused because the cluster's store did not answer. */
    CLAIMS_REFUSED_FAILED,
    /** Holds refused because the request has no valid client id, or no valid token. */
    CLAIMS_REFUSED_UNNAMED,
    /** Displaced connections whose node did not confirm their close in time. */
    CLAIMS_UNCONFIRMED,
    /** Automatic reconnects of displaced event streams, answered with 204. */
    CLAIMS_STOPPED,
    /** Publish calls, over HTTP, ZeroMQ and the bus. */
    PUBLISHES,
    /** Publish calls refused for their content. */
    PUBLISHES_REFUSED,
    /** Items that came over a ZeroMQ subscription for a channel that nobody on the node is subscribed to: it subscribes by prefix. */
    ITEMS_UNASKED,
    /** Channels with subscriptions that the ZeroMQ subscriber does not ask for, because their names are too long. */
    CHANNELS_TOO_LONG,
    /** Commands on the ZeroMQ command socket that could not be read, or not be done. */
    COMMANDS_REFUSED,
    /** Publish calls refused with 429: more than are allowed in a second. */
    PUBLISHES_LIMITED,
    /** Calls on the control port refused with 401, for their credentials. */
    CALLS_UNAUTHORIZED,
    /** Publish calls failed because a home could not be reached. */
    PUBLISHES_FAILED,
    /** Publish items accepted by a home. */
    ITEMS_ACCEPTED,
    /** Publish items recognised as duplicates by their id. */
    ITEMS_DUPLICATE,
    /** Publish items that a link between nodes had no room for, or lost: the node fetches them, or counts what it missed. */
    ITEMS_DEFERRED,
    /** Channels of which another node has become the home. */
    CHANNELS_MOVED,
    /** Times that a node found items of a channel missing; how many items that were is among the drops. */
    GAPS,
    /** Times that a node found something of what another had sent it missing, and asked it where all its channels stand. */
    LINKS_BROKEN,
    /** Channels that a node had fetched from the log, because items had not reached it. */
    CHANNELS_REPAIRED,
    /** Deliveries: an item written to, or answered on, one connection. */
    DELIVERIES,
    /** Items that a filter kept from one connection, as it should. */
    FILTERED,
    /** Items that came to a connection which had their content already, by its position. */
    COVERED,
    /** Holds ended because the node drains. */
    HOLDS_DRAINED,
    /** Outboxes that came to the share of their bound at which the log warns. */
    OUTBOX_WARNINGS,
    /** Times that a connection was left behind by a channel, to read its log later (policy catch-up). */
    OUTBOX_CATCH_UPS,
    /** Connections ended because their outbox was full (policy disconnect). */
    CONNECTIONS_ENDED_SLOW,
    /** Connections ended because their client took nothing for too long. */
    CONNECTIONS_ENDED_STALLED,
    /** Clients cut because they took nothing of an ordinary answer, or sent nothing of their request, for too long. */
    CLIENTS_STALLED,
    /** Connections ended by an operator. */
    CONNECTIONS_ENDED_BY_OPERATOR,
}
