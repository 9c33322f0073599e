package io.sluice.router;

import static io.sluice.router.RecordingLoop.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bus.Addresses;
import io.sluice.bus.BusCodecs;
import io.sluice.bus.Control;
import io.sluice.bus.HomePublisher;
import io.sluice.bus.NodeMessage;
import io.sluice.channel.AloneHomes;
import io.sluice.channel.HeapInterest;
import io.sluice.channel.HeapLogs;
import io.sluice.channel.InterestStore;
import io.sluice.channel.ItemOutcome;
import io.sluice.channel.Mode;
import io.sluice.config.Settings;
import io.sluice.fanout.Loops;
import io.sluice.fanout.Subscribed;
import io.sluice.grip.PublishItem;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Stats;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChannelRouterVerticleTest {
    private static final Settings.Channels SETTINGS =
            new Settings.Channels(300, 60, 10_000, 100, true, 20, 1, 100, List.of());

    private final Vertx vertx = Vertx.vertx();
    private final AloneHomes homes = new AloneHomes("n");
    private final Loops loops = new Loops(3);
    private final Stats stats = new Stats();
    private final SlowInterest store = new SlowInterest();
    private final HomePublisher publisher = new HomePublisher(vertx, homes);
    private final RecordingLoop loop = new RecordingLoop(vertx, "n", 0, loops);
    private final RecordingLoop other = new RecordingLoop(vertx, "n", 1, loops);

    /** Answers at once, or when told to. */
    private static final class SlowInterest implements InterestStore {
        private final HeapInterest heap = new HeapInterest();
        private final List<Runnable> held = new CopyOnWriteArrayList<>();
        private volatile boolean slow;
        private volatile boolean broken;

        @Override
        public Future<Set<String>> add(String channel, String node) {
            return answer(heap.add(channel, node));
        }

        @Override
        public Future<Set<String>> remove(String channel, String node) {
            return answer(heap.remove(channel, node));
        }

        @Override
        public Future<Set<String>> get(String channel) {
            return broken ? Future.failedFuture("broken") : heap.get(channel);
        }

        private Future<Set<String>> answer(Future<Set<String>> answer) {
            if (!slow) {
                return answer;
            }
            var context = Vertx.currentContext();
            var promise = Promise.<Set<String>>promise();
            held.add(() -> context.runOnContext(turn -> promise.complete(answer.result())));
            return promise.future();
        }
    }

    @BeforeEach
    void start() {
        BusCodecs.register(vertx.eventBus());
        for (int i = 0; i < Addresses.ROUTERS; i++) {
            await(vertx.deployVerticle(new ChannelRouterVerticle(
                    i,
                    homes,
                    store,
                    new HeapLogs(channel -> true, System::currentTimeMillis),
                    loops,
                    stats,
                    SETTINGS)));
        }
    }

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    @Test
    void itemsReachTheLoopsThatSubscribedAndNoOthers() {
        subscribe(loop, "apple");
        subscribe(other, "pear");
        publish(item("apple", "1", null), item("pear", "2", null), item("plum", "3", null));
        await().until(() ->
                loop.ids("apple").equals(List.of("1")) && other.ids("pear").equals(List.of("2")));
        assertThat(loop.items).containsOnlyKeys("apple");
        assertThat(other.items).containsOnlyKeys("pear");
        assertThat(stats.value(Counter.ITEMS_ACCEPTED)).isEqualTo(3);
    }

    @Test
    void publishStreamReorder() {
        subscribe(loop, "apple");
        publish(item("apple", "a", null));
        List<ItemOutcome> waiting = publish(item("apple", "e", "d"), item("apple", "d", "c"), item("apple", "c", "b"));
        assertThat(waiting).allMatch(ItemOutcome::waiting);
        publish(item("apple", "b", "a"));
        await().until(() -> loop.ids("apple").size() == 5);
        assertThat(loop.ids("apple")).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void anItemWhosePredecessorDoesNotComeGoesOutAfterTheWait() {
        subscribe(loop, "apple");
        publish(item("apple", "a", null), item("apple", "d", "c"), item("apple", "x", "c"));
        assertThat(stats.value(DropReason.SEQUENCER_CONFLICT)).isEqualTo(1);
        await().until(() -> loop.ids("apple").equals(List.of("a", "d")));
        // The one refused may be tried again, and is not taken for a duplicate.
        assertThat(publish(item("apple", "x", "d")).get(0).duplicate()).isFalse();
        await().until(() -> loop.ids("apple").equals(List.of("a", "d", "x")));
    }

    @Test
    void aDuplicateIsToldAndNotDelivered() {
        subscribe(loop, "apple");
        var first = publish(item("apple", "a", null)).get(0);
        var second = publish(item("apple", "a", null)).get(0);
        publish(item("apple", "b", "a"));
        await().until(() -> loop.ids("apple").size() == 2);
        assertThat(loop.ids("apple")).containsExactly("a", "b");
        assertThat(first.duplicate()).isFalse();
        assertThat(second).isEqualTo(new ItemOutcome(true, false, first.position()));
        assertThat(stats.value(Counter.ITEMS_DUPLICATE)).isEqualTo(1);
    }

    @Test
    void theFirstSubscriptionIsToldTheLastIdThatWasPublishedBefore() {
        publish(item("apple", "a", null), item("apple", "b", "a"));
        assertThat(subscribe(loop, "apple")).isEqualTo(new Subscribed(true, true, "b"));
        publish(item("apple", "c", "b"));
        assertThat(subscribe(other, "apple")).isEqualTo(new Subscribed(true, false, "c"));
    }

    @Test
    void aLastIdThatAnOriginContradictsIsForgottenEverywhere() {
        publish(item("apple", "a", null));
        subscribe(loop, "apple");
        loop.send("apple", new NodeMessage.LoopForget("apple", "a"));
        await().until(() -> loop.forgotten.equals(List.of("apple a")));
        assertThat(subscribe(other, "apple")).isEqualTo(new Subscribed(true, false, null));
        loop.unsubscribe("apple", Mode.STREAM);
        other.unsubscribe("apple", Mode.STREAM);
        assertThat(subscribe(loop, "apple").lastId()).isNull();
    }

    @Test
    void aPublishDuringAPendingSubscriptionWaitsForItAndIsDelivered() {
        publish(item("apple", "0", null));
        store.slow = true;
        loop.subscribe("apple");
        await().until(() -> store.held.size() == 1);
        Future<List<ItemOutcome>> published = publisher.publish(List.of(item("apple", "1", "0")));
        assertThat(loop.items).isEmpty();
        assertThat(published.isComplete()).isFalse();
        store.slow = false;
        store.held.get(0).run();
        await(published);
        await().until(() -> loop.ids("apple").equals(List.of("1")));
        assertThat(loop.answers("apple")).containsExactly(new Subscribed(true, true, "0"));
    }

    @Test
    void publishingFailsInATypedWayWhenTheStoreDoes() {
        store.broken = true;
        Future<List<ItemOutcome>> published = publisher.publish(List.of(item("fresh", "1", null)));
        await().until(published::isComplete);
        assertThat(published.cause())
                .isInstanceOfSatisfying(
                        io.sluice.bus.PublishException.class,
                        e -> assertThat(e.reason()).isEqualTo(io.sluice.bus.PublishException.Reason.STORE_FAILED));
    }

    @Test
    void aSubscriptionIsMadeOnceTheStoreAnswersAgain() {
        store.broken = true;
        loop.subscribe("apple");
        store.broken = false;
        await().atMost(5, TimeUnit.SECONDS).until(() -> loop.answers("apple").size() == 1);
        assertThat(loop.answers("apple").get(0).confirmed()).isTrue();
    }

    @Test
    void theLastResponseHoldLingersAndAStreamDoesNot() {
        subscribe(loop, "apple");
        subscribe(loop, "pear");
        loop.unsubscribe("pear", Mode.STREAM);
        await().until(() -> store.get("pear").result().isEmpty());
        loop.unsubscribe("apple", Mode.RESPONSE);
        subscribe(other, "marker");
        assertThat(store.get("apple").result()).containsExactly("n");
        await().atMost(5, TimeUnit.SECONDS)
                .until(() -> store.get("apple").result().isEmpty());
        assertThat(subscribe(loop, "apple").first()).isTrue();
    }

    @Test
    void aHoldThatComesBackInTimeEndsTheLinger() {
        subscribe(loop, "apple");
        loop.unsubscribe("apple", Mode.RESPONSE);
        subscribe(loop, "other");
        loop.unsubscribe("other", Mode.RESPONSE);
        assertThat(subscribe(other, "apple").first()).isFalse();
        // Of the same second, and of another router maybe: gone once it has lingered.
        await().atMost(5, TimeUnit.SECONDS)
                .until(() -> store.get("other").result().isEmpty());
        publish(item("apple", "1", null));
        await().until(() -> other.ids("apple").equals(List.of("1")));
    }

    @Test
    void recoverForgetsLastIdsAndUpdatesEachLoopOnce() {
        publish(item("apple", "a", null), item("pear", "a", null));
        vertx.eventBus().publish(Addresses.BROADCAST, new Control.Recover());
        await().until(() -> loop.updates.equals(List.of("*")) && other.updates.equals(List.of("*")));
        assertThat(subscribe(loop, "apple").lastId()).isNull();
        assertThat(subscribe(loop, "pear").lastId()).isNull();
        vertx.eventBus().send(Addresses.control("n"), new Control.Recover());
        await().until(() -> loop.updates.size() == 2);
    }

    @Test
    void aRefreshReachesTheLoopsOfItsChannelAndHasNoPlaceInItsOrder() {
        subscribe(loop, "apple");
        subscribe(other, "pear");
        publish(item("apple", "1", null));
        vertx.eventBus().publish(Addresses.BROADCAST, new Control.RefreshChannel("apple"));
        await().until(() -> loop.updates.equals(List.of("refresh apple")));
        ItemOutcome next = publish(item("apple", "2", "1")).get(0);
        assertThat(next.position().sequence()).isEqualTo(2);
        assertThat(next.waiting()).isFalse();
        assertThat(other.updates).isEmpty();
    }

    @Test
    void manyItemsOfManyChannelsKeepTheirOrder() {
        var items = new ArrayList<PublishItem>();
        for (int c = 0; c < 20; c++) {
            subscribe(loop, "c" + c);
        }
        for (int i = 1; i <= 500; i++) {
            for (int c = 0; c < 20; c++) {
                items.add(item("c" + c, String.valueOf(i), i == 1 ? null : String.valueOf(i - 1)));
            }
        }
        List<ItemOutcome> outcomes = publish(items.toArray(PublishItem[]::new));
        assertThat(outcomes).hasSize(10_000);
        await().until(() -> loop.items.values().stream().mapToInt(List::size).sum() == 10_000);
        for (int c = 0; c < 20; c++) {
            List<String> ids = loop.ids("c" + c);
            for (int i = 1; i <= 500; i++) {
                assertThat(ids.get(i - 1)).isEqualTo(String.valueOf(i));
            }
        }
    }

    private Subscribed subscribe(RecordingLoop at, String channel) {
        int before = at.answers(channel).size();
        at.subscribe(channel);
        await().until(() -> at.answers(channel).size() == before + 1);
        return at.answers(channel).get(before);
    }

    private List<ItemOutcome> publish(PublishItem... items) {
        return await(publisher.publish(List.of(items)));
    }

    private static <T> T await(Future<T> future) {
        org.awaitility.Awaitility.await().until(future::isComplete);
        if (future.failed()) {
            throw new AssertionError(future.cause());
        }
        return future.result();
    }

    private static org.awaitility.core.ConditionFactory await() {
        return org.awaitility.Awaitility.await();
    }
}
