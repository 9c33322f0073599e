package io.sluice.trace;

import java.util.List;
import java.util.Map;

/**
 * What became of an item at the connections of a node.
 *
 * @param loops event loops that have dealt with it
 * @param matched subscriptions that it has a format for
 * @param written to connections, or answered on them
 * @param queued had to wait, in their session or for a slow client; what came of that is in the other numbers
 * @param covered connections that had it already, by their position
 * @param filtered kept back as it should be, by filter
 * @param dropped by reason; where there is a position and a backend, that is asked
 * @param named some of the connections that did not get it
 */
public record Tally(
        int loops,
        long matched,
        long written,
        long queued,
        long covered,
        Map<String, Long> filtered,
        Map<String, Long> dropped,
        List<Named> named) {
    /**
     * A connection that did not get the item.
     *
     * @param client empty where it has none
     * @param why the filter, or the reason of the drop
     */
    public record Named(String connection, String client, String why) {}
}
