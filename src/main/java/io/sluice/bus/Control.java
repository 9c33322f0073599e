package io.sluice.bus;

/** To every node, or to one. */
public sealed interface Control {
    /** Forget all last ids, and have all HTTP sessions ask their origins again (GRIP control API, recover). */
    record Recover() implements Control {}

    /** Have the WebSocket-over-HTTP origins of all connections on the channel asked at once. Not an item: it has no place in the channel's order. */
    record RefreshChannel(String channel) implements Control {}
}
