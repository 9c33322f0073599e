package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bus.NodeMessage;
import io.sluice.bus.Replayed;
import io.sluice.channel.Position;
import io.sluice.grip.PublishItem;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** A slow client that reads a channel's log when it has taken what waited. */
class CatchUpTest {
    private static final String CHANNEL = "logged.slow";

    private static final class World {
        final Rig rig = new Rig();
        final FakeExchange client = rig.accept(
                "/a", "", "Content-Type", "text/event-stream", "Grip-Hold", "stream", "Grip-Channel", CHANNEL);
        private final List<PublishItem> log = new ArrayList<>();
        private int delivered;
        int trimmed;
        /** What the log gives out at once. */
        int page = 1000;

        /** The home has it in its log; nodes have yet to get it. */
        void append() {
            log.add(Rig.item(CHANNEL, null, null, Map.of(), log.size() + 1 + " ", null));
        }

        void deliver() {
            if (delivered < log.size()) {
                delivered++;
                rig.fanout.publish(log.get(delivered - 1), new Position(1, delivered));
            }
        }

        void publish(int count) {
            for (int i = 0; i < count; i++) {
                append();
                deliver();
            }
        }

        /** One who has asked for the log is answered. */
        boolean answer() {
            var asked = rig.fanout.tails.keySet().stream().findFirst();
            asked.ifPresent(key -> {
                Promise<Replayed> promise = requireNonNull(rig.fanout.tails.remove(key));
                int from = Integer.parseInt(key.substring(key.indexOf(' ') + 1));
                var items = new ArrayList<NodeMessage.Numbered>();
                int first = Math.max(from, trimmed);
                int end = Math.min(log.size(), first + page);
                for (int i = first; i < end; i++) {
                    items.add(new NodeMessage.Numbered(log.get(i), new Position(1, i + 1)));
                }
                promise.complete(new Replayed(from >= trimmed, new Position(1, first), items, end < log.size()));
            });
            return asked.isPresent();
        }

        /** One who has asked for the log is told that its home does not answer. */
        void fail() {
            rig.fanout.tails.keySet().stream()
                    .findFirst()
                    .ifPresent(
                            key -> requireNonNull(rig.fanout.tails.remove(key)).fail("the home does not answer"));
        }

        void step(int op) {
            switch (op % 8) {
                case 0 -> append();
                case 1, 2 -> deliver();
                case 3 -> publish(op / 8 % 200);
                case 4 -> client.sink.block(10);
                case 5 -> client.sink.block(Rig.OUTBOX_BYTES + 1);
                case 6 -> client.sink.unblock();
                default -> {
                    if (op / 8 % 4 == 0) {
                        fail();
                    } else {
                        answer();
                    }
                }
            }
            accounted();
        }

        void settle() {
            client.sink.unblock();
            while (delivered < log.size()) {
                deliver();
            }
            for (int i = 0; i < 50 || !rig.fanout.tails.isEmpty(); i++) {
                answer();
                rig.timers.advance(1000);
                client.sink.unblock();
            }
        }

        /** What has been given to the client, and what waits or is left; none may be missing, or there twice. */
        void accounted() {
            long sure = rig.count(Counter.DELIVERIES)
                    + rig.level(Gauge.OUTBOX_MESSAGES)
                    + rig.level(Gauge.OUTBOX_BEHIND)
                    + rig.drops(DropReason.OUTBOX_GAP);
            // Of items that come from the log before they come by themselves some are there early.
            assertThat(sure).isBetween((long) delivered, (long) log.size());
        }
    }

    private final World world = new World();

    @Test
    void what_found_no_room_comes_from_the_log() {
        world.publish(1);
        world.client.sink.block(Rig.OUTBOX_BYTES + 1);
        world.publish(3);
        assertThat(world.rig.fanout.tails).isEmpty();
        assertThat(world.rig.level(Gauge.OUTBOX_BEHIND)).isEqualTo(3);
        world.client.sink.unblock();
        assertThat(world.rig.fanout.tails).containsOnlyKeys(CHANNEL + " 1");
        world.publish(1);
        world.answer();
        world.publish(1);
        assertThat(world.client.sink.text()).isEqualTo("1 2 3 4 5 6 ");
        assertThat(world.rig.level(Gauge.OUTBOX_BEHIND)).isZero();
        assertThat(world.rig.count(Counter.OUTBOX_CATCH_UPS)).isEqualTo(1);
        assertThat(world.rig.count(Counter.DELIVERIES)).isEqualTo(6);
        int shared = world.client.sink.shared;
        world.publish(1);
        assertThat(world.client.sink.shared).as("on the fast path again").isEqualTo(shared + 1);
    }

    @Test
    void what_the_log_has_no_more_is_a_gap_that_the_client_is_told_of() {
        world.client.sink.block(Rig.OUTBOX_BYTES + 1);
        world.publish(5);
        world.trimmed = 3;
        world.client.sink.unblock();
        world.answer();
        world.publish(1);
        assertThat(world.client.sink.text())
                .isEqualTo("\nevent: sluice-gap\ndata: {\"reason\":\"not-in-log\",\"channel\":\"" + CHANNEL
                        + "\",\"items\":5}\n\n6 ");
        assertThat(world.rig.drops(DropReason.OUTBOX_GAP)).isEqualTo(5);
        assertThat(world.client.sink.open()).isTrue();
    }

    @Test
    void a_log_is_read_in_parts() {
        world.page = 2;
        world.client.sink.block(Rig.OUTBOX_BYTES + 1);
        world.publish(5);
        world.client.sink.unblock();
        world.answer();
        assertThat(world.client.sink.text()).isEqualTo("1 2 ");
        assertThat(world.rig.level(Gauge.OUTBOX_BEHIND)).isEqualTo(3);
        world.publish(1);
        world.answer();
        world.answer();
        assertThat(world.client.sink.text()).isEqualTo("1 2 3 4 5 6 ");
        assertThat(world.rig.fanout.tails).isEmpty();
        assertThat(world.rig.level(Gauge.OUTBOX_BEHIND)).isZero();
        assertThat(world.rig.count(Counter.DELIVERIES)).isEqualTo(6);
    }

    @Test
    void a_home_that_does_not_answer_is_asked_again() {
        world.client.sink.block(Rig.OUTBOX_BYTES + 1);
        world.publish(3);
        world.client.sink.unblock();
        world.fail();
        world.publish(1);
        assertThat(world.rig.level(Gauge.OUTBOX_BEHIND)).isEqualTo(4);
        assertThat(world.rig.fanout.tails).isEmpty();
        world.rig.timers.advance(2 * CatchUps.RETRY_MILLIS);
        world.answer();
        assertThat(world.client.sink.text()).isEqualTo("1 2 3 4 ");
        assertThat(world.rig.drops(DropReason.OUTBOX_GAP)).isZero();
    }

    @Test
    void a_home_that_never_answers_leaves_a_gap() {
        world.client.sink.block(Rig.OUTBOX_BYTES + 1);
        world.publish(3);
        world.client.sink.unblock();
        for (long millis = 0; millis <= CatchUps.GIVE_UP_MILLIS; millis += 1000) {
            world.fail();
            assertThat(world.rig.drops(DropReason.OUTBOX_GAP)).isZero();
            world.rig.timers.advance(1000);
        }
        world.rig.timers.advance(2 * CatchUps.RETRY_MILLIS);
        world.fail();
        assertThat(world.rig.drops(DropReason.OUTBOX_GAP)).isEqualTo(3);
        assertThat(world.client.sink.text()).startsWith("\nevent: sluice-gap\n");
    }

    @Test
    void the_clients_of_a_loop_read_a_few_at_once() {
        var reads = new LogReads();
        var asked = new ArrayList<Promise<Replayed>>();
        var wanted = new boolean[] {true};
        for (int i = 0; i < LogReads.AT_ONCE + 2; i++) {
            boolean given = i == LogReads.AT_ONCE;
            reads.submit(
                    () -> !given || wanted[0],
                    () -> {
                        asked.add(Promise.promise());
                        return asked.get(asked.size() - 1).future();
                    },
                    result -> {});
        }
        assertThat(asked).hasSize(LogReads.AT_ONCE);
        wanted[0] = false;
        asked.get(0).fail("no answer");
        assertThat(asked).as("who has gone has no turn").hasSize(LogReads.AT_ONCE + 1);
        asked.get(1).complete();
        assertThat(asked).hasSize(LogReads.AT_ONCE + 1);
    }

    @Test
    void what_is_left_when_the_client_goes_is_counted() {
        world.client.sink.block(Rig.OUTBOX_BYTES + 1);
        world.publish(5);
        world.client.clientGoes();
        assertThat(world.rig.drops(DropReason.CONNECTION_CLOSED)).isEqualTo(5);
        assertThat(world.rig.level(Gauge.OUTBOX_BEHIND)).isZero();
    }

    /** Each item once and in order, whatever overtakes what. */
    @Property(tries = 1000)
    void nothing_is_lost_and_nothing_comes_twice(@ForAll @Size(max = 60) List<@IntRange(max = 8191) Integer> ops) {
        var any = new World();
        any.page = 7;
        ops.forEach(any::step);
        any.settle();
        any.accounted();
        var all = new StringBuilder();
        for (PublishItem item : any.log) {
            all.append(new String(requireNonNull(item.stream()).content(), UTF_8));
        }
        assertThat(any.client.sink.text()).isEqualTo(all.toString());
        assertThat(any.rig.level(Gauge.OUTBOXES)).isZero();
    }
}
