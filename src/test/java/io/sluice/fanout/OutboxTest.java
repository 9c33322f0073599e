package io.sluice.fanout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.channel.Position;
import io.sluice.config.OverflowPolicy;
import io.sluice.fanout.Outbox.Verdict;
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.Priority;
import io.sluice.grip.PublishItem;
import io.sluice.stats.DropReason;
import io.sluice.wire.EncodedItem;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final int MESSAGES = 4;
    private static final int BYTES = 1000;

    private final Socket socket = new Socket();
    private final Map<DropReason, Integer> lost = new EnumMap<>(DropReason.class);
    private final Outbox<String> outbox = new Outbox<>(
            socket, (reason, channel, items) -> lost.merge(reason, items, Integer::sum), MESSAGES, BYTES, () -> 0);
    private final List<EncodedItem> encoded = new ArrayList<>();

    private static final class Socket implements Outbox.Port<String> {
        final List<String> written = new ArrayList<>();
        int takes;
        long pending;

        @Override
        public boolean writable() {
            return written.size() < takes;
        }

        @Override
        public long pendingBytes() {
            return pending;
        }

        @Override
        public void write(EncodedItem item) {
            written.add(text(item.item()));
        }

        @Override
        public void write(String own) {
            written.add(own);
        }
    }

    private static String text(PublishItem item) {
        return new String(requireNonNull(item.stream()).content(), UTF_8);
    }

    private static PublishItem item(String channel, String content, Priority priority, String key) {
        return new PublishItem(
                channel,
                null,
                null,
                false,
                -1,
                key.isEmpty() ? Map.of() : Map.of("conflate-key", key),
                null,
                new Format.HttpStream(Action.SEND, content.getBytes(UTF_8), null),
                null,
                priority);
    }

    private Verdict offer(String channel, String content, Priority priority, OverflowPolicy policy) {
        return offer(item(channel, content, priority, ""), policy);
    }

    private Verdict offer(PublishItem item, OverflowPolicy policy) {
        Verdict verdict = outbox.full() ? outbox.admit(item, policy) : Verdict.ROOM;
        if (verdict == Verdict.ROOM) {
            var shared = new EncodedItem(item, new Position(1, 1));
            encoded.add(shared);
            outbox.item(item, policy, false, shared, null, text(item).length(), null);
            shared.release();
        }
        return verdict;
    }

    private List<String> all() {
        outbox.drain(true);
        return socket.written;
    }

    private int lost(DropReason reason) {
        return lost.getOrDefault(reason, 0);
    }

    @Test
    void whatTakesThePlaceOfItsKeyDropsNoOther() {
        offer(item("a", "a1", Priority.NORMAL, "a"), OverflowPolicy.CONFLATE);
        offer(item("a", "b1", Priority.NORMAL, "b"), OverflowPolicy.CONFLATE);
        socket.pending = BYTES;
        assertThat(outbox.full()).isTrue();
        assertThat(offer(item("a", "b2", Priority.NORMAL, "b"), OverflowPolicy.CONFLATE))
                .isEqualTo(Verdict.ROOM);
        assertThat(lost).containsOnly(Map.entry(DropReason.OUTBOX_CONFLATED, 1));
        socket.takes = 9;
        outbox.drain(false);
        assertThat(socket.written).containsExactly("a1", "b2");
    }

    @Test
    void drop_newest_keeps_what_waits() {
        for (int i = 0; i < MESSAGES; i++) {
            assertThat(offer("a", "" + i, Priority.NORMAL, OverflowPolicy.DROP_NEWEST))
                    .isEqualTo(Verdict.ROOM);
        }
        assertThat(offer("a", "x", Priority.NORMAL, OverflowPolicy.DROP_NEWEST)).isEqualTo(Verdict.DROP);
        assertThat(all()).containsExactly("0", "1", "2", "3");
        assertThat(lost).isEmpty();
    }

    @Test
    void drop_oldest_gives_up_the_channels_own_oldest() {
        offer("b", "b", Priority.NORMAL, OverflowPolicy.DROP_NEWEST);
        for (int i = 0; i < 6; i++) {
            assertThat(offer("a", "" + i, Priority.NORMAL, OverflowPolicy.DROP_OLDEST))
                    .isEqualTo(Verdict.ROOM);
        }
        assertThat(all()).containsExactly("b", "3", "4", "5");
        assertThat(lost(DropReason.OUTBOX_OLDEST)).isEqualTo(3);
    }

    @Test
    void the_newest_of_a_channel_may_wait_though_others_fill_the_outbox() {
        for (int i = 0; i < MESSAGES; i++) {
            offer("b", "" + i, Priority.NORMAL, OverflowPolicy.DROP_NEWEST);
        }
        assertThat(offer("a", "x", Priority.NORMAL, OverflowPolicy.DROP_OLDEST)).isEqualTo(Verdict.ROOM);
        assertThat(offer("a", "y", Priority.NORMAL, OverflowPolicy.DROP_OLDEST)).isEqualTo(Verdict.ROOM);
        assertThat(all()).containsExactly("0", "1", "2", "3", "y");
        assertThat(lost(DropReason.OUTBOX_OLDEST)).isEqualTo(1);
    }

    @Test
    void conflate_keeps_the_latest_of_each_key_in_the_place_of_the_first() {
        offer(item("a", "a1", Priority.NORMAL, ""), OverflowPolicy.CONFLATE);
        offer(item("b", "x1", Priority.NORMAL, "x"), OverflowPolicy.CONFLATE);
        offer(item("b", "y1", Priority.NORMAL, "y"), OverflowPolicy.CONFLATE);
        offer(item("a", "a2", Priority.NORMAL, ""), OverflowPolicy.CONFLATE);
        offer(item("b", "x2", Priority.NORMAL, "x"), OverflowPolicy.CONFLATE);
        assertThat(all()).containsExactly("a2", "x2", "y1");
        assertThat(lost(DropReason.OUTBOX_CONFLATED)).isEqualTo(2);
    }

    @Test
    void disconnect_and_catch_up_say_so() {
        socket.pending = BYTES + 1;
        assertThat(offer("a", "x", Priority.NORMAL, OverflowPolicy.DISCONNECT)).isEqualTo(Verdict.DISCONNECT);
        assertThat(offer("a", "x", Priority.NORMAL, OverflowPolicy.CATCH_UP)).isEqualTo(Verdict.CATCH_UP);
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void low_is_shed_first() {
        offer("a", "low", Priority.LOW, OverflowPolicy.DROP_NEWEST);
        offer("b", "normal", Priority.NORMAL, OverflowPolicy.DROP_NEWEST);
        offer("c", "high", Priority.HIGH, OverflowPolicy.DROP_NEWEST);
        offer("a", "low2", Priority.LOW, OverflowPolicy.DROP_NEWEST);
        assertThat(offer("a", "low3", Priority.LOW, OverflowPolicy.DROP_NEWEST)).isEqualTo(Verdict.DROP);
        assertThat(offer("b", "n2", Priority.NORMAL, OverflowPolicy.DROP_NEWEST))
                .isEqualTo(Verdict.ROOM);
        assertThat(offer("b", "n3", Priority.NORMAL, OverflowPolicy.DROP_NEWEST))
                .isEqualTo(Verdict.ROOM);
        assertThat(offer("b", "n4", Priority.NORMAL, OverflowPolicy.DROP_NEWEST))
                .isEqualTo(Verdict.DROP);
        assertThat(offer("b", "h2", Priority.HIGH, OverflowPolicy.DROP_NEWEST)).isEqualTo(Verdict.ROOM);
        assertThat(all()).containsExactly("high", "normal", "n2", "h2");
        assertThat(lost(DropReason.OUTBOX_LOW_PRIORITY)).isEqualTo(3);
    }

    @Test
    void channels_that_must_not_lose_items_give_none_for_others() {
        for (int i = 0; i < MESSAGES; i++) {
            offer("log", "" + i, Priority.LOW, OverflowPolicy.CATCH_UP);
        }
        assertThat(offer("b", "high", Priority.HIGH, OverflowPolicy.DROP_NEWEST))
                .isEqualTo(Verdict.DROP);
        assertThat(all()).containsExactly("0", "1", "2", "3");
    }

    @Test
    void high_goes_ahead_of_other_channels_but_not_of_its_own_nor_of_the_sessions_own() {
        offer("a", "a1", Priority.NORMAL, OverflowPolicy.DROP_NEWEST);
        offer("b", "b1", Priority.NORMAL, OverflowPolicy.DROP_NEWEST);
        offer("b", "B2", Priority.HIGH, OverflowPolicy.DROP_NEWEST);
        offer("c", "C1", Priority.HIGH, OverflowPolicy.DROP_NEWEST);
        assertThat(all()).containsExactly("C1", "a1", "b1", "B2");
        socket.written.clear();
        offer("a", "a1", Priority.NORMAL, OverflowPolicy.DROP_NEWEST);
        outbox.own("own", 3);
        offer("b", "b1", Priority.NORMAL, OverflowPolicy.DROP_NEWEST);
        offer("a", "A2", Priority.HIGH, OverflowPolicy.DROP_NEWEST);
        assertThat(all()).containsExactly("a1", "own", "A2", "b1");
    }

    @Test
    void the_socket_gets_what_it_takes() {
        for (int i = 0; i < 3; i++) {
            offer("a", "" + i, Priority.NORMAL, OverflowPolicy.DROP_NEWEST);
        }
        outbox.own("own", 3);
        socket.takes = 2;
        assertThat(outbox.drain(false)).isEqualTo(2);
        assertThat(outbox.messages()).isEqualTo(2);
        socket.takes = 10;
        assertThat(outbox.drain(false)).isEqualTo(1);
        assertThat(socket.written).containsExactly("0", "1", "2", "own");
        assertThat(outbox.bytes()).isZero();
    }

    /** Whatever comes: each item is written, lost for a reason, refused or waits; order holds; no reference is kept. */
    @Property(tries = 2000)
    void nothing_is_lost_unaccounted(@ForAll @Size(max = 60) List<@IntRange(max = 4095) Integer> steps) {
        new OutboxTest().run(steps);
    }

    private void run(List<Integer> steps) {
        OverflowPolicy[] policies = OverflowPolicy.values();
        Priority[] priorities = Priority.values();
        var serials = new HashMap<String, Integer>();
        var owns = new ArrayList<String>();
        int offered = 0;
        int refused = 0;
        for (int step : steps) {
            int channel = step / 4 % 5;
            switch (step % 4) {
                case 0, 1 -> {
                    String name = "" + (char) ('a' + channel);
                    String content = name + serials.merge(name, 1, Integer::sum);
                    offered++;
                    Verdict verdict = offer(
                            item(name, content, priorities[step / 20 % 3], step / 60 % 2 == 0 ? "" : "k"),
                            policies[channel]);
                    refused += verdict == Verdict.ROOM ? 0 : 1;
                }
                case 2 -> {
                    String own = "own" + owns.size();
                    owns.add(own);
                    outbox.own(own, 10);
                }
                default -> {
                    socket.takes = socket.written.size() + step / 4 % 3;
                    outbox.drain(false);
                }
            }
            assertThat(outbox.messages()).isLessThanOrEqualTo(MESSAGES + 2 + owns.size());
        }
        outbox.drain(true);
        var written = List.copyOf(socket.written);
        int dropped = lost.values().stream().mapToInt(Integer::intValue).sum();
        assertThat(written.size() - owns.size() + dropped + refused).isEqualTo(offered);
        assertThat(written.stream().filter(text -> text.startsWith("own")).toList())
                .isEqualTo(owns);
        for (int channel = 0; channel < 5; channel++) {
            if (policies[channel] != OverflowPolicy.CONFLATE) {
                String name = "" + (char) ('a' + channel);
                assertThat(written.stream()
                                .filter(text -> text.startsWith(name))
                                .map(text -> Integer.parseInt(text.substring(1)))
                                .toList())
                        .isSorted();
            }
        }
        assertThat(outbox.isEmpty()).isTrue();
        assertThat(encoded).allMatch(item -> item.refCnt() == 0);
    }

    @Test
    void what_is_given_up_is_counted_and_released() {
        offer("a", "1", Priority.NORMAL, OverflowPolicy.DROP_NEWEST);
        outbox.own("own", 3);
        outbox.clear(DropReason.CONNECTION_CLOSED);
        assertThat(lost(DropReason.CONNECTION_CLOSED)).isEqualTo(1);
        assertThat(outbox.isEmpty()).isTrue();
        assertThat(encoded).allMatch(item -> item.refCnt() == 0);
    }
}
