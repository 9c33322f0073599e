package io.sluice.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.channel.Sequencer.Turn;
import io.sluice.grip.PublishItem;
import io.sluice.stats.DropReason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SequencerTest {
    private final AtomicLong now = new AtomicLong();
    private final Sequencer sequencer = new Sequencer(100, 5000, now::get);

    @Test
    void reorderedItemsComeInOrderOfTheirChain() {
        assertThat(ids(offer("a", null))).containsExactly("a");
        assertThat(offer("e", "d")).isInstanceOf(Turn.Wait.class);
        assertThat(offer("d", "c")).isInstanceOf(Turn.Wait.class);
        assertThat(offer("c", "b")).isInstanceOf(Turn.Wait.class);
        assertThat(ids(offer("b", "a"))).containsExactly("b", "c", "d", "e");
        assertThat(sequencer.lastId()).isEqualTo("e");
        assertThat(sequencer.waiting()).isZero();
    }

    @Property
    void anyOrderOfAChainIsDeliveredInOrder(@ForAll("orders") List<Integer> order) {
        offer("0", null);
        var seen = new ArrayList<String>();
        for (int i : order) {
            if (offer(String.valueOf(i), String.valueOf(i - 1)) instanceof Turn.Deliver deliver) {
                deliver.items().forEach(item -> seen.add(String.valueOf(item.id())));
            }
        }
        assertThat(seen)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, order.size())
                        .mapToObj(String::valueOf)
                        .toList());
    }

    @Provide
    Arbitrary<List<Integer>> orders() {
        return Arbitraries.integers()
                .between(1, 60)
                .flatMap(n ->
                        Arbitraries.shuffle(IntStream.rangeClosed(1, n).boxed().toList()));
    }

    /** Whatever is offered is given out once, refused, or still waits; and nothing waits for longer than the wait. */
    @Property
    void nothingIsLostOrDoubled(@ForAll("offers") List<List<Integer>> offers) {
        var small = new Sequencer(3, 10, now::get);
        var given = new ArrayList<PublishItem>();
        int refused = 0;
        int offered = 0;
        for (List<Integer> offer : offers) {
            var item = item("i" + offer.get(0), offer.get(1) < 0 ? null : "i" + offer.get(1));
            Turn turn = small.offer(item, offer.get(2) % 4 != 0);
            if (turn instanceof Turn.Deliver deliver) {
                given.addAll(deliver.items());
            } else if (turn instanceof Turn.Refuse) {
                refused++;
            }
            now.addAndGet(offer.get(2));
            given.addAll(small.overdue());
            assertThat(small.waiting()).isLessThanOrEqualTo(3);
            assertThat(given.size() + refused + small.waiting()).isEqualTo(++offered);
        }
        now.addAndGet(10);
        given.addAll(small.overdue());
        assertThat(small.waiting()).isZero();
        assertThat(given).hasSize(offers.size() - refused);
        Set<PublishItem> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
        distinct.addAll(given);
        assertThat(distinct).hasSize(given.size());
    }

    @Provide
    Arbitrary<List<List<Integer>>> offers() {
        var number = Arbitraries.integers().between(-1, 8);
        return Arbitraries.integers()
                .between(0, 8)
                .flatMap(id -> number.flatMap(
                        prev -> Arbitraries.integers().between(0, 6).map(pause -> List.of(id, prev, pause))))
                .list()
                .ofMaxSize(40);
    }

    @Test
    void anItemThatWaitedLongEnoughGoesWithItsChain() {
        offer("a", null);
        now.set(100);
        offer("c", "b");
        now.set(200);
        offer("x", "w");
        offer("d", "c");
        now.set(5099);
        assertThat(sequencer.overdue()).isEmpty();
        now.set(5100);
        assertThat(sequencer.overdue()).extracting(PublishItem::id).containsExactly("c", "d");
        assertThat(sequencer.lastId()).isEqualTo("d");
        now.set(5200);
        assertThat(sequencer.overdue()).extracting(PublishItem::id).containsExactly("x");
    }

    @Test
    void aSecondItemOfTheSamePredecessorIsRefused() {
        offer("a", null);
        offer("c", "b");
        assertThat(offer("c2", "b")).isEqualTo(new Turn.Refuse(DropReason.SEQUENCER_CONFLICT));
    }

    @Test
    void moreThanTheBoundIsRefused() {
        offer("a", null);
        for (int i = 0; i < 100; i++) {
            assertThat(offer("i" + i, "p" + i)).isInstanceOf(Turn.Wait.class);
        }
        assertThat(offer("late", "later")).isEqualTo(new Turn.Refuse(DropReason.SEQUENCER_FULL));
    }

    @Test
    void withoutSubscribersNothingWaits() {
        offer("a", null);
        assertThat(sequencer.offer(item("c", "b"), false)).isInstanceOf(Turn.Deliver.class);
        assertThat(sequencer.lastId()).isNull();
    }

    @Test
    void anItemWithoutIdForgetsTheLastIdAndOnePastTheSequencerLeavesIt() {
        offer("a", null);
        sequencer.offer(new PublishItem("c", "n", "z", true, -1, Map.of(), null, null, null), true);
        assertThat(sequencer.lastId()).isEqualTo("a");
        offer(null, null);
        assertThat(sequencer.lastId()).isNull();
        assertThat(ids(offer("q", "p"))).containsExactly("q");
    }

    @Test
    void aLastIdIsForgottenOnlyWhileItIsThatOne() {
        offer("a", null);
        sequencer.forgetLastId("b");
        assertThat(sequencer.lastId()).isEqualTo("a");
        sequencer.forgetLastId("a");
        assertThat(sequencer.lastId()).isNull();
    }

    private Turn offer(@Nullable String id, @Nullable String prevId) {
        return sequencer.offer(item(id, prevId), true);
    }

    private static List<String> ids(Turn turn) {
        return turn instanceof Turn.Deliver deliver
                ? deliver.items().stream()
                        .map(item -> String.valueOf(item.id()))
                        .toList()
                : List.of();
    }

    private static PublishItem item(@Nullable String id, @Nullable String prevId) {
        return new PublishItem("c", id, prevId, false, -1, Map.of(), null, null, null);
    }
}
