package io.sluice.observe;

import io.sluice.bus.ChannelList;
import io.sluice.bus.NodeOverview;
import io.sluice.bus.SubscriptionTally;
import io.sluice.stats.Histogram;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the nodes said of themselves, as the page reads it. */
final class LiveReport {
    private static final double MILLIS = 1000.0;

    private final String self;
    private final boolean writable;

    /** @param writable whether there is a token by which something may be changed */
    LiveReport(String self, boolean writable) {
        this.self = self;
        this.writable = writable;
    }

    /** Names of the channels with the most items a second, busiest first. */
    static List<String> busiest(ClusterPresence.Answers<NodeOverview> nodes, int limit) {
        return rates(nodes).entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(limit)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Map<String, Double> rates(ClusterPresence.Answers<NodeOverview> nodes) {
        var rates = new HashMap<String, Double>();
        nodes.byNode().values().forEach(node -> {
            double seconds = node.activity().millis() / MILLIS;
            // While a channel moves, two nodes have been its home.
            node.activity().items().forEach((channel, items) -> rates.merge(channel, items / seconds, Double::sum));
        });
        return rates;
    }

    JsonObject json(
            ClusterPresence.Answers<NodeOverview> nodes, List<String> busiest, List<ChannelList> subscriptions) {
        var json = new JsonObject()
                .put("at", System.currentTimeMillis())
                .put("self", self)
                .put("writable", writable);
        var list = new JsonArray();
        nodes.byNode().forEach((name, node) -> list.add(json(name, node)));
        Map<String, Double> rates = rates(nodes);
        var channels = new JsonArray();
        for (String channel : busiest) {
            SubscriptionTally tally = SubscriptionTally.NONE;
            for (ChannelList one : subscriptions) {
                for (ChannelList.Line line : one.channels()) {
                    tally = line.channel().equals(channel) ? tally.plus(line.subscriptions()) : tally;
                }
            }
            channels.add(new JsonObject()
                    .put("channel", channel)
                    .put("rate", rates.getOrDefault(channel, 0.0))
                    .put("streams", tally.streams())
                    .put("longPolls", tally.longPolls())
                    .put("webSockets", tally.webSockets()));
        }
        return json.put("nodes", list)
                .put("channels", channels)
                .put("bounds", bounds())
                .put("missing", new JsonArray(List.copyOf(nodes.missing())))
                .put("isolated", nodes.isolated());
    }

    private static JsonObject json(String name, NodeOverview node) {
        var numbers = new JsonObject();
        node.numbers().forEach(numbers::put);
        var drops = new JsonObject();
        node.drops().forEach((reason, count) -> {
            if (count > 0) {
                drops.put(reason, count);
            }
        });
        var timings = new JsonObject();
        node.timings().forEach((timing, buckets) -> timings.put(timing, new JsonArray(buckets)));
        return new JsonObject()
                .put("node", name)
                .put("version", node.version())
                .put("waitingFor", new JsonArray(node.waitingFor()))
                .put("isolated", node.isolated())
                .put("numbers", numbers)
                .put("drops", drops)
                .put("timings", timings);
    }

    /** Seconds. */
    private static JsonArray bounds() {
        var bounds = new JsonArray();
        for (int bucket = 0; bucket < Histogram.bounds(); bucket++) {
            bounds.add(Histogram.boundSeconds(bucket));
        }
        return bounds;
    }
}
