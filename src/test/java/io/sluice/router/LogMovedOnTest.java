package io.sluice.router;

import static io.sluice.router.RecordingLoop.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bus.Addresses;
import io.sluice.bus.BusCodecs;
import io.sluice.bus.HomeMessage;
import io.sluice.bus.HomePublisher;
import io.sluice.bus.Replayed;
import io.sluice.channel.AloneHomes;
import io.sluice.channel.HeapInterest;
import io.sluice.channel.HeapLogs;
import io.sluice.channel.LogAppend;
import io.sluice.channel.LogBounds;
import io.sluice.channel.LogRecord;
import io.sluice.channel.LogState;
import io.sluice.channel.Position;
import io.sluice.config.LogRule;
import io.sluice.config.Settings;
import io.sluice.fanout.Loops;
import io.sluice.stats.Stats;
import io.sluice.wire.ItemCodec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A log that another home has changed, or that came out of a division of the cluster, behind the back of the one that takes itself for the home. */
class LogMovedOnTest {
    private static final LogBounds BOUNDS = new LogBounds(100, 100_000, 60_000, 60_000);
    private static final Settings.Channels SETTINGS = new Settings.Channels(
            60_000, 60, 10_000, 100, true, 20, 0, 100, List.of(new LogRule("*", 100, 100_000, 60)));

    private final Vertx vertx = Vertx.vertx();
    private final AloneHomes homes = new AloneHomes("a");
    private final HeapLogs logs = new HeapLogs(channel -> true, System::currentTimeMillis);
    private final Loops loops = new Loops(1);
    private final RecordingLoop loop = new RecordingLoop(vertx, "a", 0, loops);

    @BeforeEach
    void start() throws Exception {
        BusCodecs.register(vertx.eventBus());
        for (int i = 0; i < Addresses.ROUTERS; i++) {
            vertx.deployVerticle(
                            new ChannelRouterVerticle(i, homes, new HeapInterest(), logs, loops, new Stats(), SETTINGS))
                    .await(10, TimeUnit.SECONDS);
        }
        loop.subscribe("c");
        within().until(() -> loop.answers("c").size() == 1);
        new HomePublisher(vertx, homes).publish(List.of(item("c", "1", null))).await(10, TimeUnit.SECONDS);
        within().until(() -> loop.ids("c").equals(List.of("1")));
        another("2");
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void is_found_when_a_node_asks_where_the_channel_stands() {
        LogState now = state();
        var at = new Position(now.position().epoch(), now.position().sequence() - 1);
        vertx.eventBus().send(Addresses.home("a", "c"), new HomeMessage.Subscribe("a", "c", 1, at));
        within().until(() -> loop.ids("c").equals(List.of("1", "2")));
    }

    @Test
    void is_found_when_a_client_comes_back() {
        assertThat(replay("1").result().body().items())
                .extracting(numbered -> numbered.item().id())
                .containsExactly("2");
        within().until(() -> loop.ids("c").equals(List.of("1", "2")));
    }

    private Future<Message<Replayed>> replay(String id) {
        Future<Message<Replayed>> answer =
                vertx.eventBus().request(Addresses.home("a", "c"), new HomeMessage.Replay("c", id));
        within().until(answer::isComplete);
        return answer;
    }

    private void another(String id) {
        LogState now = state();
        var record = new LogRecord(now.position().sequence() + 1, 0, id, ItemCodec.bytes(item("c", id, null)));
        var append = new LogAppend(
                now.commit() + 1,
                now.position(),
                now.commit(),
                false,
                List.of(record),
                id,
                null,
                BOUNDS,
                System.currentTimeMillis(),
                1);
        assertThat(logs.append("c", append).result()).isTrue();
    }

    private LogState state() {
        return Objects.requireNonNull(logs.read("c").result());
    }

    private static org.awaitility.core.ConditionFactory within() {
        return Awaitility.await().atMost(10, TimeUnit.SECONDS).pollInterval(10, TimeUnit.MILLISECONDS);
    }
}
