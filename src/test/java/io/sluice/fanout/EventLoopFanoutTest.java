package io.sluice.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.bus.NodeMessage.LoopForget;
import io.sluice.bus.NodeMessage.LoopSubscribe;
import io.sluice.bus.NodeMessage.LoopUnsubscribe;
import io.sluice.channel.Mode;
import io.sluice.channel.Position;
import io.sluice.fanout.FanoutWorld.Listener;
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.PublishItem;
import io.sluice.netty.Items;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import io.sluice.trace.NodeTraces;
import io.sluice.wire.EncodedItem;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventLoopFanoutTest {
    private final FanoutWorld world;
    private final EventLoopFanout fanout;

    EventLoopFanoutTest() throws Exception {
        world = new FanoutWorld();
        fanout = world.fanout;
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Future<Subscribed> subscribe(String channel, Subscriber subscriber) throws Exception {
        return world.on(() -> fanout.subscribe(channel, Mode.STREAM, subscriber));
    }

    private void unsubscribe(String channel, Subscriber subscriber) throws Exception {
        world.run(() -> fanout.unsubscribe(channel, Mode.STREAM, subscriber));
    }

    /** Everything entered before has been worked off. */
    private void settle() throws Exception {
        world.run(() -> {});
    }

    @Test
    void the_first_subscriber_has_the_router_asked_and_later_ones_get_what_the_loop_knows() throws Exception {
        var first = new Listener();
        var second = new Listener();
        Future<Subscribed> one = subscribe("c", first);
        Future<Subscribed> two = subscribe("c", second);
        assertThat(world.told()).isEqualTo(new LoopSubscribe(0, "c"));
        fanout.deliver(List.of(Items.stream("c", "1", "early")));
        settle();
        assertThat(first.got).containsExactly("c:1");
        assertThat(one.isComplete()).isFalse();
        fanout.subscribed("c", new Subscribed(true, true, "1"));
        settle();
        assertThat(one.result()).isEqualTo(new Subscribed(true, true, "1"));
        assertThat(two.result()).isEqualTo(one.result());
        assertThat(subscribe("c", new Listener()).result()).isEqualTo(new Subscribed(true, false, "1"));
        fanout.deliver(List.of(Items.stream("c", "2", "x"), Items.stream("c", null, "x")));
        settle();
        assertThat(subscribe("c", new Listener()).result()).isEqualTo(new Subscribed(true, false, null));
        assertThat(first.got).containsExactly("c:1", "c:2", "c:null");
        assertThat(world.loops.counts().count("c", Mode.STREAM)).isEqualTo(4);
        assertThat(world.stats.value(Gauge.SUBSCRIPTIONS)).isEqualTo(4);
        assertThat(world.router).isEmpty();
    }

    @Test
    void a_last_id_is_forgotten_if_it_still_is_that_one_and_the_router_is_told() throws Exception {
        subscribe("c", new Listener());
        fanout.subscribed("c", new Subscribed(true, false, "1"));
        assertThat(world.told()).isEqualTo(new LoopSubscribe(0, "c"));
        world.run(() -> fanout.forget("c", "0"));
        assertThat(world.told()).isEqualTo(new LoopForget("c", "0"));
        assertThat(subscribe("c", new Listener()).result()).isEqualTo(new Subscribed(true, false, "1"));
        world.run(() -> fanout.forget("c", "1"));
        assertThat(world.told()).isEqualTo(new LoopForget("c", "1"));
        assertThat(subscribe("c", new Listener()).result()).isEqualTo(new Subscribed(true, false, null));
        fanout.deliver(List.of(Items.stream("c", "2", "x")));
        fanout.forgotten("c", "1");
        settle();
        assertThat(subscribe("c", new Listener()).result()).isEqualTo(new Subscribed(true, false, "2"));
        fanout.forgotten("c", "2");
        fanout.forgotten("unknown", "2");
        settle();
        assertThat(subscribe("c", new Listener()).result()).isEqualTo(new Subscribed(true, false, null));
        assertThat(world.router).isEmpty();
    }

    @Test
    void items_without_sequence_leave_the_last_id_alone() throws Exception {
        var listener = new Listener();
        subscribe("c", listener);
        fanout.subscribed("c", new Subscribed(true, false, "1"));
        fanout.deliver(List.of(noSeq("c", "9")));
        settle();
        assertThat(listener.got).containsExactly("c:9");
        assertThat(subscribe("c", new Listener()).result()).isEqualTo(new Subscribed(true, false, "1"));
    }

    private static EncodedItem noSeq(String channel, String id) {
        var format = new Format.HttpStream(Action.SEND, new byte[] {'x'}, null);
        var item = new PublishItem(channel, id, null, true, -1, Map.of(), null, format, null);
        return new EncodedItem(item, new Position(1, 1));
    }

    @Test
    void subscribing_twice_counts_once_and_only_formats_of_the_mode_come() throws Exception {
        var listener = new Listener();
        subscribe("c", listener);
        subscribe("c", listener);
        world.run(() -> fanout.subscribe("c", Mode.RESPONSE, listener));
        assertThat(world.stats.value(Gauge.SUBSCRIPTIONS)).isEqualTo(2);
        fanout.deliver(List.of(Items.stream("c", "1", "x"), Items.stream("other", "1", "x")));
        settle();
        assertThat(listener.got).containsExactly("c:1");
    }

    @Test
    void the_last_to_leave_tells_the_router_with_its_mode() throws Exception {
        var stream = new Listener();
        var response = new Listener();
        subscribe("c", stream);
        world.run(() -> fanout.subscribe("c", Mode.RESPONSE, response));
        fanout.subscribed("c", new Subscribed(true, false, null));
        assertThat(world.told()).isInstanceOf(LoopSubscribe.class);
        unsubscribe("c", stream);
        unsubscribe("c", stream);
        unsubscribe("nothing", stream);
        assertThat(world.router).isEmpty();
        world.run(() -> fanout.unsubscribe("c", Mode.RESPONSE, response));
        assertThat(world.told()).isEqualTo(new LoopUnsubscribe(0, "c", Mode.RESPONSE));
        assertThat(world.loops.counts().count("c", Mode.STREAM)).isZero();
        assertThat(world.stats.value(Gauge.SUBSCRIPTIONS)).isZero();
    }

    @Test
    void a_question_under_way_is_waited_for_before_the_router_is_told_that_all_left() throws Exception {
        var listener = new Listener();
        Future<Subscribed> one = subscribe("c", listener);
        unsubscribe("c", listener);
        Future<Subscribed> two = subscribe("c", listener);
        unsubscribe("c", listener);
        assertThat(world.told()).isEqualTo(new LoopSubscribe(0, "c"));
        assertThat(world.router).isEmpty();
        fanout.subscribed("c", new Subscribed(true, true, null));
        assertThat(world.told()).isEqualTo(new LoopUnsubscribe(0, "c", Mode.STREAM));
        assertThat(one.succeeded() && two.succeeded()).isTrue();
        subscribe("c", listener);
        assertThat(world.told()).isEqualTo(new LoopSubscribe(0, "c"));
    }

    @Test
    void a_silent_router_is_asked_again_and_its_late_answer_has_the_subscribers_ask_their_origins() throws Exception {
        var listener = new Listener();
        Future<Subscribed> answer = subscribe("c", listener);
        assertThat(world.told()).isEqualTo(new LoopSubscribe(0, "c"));
        world.pass(4_900);
        assertThat(world.router).isEmpty();
        world.pass(100);
        assertThat(world.told()).isEqualTo(new LoopSubscribe(0, "c"));
        world.pass(2_900);
        assertThat(answer.isComplete()).isFalse();
        world.pass(100);
        assertThat(answer.result()).isEqualTo(new Subscribed(false, false, null));
        assertThat(subscribe("c", new Listener()).result().confirmed()).isFalse();
        world.pass(2_000);
        assertThat(world.told()).isEqualTo(new LoopSubscribe(0, "c"));
        fanout.subscribed("c", new Subscribed(true, false, "7"));
        settle();
        assertThat(listener.updates).isEqualTo(1);
        assertThat(subscribe("c", new Listener()).result()).isEqualTo(new Subscribed(true, false, "7"));
        world.pass(60_000);
        assertThat(world.router).isEmpty();
    }

    @Test
    void subscribers_of_a_logged_channel_whose_router_was_late_are_told_of_a_gap() throws Exception {
        var gaps = new AtomicInteger();
        subscribe("c", new Listener() {
            @Override
            public void gap() {
                gaps.incrementAndGet();
            }
        });
        fanout.subscribed("c", new Subscribed(false, false, null));
        fanout.subscribed("c", new Subscribed(true, false, "7", true));
        settle();
        assertThat(gaps).hasValue(1);
    }

    @Test
    void a_subscriber_that_throws_is_removed_and_the_others_get_theirs() throws Exception {
        var before = new Listener();
        var after = new Listener();
        var broken = new Listener() {
            @Override
            public void deliver(String channel, EncodedItem item) {
                throw new IllegalStateException("on purpose");
            }
        };
        subscribe("c", before);
        subscribe("c", broken);
        subscribe("c", after);
        var traces = new NodeTraces(4);
        EncodedItem item = Items.stream("c", "1", "x");
        var traced = new EncodedItem(item.item(), item.position(), traces.arrived("c", "1", item.position(), ""));
        item.release();
        fanout.deliver(List.of(traced, Items.stream("c", "2", "x")));
        settle();
        assertThat(before.got).containsExactly("c:1", "c:2");
        assertThat(after.got).containsExactly("c:1", "c:2");
        assertThat(world.stats.value(DropReason.SUBSCRIBER_FAILED)).isEqualTo(1);
        assertThat(traces.of("c", "1", 9).get(0).tally())
                .satisfies(tally -> assertThat(tally.dropped()).isEqualTo(Map.of("subscriber_failed", 1L)));
        assertThat(world.loops.counts().count("c", Mode.STREAM)).isEqualTo(2);
    }

    @Test
    void a_subscriber_may_leave_and_come_back_and_send_others_away_while_it_is_delivered_to() throws Exception {
        var third = new Listener();
        var restless = new Listener() {
            @Override
            public void deliver(String channel, EncodedItem item) {
                super.deliver(channel, item);
                fanout.unsubscribe("c", Mode.STREAM, this);
                fanout.unsubscribe("c", Mode.STREAM, third);
                fanout.subscribe("c", Mode.STREAM, this);
            }
        };
        subscribe("c", restless);
        subscribe("c", third);
        fanout.deliver(List.of(Items.stream("c", "1", "x")));
        fanout.deliver(List.of(Items.stream("c", "2", "x")));
        settle();
        assertThat(restless.got).containsExactly("c:1", "c:2");
        assertThat(third.got).isEmpty();
    }

    @Test
    void a_sink_written_to_often_is_flushed_once_a_turn() throws Exception {
        var sink = new CountingSink();
        var listener = new Listener() {
            @Override
            public void deliver(String channel, EncodedItem item) {
                sink.write(item);
                fanout.flushLater(sink);
            }
        };
        subscribe("a", listener);
        subscribe("b", listener);
        fanout.deliver(List.of(Items.stream("a", "1", "x"), Items.stream("b", "1", "x"), Items.stream("a", "2", "x")));
        settle();
        assertThat(sink.writes).isEqualTo(3);
        assertThat(sink.flushes).isEqualTo(1);
        world.run(() -> {
            fanout.flushLater(sink);
            fanout.flushLater(sink);
            assertThat(sink.flushes).isEqualTo(1);
        });
        await().until(() -> world.on(() -> sink.flushes) == 2);
    }

    @Test
    void many_sinks_are_each_flushed_once() throws Exception {
        var sinks = new ArrayList<CountingSink>();
        for (int i = 0; i < 5_000; i++) {
            sinks.add(new CountingSink());
        }
        world.run(() -> {
            for (int round = 0; round < 3; round++) {
                sinks.forEach(fanout::flushLater);
            }
        });
        settle();
        assertThat(sinks).allMatch(sink -> sink.flushes == 1);
        world.run(() -> sinks.forEach(fanout::flushLater));
        settle();
        assertThat(sinks).allMatch(sink -> sink.flushes == 2);
    }

    @Test
    void yielding_changes_no_order() throws Exception {
        // Each look at the clock takes a millisecond, so the loop yields every 64 deliveries or so.
        var clock = new AtomicLong();
        try (var slow = new FanoutWorld(() -> clock.addAndGet(1_000_000))) {
            var listeners = new ArrayList<Listener>();
            var sink = new CountingSink();
            for (int i = 0; i < 1_000; i++) {
                var listener = new Listener() {
                    @Override
                    public void deliver(String channel, EncodedItem item) {
                        super.deliver(channel, item);
                        slow.fanout.flushLater(sink);
                    }
                };
                listeners.add(listener);
                slow.on(() -> slow.fanout.subscribe("c", Mode.STREAM, listener));
            }
            Future<Subscribed> answer = slow.on(() -> slow.fanout.subscribe("c", Mode.STREAM, new Listener()));
            var expected = new ArrayList<String>();
            var items = new ArrayList<EncodedItem>();
            for (int i = 0; i < 40; i++) {
                EncodedItem item = Items.stream("c", String.valueOf(i), "x");
                items.add(item);
                expected.add("c:" + i);
                slow.fanout.deliver(List.of(item));
            }
            slow.fanout.subscribed("c", new Subscribed(true, false, "39"));
            answer.onComplete(told -> assertThat(listeners).allMatch(listener -> listener.got.equals(expected)));
            await().until(() -> slow.on(answer::isComplete));
            assertThat(listeners).allMatch(listener -> listener.got.equals(expected));
            assertThat(items).allMatch(item -> item.refCnt() == 0);
            assertThat(sink.flushes).isGreaterThan(100);
        }
    }

    @Test
    void update_reaches_all_subscribers_of_the_channel_or_of_the_loop() throws Exception {
        var one = new Listener();
        var other = new Listener();
        subscribe("a", one);
        subscribe("b", other);
        fanout.update("a");
        fanout.updateAll();
        fanout.update("nothing");
        settle();
        assertThat(one.updates).isEqualTo(2);
        assertThat(other.updates).isEqualTo(1);
    }

    @Test
    void a_search_tests_each_subscriber_once_and_lets_the_loop_turn_to_other_work() throws Exception {
        var listeners = new ArrayList<Listener>();
        for (int i = 0; i < 200; i++) {
            var listener = new Listener();
            listeners.add(listener);
            subscribe("a", listener);
            subscribe("b", listener);
        }
        var tests = new AtomicInteger();
        var between = new AtomicInteger(-1);
        Future<List<Subscriber>> all = world.on(() -> {
            Future<List<Subscriber>> answer = fanout.find(
                    subscriber -> {
                        tests.incrementAndGet();
                        world.nanos.addAndGet(1_000_000);
                        return true;
                    },
                    1000);
            // What comes meanwhile need not wait for the end.
            between.set(tests.get());
            return answer;
        });
        assertThat(all.await(20, TimeUnit.SECONDS)).containsExactlyInAnyOrderElementsOf(listeners);
        assertThat(tests).hasValue(200);
        assertThat(between.get()).isBetween(1, 199);
        tests.set(0);
        Future<List<Subscriber>> some = world.on(() -> fanout.find(subscriber -> tests.incrementAndGet() > 5, 3));
        assertThat(some.await(20, TimeUnit.SECONDS)).hasSize(3);
        assertThat(tests).hasValue(8);
        Future<List<Subscriber>> failed = world.on(() -> fanout.find(
                subscriber -> {
                    throw new IllegalStateException("wrong");
                },
                3));
        assertThatThrownBy(() -> failed.await(20, TimeUnit.SECONDS)).hasMessage("wrong");
    }

    @Test
    void items_are_released_after_the_loop_has_closed() throws Exception {
        subscribe("c", new Listener());
        EncodedItem before = Items.stream("c", "1", "x");
        EncodedItem after = Items.stream("c", "2", "x");
        world.run(() -> {
            fanout.deliver(List.of(before));
            fanout.close();
        });
        fanout.deliver(List.of(after));
        assertThat(before.refCnt()).isZero();
        assertThat(after.refCnt()).isZero();
        assertThat(world.stats.value(DropReason.LOOP_CLOSED)).isEqualTo(2);
    }
}
