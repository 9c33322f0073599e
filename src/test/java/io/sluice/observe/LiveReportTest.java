package io.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bus.ChannelList;
import io.sluice.bus.NodeOverview;
import io.sluice.bus.SubscriptionTally;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LiveReportTest {
    private final TreeMap<String, NodeOverview> nodes = new TreeMap<>();

    private ClusterPresence.Answers<NodeOverview> answers() {
        return new ClusterPresence.Answers<>(nodes, new TreeSet<>(List.of("c")), false);
    }

    private static NodeOverview node(long millis, Map<String, Long> items) {
        return new NodeOverview(
                "1",
                List.of("a reason"),
                false,
                Map.of("deliveries", 7L),
                Map.of("outbox_full", 2L, "loop_closed", 0L),
                Map.of("publish", List.of(1L, 2L)),
                new NodeOverview.Activity(millis, items));
    }

    @Test
    void channelsAreRankedByItemsASecondOfAllNodes() {
        nodes.put("a", node(10_000, Map.of("x", 100L, "y", 40L)));
        nodes.put("b", node(100, Map.of("z", 2L, "y", 1L)));
        assertThat(LiveReport.busiest(answers(), 10)).containsExactly("z", "y", "x");
        assertThat(LiveReport.busiest(answers(), 1)).containsExactly("z");
    }

    @Test
    void theReportHasNodesChannelsAndWhoIsMissing() {
        nodes.put("a", node(10_000, Map.of("x", 100L)));
        var one = new ChannelList(
                List.of(
                        new ChannelList.Line("x", new SubscriptionTally(1, 2, 3)),
                        new ChannelList.Line("y", new SubscriptionTally(9, 9, 9))),
                false);
        JsonObject json = new LiveReport("a", true).json(answers(), List.of("x"), List.of(one, one));
        assertThat(json.getString("self")).isEqualTo("a");
        assertThat(json.getBoolean("writable")).isTrue();
        assertThat(json.getJsonArray("missing")).containsExactly("c");
        JsonObject node = json.getJsonArray("nodes").getJsonObject(0);
        assertThat(node.getJsonObject("numbers").getLong("deliveries")).isEqualTo(7);
        assertThat(node.getJsonObject("drops")).isEqualTo(new JsonObject().put("outbox_full", 2L));
        assertThat(json.getJsonArray("channels").getJsonObject(0))
                .isEqualTo(new JsonObject()
                        .put("channel", "x")
                        .put("rate", 10.0)
                        .put("streams", 2L)
                        .put("longPolls", 4L)
                        .put("webSockets", 6L));
    }
}
