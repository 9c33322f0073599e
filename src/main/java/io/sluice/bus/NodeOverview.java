package io.sluice.bus;

import java.util.List;
import java.util.Map;

/**
 * How a node is.
 *
 * @param version of Sluice
 * @param waitingFor what it needs before it takes traffic, in words; empty when it does
 * @param isolated whether it is in the smaller part of a divided cluster
 * @param numbers counters and levels by name
 * @param drops items lost since its start, by reason
 * @param timings counts of each bucket of its histograms, by name
 * @param activity its channels' busiest, with the items that it was given as their home
 */
public record NodeOverview(
        String version,
        List<String> waitingFor,
        boolean isolated,
        Map<String, Long> numbers,
        Map<String, Long> drops,
        Map<String, List<Long>> timings,
        Activity activity) {
    /**
     * @param millis that the items are counted over
     * @param items by channel
     */
    public record Activity(long millis, Map<String, Long> items) {}
}
