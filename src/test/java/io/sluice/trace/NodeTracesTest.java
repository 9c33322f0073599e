package io.sluice.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.channel.Position;
import io.sluice.stats.DropReason;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeTracesTest {
    private static final Position FIRST = new Position(7, 1);

    private final NodeTraces traces = new NodeTraces(4);
    private final LoopTrace loop = new LoopTrace();

    private ItemTrace arrive(String id) {
        return Objects.requireNonNull(traces.arrived("c", id, FIRST, ""));
    }

    private static Tally tally(@Nullable TraceLine line) {
        return Objects.requireNonNull(Objects.requireNonNull(line).tally());
    }

    private Tally tally(String id) {
        return tally(traces.of("c", id, 10).get(0));
    }

    @Test
    void theOldestGoFirst() {
        for (int i = 1; i <= 6; i++) {
            traces.forwarded("c", "id" + i, new Position(7, i), Set.of("n"));
        }
        assertThat(traces.of("c", "", 10)).extracting(TraceLine::id).containsExactly("id3", "id4", "id5", "id6");
        assertThat(traces.of("c", "", 2)).extracting(TraceLine::id).containsExactly("id5", "id6");
        assertThat(traces.of("c", "id2", 10)).isEmpty();
        assertThat(traces.of("d", "", 10)).isEmpty();
    }

    @Test
    void whatTheNodeMissedTakesNoRoomFromTheItem() {
        var many = new NodeTraces(10);
        many.endedHere(Stage.SEEN_BEFORE, "c", "a", FIRST);
        for (int i = 2; i <= 8; i++) {
            many.missed("c", new Position(7, i), 1);
        }
        assertThat(many.of("c", "a", 2))
                .extracting(TraceLine::stage)
                .containsExactlyInAnyOrder(Stage.SEEN_BEFORE, Stage.MISSED, Stage.MISSED);
        assertThat(many.of("c", "", 2)).extracting(TraceLine::stage).containsExactly(Stage.MISSED, Stage.MISSED);
    }

    @Test
    void homesAndArrivalsTakeNoRoomFromEachOther() {
        traces.forwarded("c", "a", FIRST, Set.of());
        for (int i = 0; i < 9; i++) {
            arrive("other");
        }
        assertThat(traces.of("c", "a", 10)).extracting(TraceLine::stage).containsExactly(Stage.FORWARDED);
    }

    @Test
    void anItemHasEveryStageOfItsWayAndWhatItsNodeMissed() {
        traces.forwarded("c", "a", FIRST, Set.of("n"));
        traces.atHome(Stage.DUPLICATE, "c", "a", "");
        traces.missed("c", FIRST, 3);
        traces.endedHere(Stage.SEEN_BEFORE, "c", "a", FIRST);
        traces.endedHere(Stage.SEEN_BEFORE, "c", "b", FIRST);
        assertThat(traces.of("c", "a", 10))
                .extracting(TraceLine::stage)
                .containsExactlyInAnyOrder(Stage.FORWARDED, Stage.DUPLICATE, Stage.MISSED, Stage.SEEN_BEFORE);
    }

    @Test
    void withoutRoomNothingIsKept() {
        var none = new NodeTraces(0);
        none.forwarded("c", "a", FIRST, Set.of());
        none.missed("c", FIRST, 1);
        assertThat(none.arrived("c", "a", FIRST, "")).isNull();
        assertThat(none.of("c", "", 10)).isEmpty();
        assertThat(none.activity(1000).items()).isEmpty();
    }

    @Test
    void longNamesAreCutAndFoundAllTheSame() {
        String id = "i".repeat(100_000);
        arrive(id);
        List<TraceLine> lines = traces.of("c", id, 10);
        assertThat(lines)
                .singleElement()
                .satisfies(line -> assertThat(line.id()).hasSizeLessThan(1000));
    }

    @Test
    void aLoopAddsUpWhatBecameOfAnItem() {
        ItemTrace item = arrive("a");
        for (int turn = 0; turn < 2; turn++) {
            loop.turnTo(item);
            loop.begin();
            loop.matched(5);
            loop.written();
            loop.queued();
            loop.covered();
            loop.filtered("skip-self", "c" + turn, null);
            loop.dropped(DropReason.OUTBOX_FULL, "d" + turn, "ann");
            loop.dropped(DropReason.OUTBOX_FULL, "e" + turn, null);
            loop.turnTo(null);
        }
        assertThat(tally("a"))
                .isEqualTo(new Tally(
                        2,
                        10,
                        2,
                        2,
                        2,
                        Map.of("skip-self", 2L),
                        Map.of("outbox_full", 4L),
                        List.of(
                                new Tally.Named("c0", "", "skip-self"),
                                new Tally.Named("d0", "ann", "OUTBOX_FULL"),
                                new Tally.Named("e0", "", "OUTBOX_FULL"),
                                new Tally.Named("c1", "", "skip-self"),
                                new Tally.Named("d1", "ann", "OUTBOX_FULL"),
                                new Tally.Named("e1", "", "OUTBOX_FULL"))));
    }

    @Test
    void anItemInBetweenHasItsOwnNumbers() {
        ItemTrace a = arrive("a");
        ItemTrace b = arrive("b");
        loop.turnTo(a);
        loop.written();
        ItemTrace before = loop.turnTo(b);
        loop.dropped(DropReason.CONNECTION_CLOSED, "c1", null);
        loop.turnTo(before);
        loop.written();
        loop.turnTo(null);
        loop.written();
        loop.turnTo(null);
        assertThat(tally("a").written()).isEqualTo(2);
        assertThat(tally("a").dropped()).isEmpty();
        assertThat(tally("b").written()).isZero();
        assertThat(tally("b").dropped()).isEqualTo(Map.of("connection_closed", 1L));
    }

    @Test
    void fewConnectionsAreNamed() {
        loop.turnTo(arrive("a"));
        for (int i = 0; i < 1000; i++) {
            loop.dropped(DropReason.OUTBOX_FULL, "c" + i, null);
        }
        loop.turnTo(null);
        assertThat(tally("a").dropped()).isEqualTo(Map.of("outbox_full", 1000L));
        assertThat(tally("a").named()).hasSize(8);
    }

    @Test
    void activityIsWhatHomesForwarded() {
        traces.forwarded("a", "1", FIRST, Set.of());
        traces.forwarded("a", "2", FIRST, Set.of());
        traces.forwarded("b", null, FIRST, Set.of());
        traces.atHome(Stage.DUPLICATE, "b", "1", "");
        arrive("x");
        NodeTraces.Activity activity = traces.activity(3_600_000);
        assertThat(activity.items()).isEqualTo(Map.of("a", 2, "b", 1));
        // The ring is full: what was before is not known.
        assertThat(activity.millis()).isLessThan(3_600_000);
    }
}
