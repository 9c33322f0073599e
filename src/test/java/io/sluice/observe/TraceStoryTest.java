package io.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bus.ItemWay;
import io.sluice.channel.Position;
import io.sluice.trace.Stage;
import io.sluice.trace.Tally;
import io.sluice.trace.TraceLine;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TraceStoryTest {
    private final Map<String, ItemWay> byNode = new TreeMap<>();
    private final TreeSet<String> missing = new TreeSet<>();

    private static TraceLine line(Stage stage, long sequence, long items, List<String> nodes, @Nullable Tally tally) {
        return new TraceLine(1000, stage, "c", "7", new Position(1, sequence), items, nodes, "why", tally);
    }

    private void told(String node, TraceLine... lines) {
        byNode.put(node, new ItemWay(100, List.of(lines)));
    }

    private String story(String id) {
        return String.join("\n", new TraceStory(id, new ClusterPresence.Answers<>(byNode, missing, false)).sentences());
    }

    @Test
    void aWayThroughTwoNodes() {
        told("a", line(Stage.FORWARDED, 12, 1, List.of("b", "a"), null));
        var tally = new Tally(
                2,
                6,
                1,
                1,
                1,
                Map.of("skip-self", 1L),
                Map.of("outbox_full", 2L),
                List.of(new Tally.Named("b-1-x", "ann", "OUTBOX_FULL")));
        told("b", line(Stage.ARRIVED, 12, 1, List.of(), tally));
        assertThat(story("7"))
                .contains("00:00:01.000 UTC home a took it as number 12 and gave it to a, b\n")
                .contains(
                        "b (from the log) offered it to 6 subscriptions on 2 event loops: 1 got it; 1 had it already; "
                                + "filtered for 1 by skip-self; dropped for 2 by outbox_full; 1 without an end")
                .contains("    not to connection b-1-x of client ann: outbox_full\n")
                .endsWith(
                        "Node a was to get it and tells nothing of it: it is on its way, got lost there, or is forgotten.");
    }

    @Test
    void whatANodeMissedIsToldWhereTheItemIsAmongIt() {
        told("a", line(Stage.FORWARDED, 12, 1, List.of("b"), null));
        told("b", line(Stage.MISSED, 13, 2, List.of(), null), line(Stage.MISSED, 20, 8, List.of(), null));
        assertThat(story("7"))
                .contains("b found 2 items up to number 13 missing")
                .doesNotContain("number 20");
        assertThat(story("")).contains("number 13", "number 20");
    }

    @Test
    void aHomeThatKeepsItSaysWhy() {
        told(
                "a",
                line(Stage.DUPLICATE, 0, 1, List.of(), null),
                line(Stage.WAITING, 0, 1, List.of(), null),
                line(Stage.REFUSED, 0, 1, List.of(), null),
                line(Stage.NOT_LOGGED, 0, 1, List.of(), null),
                line(Stage.DEFERRED, 0, 1, List.of("b"), null),
                line(Stage.FORWARDED, 3, 1, List.of(), null));
        assertThat(story("7"))
                .contains("a duplicate", "wait for the item with the id why", "did not take it: why")
                .contains("could not log it, and gave it to nobody: why", "no room for it on the link to b")
                .contains("took it as number 3; no node had subscribers");
    }

    @Test
    void nothingIsNotAProof() {
        told("a");
        missing.add("b");
        assertThat(story("7"))
                .startsWith("Nothing is remembered of it")
                .contains("a node remembers its last 100")
                .endsWith("Node b did not answer.");
        byNode.put("a", new ItemWay(0, List.of()));
        assertThat(story("7")).contains("Node a remembers no items: trace.items is 0.");
    }
}
