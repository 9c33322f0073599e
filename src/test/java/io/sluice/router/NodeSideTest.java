package io.sluice.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bus.Addresses;
import io.sluice.bus.BusCodecs;
import io.sluice.bus.HomeMessage;
import io.sluice.bus.NodeMessage;
import io.sluice.channel.ChannelHomes;
import io.sluice.channel.Mode;
import io.sluice.channel.Position;
import io.sluice.fanout.Loops;
import io.sluice.fanout.Subscribed;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node's side with a clock of the test's, and a home that only listens. */
class NodeSideTest {
    private static final String CHANNEL = "c";
    private static final int ROUTER = Addresses.router(CHANNEL);

    private final Vertx vertx = Vertx.vertx();
    private final Loops loops = new Loops(1);
    private final Stats stats = new Stats();
    private final RecordingLoop loop = new RecordingLoop(vertx, "n", 0, loops);
    private final List<HomeMessage.Subscribe> asked = new CopyOnWriteArrayList<>();
    private final AtomicLong now = new AtomicLong();
    private final NodeSide side;
    private final Inbox inbox;

    NodeSideTest() {
        ChannelHomes homes = new ChannelHomes() {
            @Override
            public String self() {
                return "n";
            }

            @Override
            public String homeOf(String channel) {
                return "home";
            }

            @Override
            public Set<String> members() {
                return Set.of("n", "home");
            }

            @Override
            public void onChange(Handler<Void> listener) {}
        };
        var context = vertx.getOrCreateContext();
        side = new NodeSide(vertx, context, homes, ROUTER, loops, stats, 0, now::get);
        inbox = new Inbox(vertx, context, "n", ROUTER, side);
    }

    @BeforeEach
    void listen() {
        BusCodecs.register(vertx.eventBus());
        vertx.eventBus().<HomeMessage>consumer(Addresses.home("home", ROUTER), message -> {
            if (message.body() instanceof HomeMessage.Subscribe subscribe) {
                asked.add(subscribe);
            }
        });
        side.loopSubscribe(new NodeMessage.LoopSubscribe(0, CHANNEL));
        subscribedAt(lastAsked(1), 10);
    }

    @AfterEach
    void close() {
        vertx.close();
    }

    @Test
    void anotherLoopLearnsThatTheChannelHasALog() {
        side.loopSubscribe(new NodeMessage.LoopSubscribe(0, CHANNEL));
        assertThat(loop.answers(CHANNEL)).hasSize(2).allMatch(Subscribed::logged);
    }

    @Test
    void aGapIsAskedForWithThePositionAndFilledInOrder() {
        take(1, items(13));
        HomeMessage.Subscribe again = lastAsked(2);
        assertThat(again.since()).isEqualTo(new Position(1, 10));
        take(2, items(14));
        assertThat(loop.ids(CHANNEL)).isEmpty();
        subscribedAt(again, 14, 11, 12, 13, 14);
        take(3, items(15));
        assertThat(loop.ids(CHANNEL)).containsExactly("11", "12", "13", "14", "15");
        assertThat(stats.value(DropReason.MISSED_BY_NODE)).isZero();
        assertThat(stats.value(Counter.CHANNELS_REPAIRED)).isEqualTo(1);
        assertThat(loop.updates).isEmpty();
    }

    @Test
    void whatTheLogHasNoMoreIsTold() {
        take(1, items(15));
        subscribedAt(lastAsked(2), 15, 14, 15);
        assertThat(loop.ids(CHANNEL)).containsExactly("14", "15");
        assertThat(stats.value(DropReason.MISSED_BY_NODE)).isEqualTo(3);
        assertThat(stats.value(Counter.GAPS)).isEqualTo(1);
        assertThat(loop.updates).containsExactly("gap c");
    }

    @Test
    void aNewLifeOfTheChannelIsAGap() {
        take(1, List.of(numbered(2, 1)));
        HomeMessage.Subscribe again = lastAsked(2);
        side.subscribedAt(
                new NodeMessage.SubscribedAt(CHANNEL, again.token(), new Position(2, 1), false, null, true, List.of()));
        assertThat(loop.updates).containsExactly("gap c");
        take(2, List.of(numbered(2, 2), numbered(1, 11)));
        assertThat(loop.ids(CHANNEL)).containsExactly("2");
    }

    @Test
    void theLossOfALastItemShowsByTheHead() {
        take(1, List.of(new NodeMessage.Head(CHANNEL, new Position(1, 10))));
        assertThat(asked).hasSize(1);
        take(2, List.of(new NodeMessage.Head(CHANNEL, new Position(1, 11))));
        assertThat(lastAsked(2).since()).isEqualTo(new Position(1, 10));
    }

    @Test
    void aPacketThatIsMissingHasTheHomeAskedWhereItsChannelsStand() {
        take(1, items(11));
        take(3, items());
        assertThat(lastAsked(2).since()).isEqualTo(new Position(1, 11));
        assertThat(stats.value(Counter.LINKS_BROKEN)).isEqualTo(1);
    }

    @Test
    void theNumberOfChannelsFollowsTheSubscriptions() {
        assertThat(stats.value(Gauge.CHANNELS)).isEqualTo(1);
        side.loopUnsubscribe(new NodeMessage.LoopUnsubscribe(0, CHANNEL, Mode.STREAM));
        assertThat(stats.value(Gauge.CHANNELS)).isZero();
        side.loopUnsubscribe(new NodeMessage.LoopUnsubscribe(0, CHANNEL, Mode.STREAM));
        assertThat(stats.value(Gauge.CHANNELS)).isZero();
    }

    @Test
    void anAnswerThatComesLateDoesNotTakeTheNodeBack() {
        take(1, items(11, 12));
        now.set(NodeSide.ROUND_MILLIS);
        side.tick();
        subscribedAt(lastAsked(2), 11);
        take(2, items(12, 13));
        assertThat(loop.ids(CHANNEL)).containsExactly("11", "12", "13");
    }

    @Test
    void aSubscriptionIsRenewedNowAndThen() {
        now.set(NodeSide.ROUND_MILLIS - 1);
        side.tick();
        assertThat(asked).hasSize(1);
        now.incrementAndGet();
        side.tick();
        HomeMessage.Subscribe again = lastAsked(2);
        assertThat(again.since()).isEqualTo(new Position(1, 10));
        subscribedAt(again, 12, 11, 12);
        assertThat(loop.ids(CHANNEL)).containsExactly("11", "12");
        side.tick();
        assertThat(asked).hasSize(2);
    }

    private HomeMessage.Subscribe lastAsked(int count) {
        Awaitility.await()
                .atMost(5, TimeUnit.SECONDS)
                .pollInterval(5, TimeUnit.MILLISECONDS)
                .until(() -> asked.size() == count);
        return asked.get(count - 1);
    }

    private void subscribedAt(HomeMessage.Subscribe subscribe, long sequence, long... tail) {
        var items = new ArrayList<NodeMessage.Numbered>();
        for (long number : tail) {
            items.add(numbered(1, number));
        }
        side.subscribedAt(new NodeMessage.SubscribedAt(
                CHANNEL, subscribe.token(), new Position(1, sequence), false, null, true, items));
    }

    private void take(long number, List<? extends NodeMessage.Entry> entries) {
        inbox.take(new NodeMessage.Packet("home", 7, number, List.copyOf(entries)));
    }

    private static List<NodeMessage.Numbered> items(long... numbers) {
        var items = new ArrayList<NodeMessage.Numbered>();
        for (long number : numbers) {
            items.add(numbered(1, number));
        }
        return items;
    }

    private static NodeMessage.Numbered numbered(long epoch, long sequence) {
        return new NodeMessage.Numbered(
                RecordingLoop.item(CHANNEL, String.valueOf(sequence), null), new Position(epoch, sequence));
    }
}
