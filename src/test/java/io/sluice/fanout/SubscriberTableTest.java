package io.sluice.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.channel.Mode;
import io.sluice.wire.EncodedItem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class SubscriberTableTest {
    private record Named(int number) implements Subscriber {
        @Override
        public void deliver(String channel, EncodedItem item) {}

        @Override
        public void update() {}
    }

    /** Against a model: a walk sees, in order and once, each that was there when it began and is there when its turn comes. */
    @Property(tries = 300)
    void a_walk_survives_any_change_on_the_way(@ForAll long seed) {
        var random = new Random(seed);
        var table = new SubscriberTable();
        var all = new ArrayList<Named>();
        for (int i = 0; i < 25; i++) {
            all.add(new Named(i));
        }
        var model = new LinkedHashSet<Named>();
        change(table, model, all, random, 40);
        var atStart = List.copyOf(model);
        var stayed = new LinkedHashSet<Subscriber>(model);
        var seen = new ArrayList<Subscriber>();
        long end = table.end();
        for (var entry = table.first(end); entry != null; entry = SubscriberTable.next(entry, end)) {
            assertThat(model).contains((Named) entry.subscriber());
            seen.add(entry.subscriber());
            for (int i = random.nextInt(4); i > 0; i--) {
                change(table, model, all, random, 1);
                stayed.retainAll(model);
            }
        }
        assertThat(seen).doesNotHaveDuplicates();
        assertThat(seen).containsAll(stayed);
        assertThat(atStart).containsAll(cast(seen));
        assertThat(seen).isSortedAccordingTo((a, b) -> atStart.indexOf(a) - atStart.indexOf(b));
        assertThat(table.size()).isEqualTo(model.size());
    }

    private static List<Named> cast(List<Subscriber> seen) {
        return seen.stream().map(Named.class::cast).toList();
    }

    private static void change(SubscriberTable table, Set<Named> model, List<Named> all, Random random, int steps) {
        for (int i = 0; i < steps; i++) {
            Named one = all.get(random.nextInt(all.size()));
            if (random.nextBoolean()) {
                assertThat(table.add(one, Mode.STREAM)).isEqualTo(model.add(one));
            } else {
                assertThat(table.remove(one, Mode.STREAM)).isEqualTo(model.remove(one));
                assertThat(table.remove(one, Mode.RESPONSE)).isFalse();
            }
        }
    }
}
