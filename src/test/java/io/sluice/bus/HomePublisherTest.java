package io.sluice.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.channel.ChannelHomes;
import io.sluice.channel.ItemOutcome;
import io.sluice.channel.Position;
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.PublishItem;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HomePublisherTest {
    private final Vertx vertx = Vertx.vertx();
    private final Map<String, String> homeOf = new ConcurrentHashMap<>();
    /** Channel and id of the items of each message, by address. */
    private final Map<String, List<List<String>>> received = new ConcurrentHashMap<>();

    private final HomePublisher publisher = new HomePublisher(
            vertx,
            new ChannelHomes() {
                @Override
                public String self() {
                    return "a";
                }

                @Override
                public String homeOf(String channel) {
                    return homeOf.getOrDefault(channel, "a");
                }

                @Override
                public Set<String> members() {
                    return Set.of("a", "b");
                }

                @Override
                public void onChange(Handler<Void> listener) {}
            },
            300);

    @BeforeEach
    void codecs() {
        BusCodecs.register(vertx.eventBus());
    }

    @AfterEach
    void close() {
        Future<Void> closed = vertx.close();
        Awaitility.await().until(closed::isComplete);
    }

    @Test
    void oneRequestForEachDestinationAndOutcomesInTheOrderOfTheItems() {
        homeOf.put("far", "b");
        accept("a", message -> true);
        accept("b", message -> true);
        String near = other(Addresses.router("far"));
        List<ItemOutcome> outcomes = publish(item("far", 1, 0), item(near, 2, 0), item("far", 3, 0), item(near, 4, 0))
                .result();
        assertThat(outcomes)
                .extracting(outcome -> outcome.position().sequence())
                .containsExactly(1L, 2L, 3L, 4L);
        assertThat(received.get(Addresses.home("b", "far"))).containsExactly(List.of("far 1", "far 3"));
        assertThat(received.get(Addresses.home("a", near))).containsExactly(List.of(near + " 2", near + " 4"));
    }

    @Test
    void whatIsTooLargeForOneMessageGoesInSeveralInOrder() {
        accept("a", message -> true);
        publish(item("c", 1, 600_000), item("c", 2, 600_000), item("c", 3, 2_000_000), item("c", 4, 0));
        assertThat(received.get(Addresses.home("a", "c")))
                .containsExactly(List.of("c 1"), List.of("c 2"), List.of("c 3"), List.of("c 4"));
        var many = new ArrayList<PublishItem>();
        for (int i = 0; i < 1001; i++) {
            many.add(item("c", i, 0));
        }
        assertThat(publish(many.toArray(PublishItem[]::new)).result()).hasSize(1001);
        assertThat(received.getOrDefault(Addresses.home("a", "c"), List.of()).subList(4, 6))
                .extracting(List::size)
                .containsExactly(1000, 1);
    }

    @Test
    void anAnswerOfNotBeingTheHomeSendsItToTheNewOne() {
        homeOf.put("c", "b");
        accept("b", message -> {
            homeOf.put("c", "a");
            message.fail(PublishException.Reason.NOT_HOME.code(), "moved");
            return false;
        });
        accept("a", message -> true);
        assertThat(publish(item("c", 1, 0)).result()).hasSize(1);
        assertThat(received.get(Addresses.home("a", "c"))).containsExactly(List.of("c 1"));
    }

    @Test
    void nobodyAtTheHomeIsTriedAgain() {
        homeOf.put("c", "b");
        Future<List<ItemOutcome>> published = publisher.publish(List.of(item("c", 1, 0)));
        accept("b", message -> true);
        Awaitility.await().until(published::isComplete);
        assertThat(published.succeeded()).isTrue();
    }

    @Test
    void silenceIsNotTriedAgainSinceItemsMayHaveBeenAccepted() {
        accept("a", message -> false);
        Future<List<ItemOutcome>> published = publish(item("c", 1, 0));
        assertThat(reason(published)).isEqualTo(PublishException.Reason.TIMEOUT);
        assertThat(received.get(Addresses.home("a", "c"))).hasSize(1);
    }

    @Test
    void aFailedStoreIsToldAsSuch() {
        accept("a", message -> {
            message.fail(PublishException.Reason.STORE_FAILED.code(), "store");
            return false;
        });
        assertThat(reason(publish(item("c", 1, 0)))).isEqualTo(PublishException.Reason.STORE_FAILED);
    }

    @Test
    void nothingIsNothing() {
        assertThat(publish().result()).isEmpty();
    }

    private static PublishException.Reason reason(Future<?> failed) {
        assertThat(failed.cause()).isInstanceOf(PublishException.class);
        return failed.cause() instanceof PublishException e ? e.reason() : PublishException.Reason.FAILED;
    }

    private Future<List<ItemOutcome>> publish(PublishItem... items) {
        Future<List<ItemOutcome>> published = publisher.publish(List.of(items));
        Awaitility.await().until(published::isComplete);
        return published;
    }

    /** A home that answers with each item's id as its sequence, if the test says so. */
    private void accept(String node, Predicate<Message<HomeMessage.Append>> accepts) {
        for (int i = 0; i < Addresses.ROUTERS; i++) {
            String address = Addresses.home(node, i);
            Consumer<HomeMessage.Append> note =
                    append -> received.computeIfAbsent(address, key -> new CopyOnWriteArrayList<>())
                            .add(append.items().stream()
                                    .map(item -> item.channel() + " " + item.id())
                                    .toList());
            vertx.eventBus().<HomeMessage.Append>consumer(address, message -> {
                note.accept(message.body());
                if (accepts.test(message)) {
                    message.reply(new AppendReceipt(message.body().items().stream()
                            .map(item -> new ItemOutcome(
                                    false, false, new Position(1, Long.parseLong(String.valueOf(item.id())))))
                            .toList()));
                }
            });
        }
    }

    /** A channel of another router instance. */
    private static String other(int router) {
        String channel = "x";
        while (Addresses.router(channel) == router) {
            channel += "x";
        }
        return channel;
    }

    private static PublishItem item(String channel, int id, int bytes) {
        var stream = new Format.HttpStream(Action.SEND, new byte[bytes], null);
        return new PublishItem(channel, String.valueOf(id), null, false, -1, Map.of(), null, stream, null);
    }
}
