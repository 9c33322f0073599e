package io.sluice.router;

import static io.sluice.router.RecordingLoop.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bus.Addresses;
import io.sluice.bus.AppendReceipt;
import io.sluice.bus.BusCodecs;
import io.sluice.bus.HomeMessage;
import io.sluice.bus.HomePublisher;
import io.sluice.bus.NodeMessage;
import io.sluice.bus.PublishException;
import io.sluice.channel.ChannelHomes;
import io.sluice.channel.HeapInterest;
import io.sluice.channel.HeapLogs;
import io.sluice.channel.ItemOutcome;
import io.sluice.channel.Mode;
import io.sluice.channel.Position;
import io.sluice.config.Settings;
import io.sluice.fanout.Loops;
import io.sluice.fanout.Subscribed;
import io.sluice.grip.PublishItem;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes on one bus, each with its own view of who is whose home. */
class MovingHomesTest {
    private static final Settings.Channels SETTINGS =
            new Settings.Channels(60_000, 60, 10_000, 100, true, 20, 0, 100, List.of());

    private final Vertx vertx = Vertx.vertx();
    private final HeapInterest interest = new HeapInterest();
    private final HeapLogs logs = new HeapLogs(channel -> true, System::currentTimeMillis);
    private final Node a = new Node("a");
    private final Node b = new Node("b");

    private final class Node implements ChannelHomes {
        final String name;
        final Map<String, String> homeOf = new ConcurrentHashMap<>();
        final List<Handler<Void>> listeners = new CopyOnWriteArrayList<>();
        final Loops loops = new Loops(1);
        final Stats stats = new Stats();
        final RecordingLoop loop;
        final AtomicInteger asked = new AtomicInteger();
        volatile Set<String> members = Set.of("a", "b");

        Node(String name) {
            this.name = name;
            loop = new RecordingLoop(vertx, name, 0, loops);
        }

        void see(String channel, String home) {
            homeOf.put(channel, home);
            listeners.forEach(listener -> listener.handle(null));
        }

        @Override
        public String self() {
            return name;
        }

        @Override
        public String homeOf(String channel) {
            asked.incrementAndGet();
            return homeOf.getOrDefault(channel, "a");
        }

        @Override
        public Set<String> members() {
            return members;
        }

        @Override
        public void onChange(Handler<Void> listener) {
            listeners.add(listener);
        }
    }

    @BeforeEach
    void start() {
        BusCodecs.register(vertx.eventBus());
        for (Node node : List.of(a, b)) {
            for (int i = 0; i < Addresses.ROUTERS; i++) {
                result(vertx.deployVerticle(
                        new ChannelRouterVerticle(i, node, interest, logs, node.loops, node.stats, SETTINGS)));
            }
        }
    }

    @AfterEach
    void stop() {
        result(vertx.close());
    }

    @Test
    void aMisroutedAppendIsSentOnOnce() {
        b.homeOf.put("c", "b");
        b.homeOf.put("d", "b");
        a.homeOf.put("c", "b");
        subscribe(a, "c");
        subscribe(b, "c");
        // To a, which is the home of e alone.
        String e = sameRouter("c", "e");
        result(append("a", 0, item("c", "1", null), item(e, "2", null), item("c", "3", "1")));
        within().until(() ->
                a.loop.ids("c").equals(List.of("1", "3")) && b.loop.ids("c").equals(List.of("1", "3")));
        Future<Message<AppendReceipt>> again = append("a", 1, item("c", "4", "3"));
        within().until(again::isComplete);
        assertThat(again.cause())
                .isInstanceOfSatisfying(
                        ReplyException.class,
                        failure ->
                                assertThat(failure.failureCode()).isEqualTo(PublishException.Reason.NOT_HOME.code()));
    }

    @Test
    void whatTwoNodesSendEachOtherIsPublishedWhenTheyAgreeAndTheRestOnce() {
        a.homeOf.put("c", "b");
        String e = sameRouter("c", "e");
        subscribe(a, e);
        int before = b.asked.get();
        Future<Message<AppendReceipt>> both = append("a", 0, item(e, "1", null), item("c", "2", null));
        within().until(() -> b.asked.get() > before);
        b.see("c", "b");
        assertThat(result(both).body().outcomes())
                .extracting(outcome -> outcome.position().sequence())
                .containsExactly(1L, 1L);
        within().until(() -> a.loop.ids(e).equals(List.of("1")));
    }

    @Test
    void aPublisherWithAnOldViewFindsTheNewHome() {
        subscribe(a, "c");
        a.see("c", "b");
        b.see("c", "b");
        var old = new Node("x");
        List<ItemOutcome> outcomes = result(new HomePublisher(vertx, old).publish(List.of(item("c", "1", null))));
        assertThat(outcomes).hasSize(1);
        within().until(() -> a.loop.ids("c").equals(List.of("1")));
    }

    @Test
    void whatWaitedForItsPredecessorGoesToTheNewHome() {
        subscribe(b, "c");
        var publisher = new HomePublisher(vertx, a);
        result(publisher.publish(List.of(item("c", "1", null), item("c", "3", "2"))));
        within().until(() -> b.loop.ids("c").equals(List.of("1")));
        b.see("c", "b");
        a.see("c", "b");
        within().until(() -> b.loop.ids("c").equals(List.of("1", "3")));
        assertThat(a.stats.value(DropReason.NODE_UNREACHABLE)).isZero();
        assertThat(b.stats.value(DropReason.MISSED_BY_NODE)).isZero();
        assertThat(a.stats.value(Counter.CHANNELS_MOVED)).isEqualTo(1);
        assertThat(a.stats.value(Gauge.HOMED_CHANNELS)).isZero();
        assertThat(b.stats.value(Gauge.HOMED_CHANNELS)).isEqualTo(1);
    }

    @Test
    void itemsGoOnWhenTheHomeMovesAndNobodyIsAskedToUpdateNeedlessly() {
        subscribe(a, "c");
        subscribe(b, "c");
        for (int i = 1; i <= 20; i++) {
            String home = i % 4 < 2 ? "a" : "b";
            (i % 2 == 0 ? a : b).see("c", home);
            (i % 2 == 0 ? b : a).see("c", home);
            result(new HomePublisher(vertx, a).publish(List.of(item("c", "i" + i, null))));
        }
        within().until(() -> a.loop.ids("c").size() == 20 && b.loop.ids("c").size() == 20);
        assertThat(a.loop.ids("c")).isEqualTo(b.loop.ids("c")).doesNotHaveDuplicates();
        assertThat(a.loop.updates).isEmpty();
        assertThat(a.loop.answers("c")).hasSize(1);
    }

    @Test
    void aHomeThatDiesMakesItsSubscribersAsk() {
        b.homeOf.put("c", "b");
        a.homeOf.put("c", "b");
        subscribe(a, "c");
        a.members = Set.of("a");
        a.see("c", "a");
        within().until(() -> a.loop.updates.equals(List.of("c")));
        result(new HomePublisher(vertx, a).publish(List.of(item("c", "1", null))));
        within().until(() -> a.loop.ids("c").equals(List.of("1")));
    }

    @Test
    void aNodeThatLeftIsDroppedFromInterest() {
        subscribe(a, "c");
        subscribe(b, "c");
        subscribe(b, "d");
        result(interest.add("e", "b"));
        a.members = Set.of("a");
        a.see("x", "a");
        within().until(() -> result(interest.get("c")).equals(Set.of("a"))
                && result(interest.get("d")).isEmpty());
        result(new HomePublisher(vertx, a).publish(List.of(item("e", "1", null))));
        within().until(() -> result(interest.get("e")).isEmpty());
        assertThat(b.loop.items).isEmpty();
    }

    @Test
    void anItemMissedIsNoticedByItsNumberAndTold() {
        subscribe(b, "c");
        subscribe(b, "d");
        deliver("c", 5, 1, "1");
        deliver("c", 5, 1, "again");
        deliver("c", 5, 4, "4");
        within().until(() -> b.loop.ids("c").equals(List.of("1", "4")));
        assertThat(b.loop.updates).containsExactly("c");
        assertThat(b.stats.value(DropReason.MISSED_BY_NODE)).isEqualTo(2);
        deliver("c", 6, 1, "new life");
        within().until(() -> b.loop.ids("c").size() == 3);
        assertThat(b.loop.updates).containsExactly("c");
    }

    @Test
    void itemsOfTwoHomesInTurnAreNotTakenForMissed() {
        subscribe(b, "c");
        deliver("c", 5, 1, "1");
        deliver("c", 6, 1, "2");
        deliver("c", 5, 2, "3");
        deliver("c", 6, 2, "4");
        deliver("c", 6, 2, "again");
        deliver("c", 5, 3, "5");
        within().until(() -> b.loop.ids("c").equals(List.of("1", "2", "3", "4", "5")));
        assertThat(b.loop.updates).isEmpty();
        assertThat(b.stats.value(DropReason.MISSED_BY_NODE)).isZero();
    }

    @Test
    void aNodeToldOfAChannelItDoesNotWantSaysSo() {
        result(interest.add("c", "b"));
        result(new HomePublisher(vertx, a).publish(List.of(item("c", "1", null))));
        within().until(() -> result(interest.get("c")).isEmpty());
        assertThat(b.loop.items).isEmpty();
    }

    @Test
    void aLateUnsubscribeEndsNoNewerSubscription() {
        subscribe(b, "c");
        b.loop.unsubscribe("c", Mode.STREAM);
        subscribe(b, "c");
        vertx.eventBus().send(Addresses.home("a", "c"), new HomeMessage.Unsubscribe("b", "c", 1));
        result(new HomePublisher(vertx, a).publish(List.of(item("c", "1", null))));
        within().until(() -> b.loop.ids("c").equals(List.of("1")));
    }

    @Test
    void aLoopIsToldThatTheHomeIsSilentAndOnceItAnswers() {
        // To b the home is a node that nobody has heard of.
        b.homeOf.put("c", "ghost");
        b.loop.subscribe("c");
        within().until(() -> b.loop.answers("c").size() == 1);
        assertThat(b.loop.answers("c").get(0)).isEqualTo(new Subscribed(false, false, null));
        b.see("c", "a");
        within().until(() -> b.loop.answers("c").size() == 2);
        assertThat(b.loop.answers("c").get(1).confirmed()).isTrue();
    }

    @Test
    void aNodeThatLeavesEndsItsSubscriptionsAndWaitsForNoPredecessor() {
        var ids = new ArrayList<String>();
        var leaving = new Node("z");
        leaving.homeOf.put("c", "z");
        leaving.homeOf.put("d", "a");
        for (int i = 0; i < Addresses.ROUTERS; i++) {
            ids.add(result(vertx.deployVerticle(
                    new ChannelRouterVerticle(i, leaving, interest, logs, leaving.loops, leaving.stats, SETTINGS))));
        }
        a.members = Set.of("a", "b", "z");
        b.members = a.members;
        b.homeOf.put("c", "z");
        subscribe(b, "c");
        subscribe(leaving, "d");
        leaving.members = a.members;
        result(new HomePublisher(vertx, leaving).publish(List.of(item("c", "1", null), item("c", "3", "2"))));
        ids.forEach(id -> result(vertx.undeploy(id)));
        within().until(() -> b.loop.ids("c").equals(List.of("1", "3")));
        within().until(() -> result(interest.get("d")).isEmpty());
    }

    private void deliver(String channel, long epoch, long sequence, String id) {
        var numbered = new NodeMessage.Numbered(item(channel, id, null), new Position(epoch, sequence));
        vertx.eventBus().send(Addresses.node("b", channel), new NodeMessage.Packet("a", 0, 0, List.of(numbered)));
    }

    private Future<Message<AppendReceipt>> append(String node, int hops, PublishItem... items) {
        return vertx.eventBus()
                .request(Addresses.home(node, items[0].channel()), new HomeMessage.Append(List.of(items), hops));
    }

    private static void subscribe(Node node, String channel) {
        int before = node.loop.answers(channel).size();
        node.loop.subscribe(channel);
        within().until(() -> node.loop.answers(channel).size() > before);
    }

    private static String sameRouter(String as, String name) {
        String channel = name;
        while (Addresses.router(channel) != Addresses.router(as)) {
            channel += name;
        }
        return channel;
    }

    private static org.awaitility.core.ConditionFactory within() {
        return Awaitility.await().atMost(10, TimeUnit.SECONDS).pollInterval(10, TimeUnit.MILLISECONDS);
    }

    private static <T> T result(Future<T> future) {
        within().until(future::isComplete);
        if (future.failed()) {
            throw new AssertionError(future.cause());
        }
        return future.result();
    }
}
