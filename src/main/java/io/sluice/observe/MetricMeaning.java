package io.sluice.observe;

import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import io.sluice.stats.Timing;

/** What each number means, in the words that the metrics page shows. A new number does not compile without words. */
final class MetricMeaning {
    private MetricMeaning() {}

    static String of(Counter counter) {
        return switch (counter) {
            case REQUESTS -> "Requests taken from clients, after a well-formed head.";
            case REQUESTS_REFUSED -> "Requests refused before routing: malformed, too large, over a limit.";
            case CONNECTIONS_REFUSED_FULL -> "Connections refused because the node has as many as it may have.";
            case CONNECTIONS_REFUSED_RATE -> "Connections refused because too many had come in this second.";
            case CONNECTIONS_REFUSED_MEMORY -> "Connections refused because too much waits for slow clients.";
            case CONNECTIONS_REFUSED_ADDRESS -> "Connections refused because their address has as many as it may have.";
            case ORIGIN_OVERLOADS -> "Requests not sent to a target because too many wait for it.";
            case ORIGIN_SKIPS -> "Requests not sent to a target because connects to it had failed.";
            case ORIGIN_FAILURES ->
                "Requests to origins, of clients or of Sluice's own, without an answer that was whole: not reached, not in time, not understood, cut.";
            case NEXT_FETCHES -> "Next-link fetches sent to origins, polls among them.";
            case NEXT_FETCHES_MERGED -> "Next-link fetches that joined one already under way.";
            case RETRIES -> "Requests of response holds sent to the origin again.";
            case SOCKET_MESSAGES -> "Messages received from WebSocket clients.";
            case SOCKET_REQUESTS -> "WebSocket-over-HTTP requests sent to origins.";
            case SOCKET_MESSAGES_LOST ->
                "Messages of WebSocket clients that came too late for their origin, or that it may not have got.";
            case SOCKET_FAREWELLS_LOST -> "Ends of WebSockets that no origin could be told of.";
            case SOCKETS_FAILED -> "WebSockets closed because their origin failed.";
            case SOCKETS_DEAD -> "WebSockets cut because their client was silent for too long.";
            case CONTROL_REFUSED -> "Control messages of origins that could not be read, or not be followed.";
            case CLAIMS_TAKEN -> "Claims taken: a connection has become its client's.";
            case CLAIMS_DISPLACED -> "Claims displaced by a newer connection of the client.";
            case CLAIMS_ISOLATED ->
                "Claims given up because the node was on the smaller side of a divided cluster for too long.";
            case CLAIMS_REFUSED_HELD -> "Claims refused because the client has a connection, which its policy keeps.";
            case CLAIMS_REFUSED_ISOLATED ->
                "Claims refused because the node is on the smaller side of a divided cluster.";
            case CLAIMS_REFUSED_FAILED -> "Claims refused because the cluster's store did not answer.";
            case CLAIMS_REFUSED_UNNAMED ->
                "Holds refused because the request has no valid client id, or no valid token.";
            case CLAIMS_UNCONFIRMED -> "Displaced connections whose node did not confirm their close in time.";
            case CLAIMS_STOPPED -> "Automatic reconnects of displaced event streams, answered with 204.";
            case PUBLISHES -> "Publish calls, over HTTP, ZeroMQ and the bus.";
            case PUBLISHES_REFUSED -> "Publish calls refused for their content.";
            case PUBLISHES_FAILED -> "Publish calls failed because a home could not be reached.";
            case PUBLISHES_LIMITED -> "Publish calls refused with 429: more than are allowed in a second.";
            case CALLS_UNAUTHORIZED -> "Calls on the control port refused with 401, for their credentials.";
            case CHANNELS_TOO_LONG ->
                "Channels with subscriptions that the ZeroMQ subscriber does not ask for, because their names have more than 1024 bytes.";
            case ITEMS_UNASKED ->
                "Items that came over ZeroMQ for channels without a subscription here: ZeroMQ subscribes by prefix.";
            case COMMANDS_REFUSED -> "Commands over ZeroMQ that could not be read, or not be done.";
            case ITEMS_ACCEPTED -> "Publish items accepted by a home.";
            case ITEMS_DEFERRED ->
                "Publish items that a link to another node had no room for, or lost; that node fetches them, or counts what it missed.";
            case CHANNELS_MOVED -> "Channels of which another node has become the home.";
            case GAPS -> "Times that this node found items of a channel missing.";
            case LINKS_BROKEN ->
                "Times that this node missed something of what another had sent, and asked it where its channels stand.";
            case CHANNELS_REPAIRED -> "Channels whose missing items this node fetched from the log.";
            case ITEMS_DUPLICATE -> "Publish items recognised as duplicates by their id.";
            case DELIVERIES -> "Items written to, or answered on, one connection.";
            case FILTERED -> "Items that a filter kept from one connection, as it should.";
            case COVERED -> "Items that came to a connection which had their content already, by its position.";
            case HOLDS_DRAINED -> "Holds ended because the node drains.";
            case OUTBOX_WARNINGS -> "Outboxes that came to outbox.warn-percent of their bound.";
            case OUTBOX_CATCH_UPS ->
                "Times that a channel left a slow connection behind, which reads the log later (policy catch-up).";
            case CONNECTIONS_ENDED_SLOW -> "Connections ended because their outbox was full (policy disconnect).";
            case CONNECTIONS_ENDED_STALLED ->
                "Connections ended because their client took nothing for outbox.stall-seconds.";
            case CLIENTS_STALLED ->
                "Clients cut because they took nothing of an answer, or sent nothing of their request, for http.stall-timeout-seconds.";
            case CONNECTIONS_ENDED_BY_OPERATOR -> "Connections ended by an operator.";
        };
    }

    static String of(Timing timing) {
        return switch (timing) {
            case ORIGIN_RESPONSE ->
                "From a request to an origin, with the wait for a connection, to the head of its response.";
            case PUBLISH -> "From a publish call to its receipt.";
            case EVENT_LOOP_LAG -> "How late an event loop came to a timer, of which each loop has ten a second.";
        };
    }

    static String of(Gauge gauge) {
        return switch (gauge) {
            case CONNECTIONS -> "Open client connections.";
            case RESPONSE_HOLDS -> "Response holds (long-polls) waiting.";
            case STREAM_HOLDS -> "Stream holds open.";
            case SOCKETS -> "WebSockets open.";
            case SUBSCRIPTIONS -> "Pairs of connection and channel.";
            case CHANNELS -> "Channels that this node is subscribed to.";
            case HOMED_CHANNELS -> "Channels that this node is the home of, and remembers.";
            case CLAIMS -> "Connections that are their clients' own, or are about to be.";
            case ORIGIN_REQUESTS -> "Requests to origins under way.";
            case OUTBOXES -> "Connections whose clients take less than there is for them.";
            case OUTBOX_MESSAGES -> "Messages waiting in outboxes.";
            case OUTBOX_BYTES -> "Bytes waiting in outboxes; several connections may wait for the same ones in memory.";
            case ORIGIN_CIRCUITS_OPEN -> "Targets that are left alone because connects fail, summed over event loops.";
            case OUTBOX_BEHIND -> "Items left in channels' logs for slow connections (policy catch-up).";
            case DRAINING -> "1 while the node drains, else 0.";
        };
    }
}
