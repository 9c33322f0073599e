package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.fanout.Subscribed;
import io.sluice.grip.GripExtension;
import io.sluice.grip.Headers;
import io.sluice.grip.SocketClose;
import io.sluice.origin.OriginException;
import io.sluice.stats.DropReason;
import io.sluice.wire.SocketFrame;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Reliable channels of a WebSocket: what is missing is asked for, and what is there goes out once and in order. */
class SocketRecoveryTest {
    /** The settle time, and a turn of the limiter. */
    private static final int SETTLED = NextLoop.SETTLE_MILLIS + 100;

    private final SocketWorld world = new SocketWorld();

    private void open(String... events) {
        world.accept(SocketWorld.GRIP, events);
    }

    private void item(int id) {
        world.publish("a", "" + id, "" + (id - 1), "" + id);
    }

    /** The request for what channel a misses after that id. */
    private FakeEventsOrigin.Asked asked(String lastId) {
        FakeEventsOrigin.Asked asked = world.origin.take();
        assertThat(asked.lastIds()).containsExactly("a; last-id=" + lastId);
        return asked;
    }

    private void assertSilent() {
        world.rig.timers.advance(100_000);
        assertThat(world.origin.waiting()).isZero();
    }

    @Test
    void items_that_follow_go_out_and_those_that_come_twice_do_not() {
        open(SocketWorld.subscribe("a", "1"));
        item(2);
        item(3);
        item(3);
        item(4);
        assertThat(world.sink.take()).containsExactly("TEXT 2", "TEXT 3", "TEXT 4");
        assertThat(world.sink.shared).isEqualTo(3);
        assertSilent();
    }

    @Test
    void a_refresh_of_a_channel_is_beside_its_order() {
        open(SocketWorld.subscribe("a", "1"));
        item(2);
        world.rig.fanout.refresh("b");
        assertThat(world.origin.waiting()).isZero();
        world.rig.fanout.refresh("a");
        world.origin.take().answer();
        item(3);
        assertThat(world.sink.take()).containsExactly("TEXT 2", "TEXT 3");
        assertSilent();
        item(5);
        world.rig.timers.advance(SETTLED);
        asked("3").answer("TEXT m:4", "TEXT m:5", SocketWorld.subscribe("a", "5"));
        assertThat(world.sink.take()).containsExactly("TEXT 4", "TEXT 5");
    }

    @Test
    void an_unreliable_channel_takes_what_comes() {
        open(SocketWorld.subscribe("a"));
        item(2);
        item(7);
        item(7);
        assertThat(world.sink.take()).containsExactly("TEXT 2", "TEXT 7", "TEXT 7");
        world.rig.fanout.updateAll();
        assertSilent();
    }

    @Test
    void a_gap_is_asked_for_once_it_does_not_close_by_itself() {
        open(SocketWorld.subscribe("a", "1"));
        item(4);
        world.rig.timers.advance(NextLoop.SETTLE_MILLIS - 1);
        assertThat(world.origin.waiting()).isZero();
        world.rig.timers.advance(101);
        FakeEventsOrigin.Asked asked = asked("1");
        assertThat(asked.events()).isEmpty();
        item(5);
        assertThat(world.sink.take()).isEmpty();
        asked.answer("TEXT m:2", "TEXT m:3", "TEXT m:4", SocketWorld.subscribe("a", "4"));
        item(6);
        assertThat(world.sink.take()).containsExactly("TEXT 2", "TEXT 3", "TEXT 4", "TEXT 5", "TEXT 6");
        assertSilent();
        assertThat(world.rig.fanout.log).as("one subscription").containsExactly("+a");
    }

    @Test
    void a_gap_that_closes_by_itself_is_not_asked_for() {
        open(SocketWorld.subscribe("a", "1"));
        item(3);
        item(4);
        world.rig.timers.advance(400);
        item(2);
        assertThat(world.sink.take()).containsExactly("TEXT 2", "TEXT 3", "TEXT 4");
        assertSilent();
    }

    @Test
    void a_gap_behind_items_that_followed_is_asked_for_at_once() {
        open(SocketWorld.subscribe("a", "1"));
        item(2);
        item(4);
        world.rig.timers.advance(100);
        asked("2").answer("TEXT m:3", "TEXT m:4", SocketWorld.subscribe("a", "4"));
        assertThat(world.sink.take()).containsExactly("TEXT 2", "TEXT 3", "TEXT 4");
        assertSilent();
    }

    @Test
    void items_that_the_answer_covers_already_do_not_go_out_again() {
        open(SocketWorld.subscribe("a", "1"));
        item(4);
        world.rig.timers.advance(SETTLED);
        FakeEventsOrigin.Asked asked = asked("1");
        item(5);
        item(6);
        item(7);
        asked.answer("TEXT m:2..6", SocketWorld.subscribe("a", "6"));
        assertThat(world.sink.take()).containsExactly("TEXT 2..6", "TEXT 7");
        item(8);
        assertThat(world.sink.take()).containsExactly("TEXT 8");
        assertSilent();
    }

    @Test
    void an_answer_that_is_ahead_of_the_publisher_covers_what_comes_later() {
        open(SocketWorld.subscribe("a", "1"));
        item(4);
        world.rig.timers.advance(SETTLED);
        asked("1").answer("TEXT m:2..6", SocketWorld.subscribe("a", "6"));
        item(5);
        item(6);
        item(7);
        assertThat(world.sink.take()).containsExactly("TEXT 2..6", "TEXT 7");
        assertSilent();
    }

    @Test
    void an_answer_that_does_not_reach_the_gap_is_not_asked_for_again_and_again() {
        open(SocketWorld.subscribe("a", "1"));
        item(4);
        world.rig.timers.advance(SETTLED);
        asked("1").answer("TEXT m:2", SocketWorld.subscribe("a", "2"));
        assertSilent();
        assertThat(world.rig.fanout.log).contains("forget a 4");
        item(3);
        assertThat(world.sink.take()).containsExactly("TEXT 2", "TEXT 3");
    }

    @Test
    void an_answer_without_a_position_covers_what_was_known() {
        open(SocketWorld.subscribe("a", "1"));
        item(4);
        world.rig.timers.advance(SETTLED);
        FakeEventsOrigin.Asked asked = asked("1");
        item(5);
        asked.answer("TEXT m:2..4");
        item(6);
        assertThat(world.sink.take()).containsExactly("TEXT 2..4", "TEXT 5", "TEXT 6");
        assertSilent();
    }

    @Test
    void an_answer_may_change_the_filters_and_end_reliability() {
        open(SocketWorld.subscribe("a", "1"));
        item(4);
        world.rig.timers.advance(SETTLED);
        asked("1").answer(SocketWorld.filtered("a", "var-subst"));
        world.publish("a", "9", "8", "100%%");
        assertThat(world.sink.take()).containsExactly("TEXT 100%");
        assertSilent();
    }

    @Test
    void what_waits_for_the_answer_has_a_bound_and_over_it_the_origin_is_asked_again() {
        open(SocketWorld.subscribe("a", "1"));
        item(4);
        world.rig.timers.advance(SETTLED);
        FakeEventsOrigin.Asked asked = asked("1");
        for (int id = 5; id < 8 + Rig.QUEUE_ITEMS; id++) {
            item(id);
        }
        assertThat(world.rig.drops(DropReason.SESSION_QUEUE_FULL)).isEqualTo(3);
        asked.answer("TEXT m:2..4", SocketWorld.subscribe("a", "4"));
        assertThat(world.sink.take()).containsExactly("TEXT 2..4", "TEXT 5", "TEXT 6", "TEXT 7", "TEXT 8", "TEXT 9");
        world.rig.timers.advance(100);
        asked("9").answer("TEXT m:10..12", SocketWorld.subscribe("a", "12"));
        item(13);
        assertThat(world.sink.take()).containsExactly("TEXT 10..12", "TEXT 13");
        assertSilent();
    }

    @Test
    void a_full_outbox_loses_nothing_of_a_reliable_channel() {
        open(SocketWorld.subscribe("a", "1"));
        world.sink.block(Rig.OUTBOX_BYTES + 1);
        item(2);
        item(3);
        world.rig.timers.advance(10_000);
        assertThat(world.origin.waiting())
                .as("nothing is asked for a client that reads nothing")
                .isZero();
        world.sink.unblock();
        asked("1").answer("TEXT m:2..3", SocketWorld.subscribe("a", "3"));
        item(4);
        assertThat(world.sink.take()).containsExactly("TEXT 2..3", "TEXT 4");
        assertSilent();
    }

    @Test
    void messages_of_the_client_go_along_and_a_request_under_way_comes_first() {
        open(SocketWorld.subscribe("a", "1"));
        world.text("1");
        FakeEventsOrigin.Asked ordinary = world.origin.take();
        item(4);
        world.rig.timers.advance(SETTLED);
        assertThat(world.origin.waiting()).isZero();
        world.text("2");
        ordinary.answer("TEXT m:x");
        FakeEventsOrigin.Asked asked = asked("1");
        assertThat(asked.events()).containsExactly("TEXT 2");
        asked.answer("TEXT m:2..4", SocketWorld.subscribe("a", "4"));
        assertThat(world.sink.take()).containsExactly("TEXT x", "TEXT 2..4");
        assertSilent();
    }

    @Test
    void a_request_that_does_not_get_through_is_repeated_with_the_position() {
        open(SocketWorld.subscribe("a", "1"));
        item(4);
        world.rig.timers.advance(SETTLED);
        asked("1").unreachable();
        item(5);
        world.rig.timers.advance(2000);
        asked("1").answer("TEXT m:2..4", SocketWorld.subscribe("a", "4"));
        assertThat(world.sink.take()).containsExactly("TEXT 2..4", "TEXT 5");
        assertSilent();
    }

    @Test
    void a_request_that_fails_ends_the_connection() {
        open(SocketWorld.subscribe("a", "1"));
        item(4);
        world.rig.timers.advance(SETTLED);
        asked("1").fail(OriginException.Kind.TIMEOUT);
        item(5);
        assertThat(world.sink.frames).isEmpty();
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(1011, "origin failed"));
    }

    @Test
    void a_client_that_closes_meanwhile_is_not_recovered() {
        open(SocketWorld.subscribe("a", "1"));
        item(4);
        world.close(1000, "");
        world.rig.timers.advance(SETTLED);
        FakeEventsOrigin.Asked asked = world.origin.take();
        assertThat(asked.lastIds()).isEmpty();
        asked.answer("CLOSE 1000");
        assertSilent();
    }

    // Where the position comes from.

    @Test
    void what_was_published_between_reading_and_subscribing_is_asked_for() {
        world.rig.answerFor("a", false, "3");
        open(SocketWorld.subscribe("a", "1"));
        world.rig.timers.advance(SETTLED);
        asked("1").answer("TEXT m:2..3", SocketWorld.subscribe("a", "3"));
        item(4);
        assertThat(world.sink.take()).containsExactly("TEXT 2..3", "TEXT 4");
        assertSilent();
    }

    @Test
    void a_home_that_is_behind_the_origin_is_no_reason_once_its_item_shows() {
        world.rig.answerFor("a", false, "1");
        open(SocketWorld.subscribe("a", "3"));
        item(2);
        item(3);
        item(4);
        assertThat(world.sink.take()).containsExactly("TEXT 4");
        assertSilent();
    }

    @Test
    void a_first_subscription_is_asked_for_again_a_second_later() {
        world.rig.answerFor("a", true, null);
        open(SocketWorld.subscribe("a", "1"));
        world.rig.timers.advance(1000);
        assertThat(world.origin.waiting()).isZero();
        world.rig.timers.advance(100);
        asked("1").answer("TEXT m:2", SocketWorld.subscribe("a", "2"));
        item(3);
        assertThat(world.sink.take()).containsExactly("TEXT 2", "TEXT 3");
        assertSilent();
    }

    @Test
    void a_recover_command_asks_whatever_there_is() {
        open(SocketWorld.subscribe("a", "1"));
        world.rig.fanout.updateAll();
        world.rig.fanout.updateAll();
        world.rig.timers.advance(100);
        FakeEventsOrigin.Asked asked = asked("1");
        world.rig.fanout.updateAll();
        asked.answer(SocketWorld.subscribe("a", "1"));
        world.rig.timers.advance(100);
        asked("1").answer();
        assertSilent();
    }

    @Test
    void positions_of_all_channels_are_told_and_only_of_reliable_ones() {
        var prefixed = new SocketWorld(Rig.route("p-", Rig.TARGET), false, Headers.EMPTY);
        prefixed.accept(
                SocketWorld.GRIP,
                SocketWorld.subscribe("a", "1"),
                SocketWorld.subscribe("plain"),
                SocketWorld.subscribe("b", "x;y"));
        prefixed.publish("p-a", "4", "3", "4");
        prefixed.rig.timers.advance(SETTLED);
        FakeEventsOrigin.Asked asked = prefixed.origin.take();
        assertThat(asked.lastIds()).containsExactly("a; last-id=1", "b; last-id=\"x;y\"");
        prefixed.publish("p-plain", null, null, "plain");
        assertThat(prefixed.sink.take()).as("its items wait with the others").isEmpty();
        asked.answer("TEXT m:2..4", SocketWorld.subscribe("a", "4"));
        assertThat(prefixed.sink.take()).containsExactly("TEXT 2..4", "TEXT plain");
    }

    // Positions in other answers.

    @Test
    void an_origin_that_was_behind_does_not_take_the_client_back() {
        open(SocketWorld.subscribe("a", "1"));
        world.text("go");
        FakeEventsOrigin.Asked asked = world.origin.take();
        item(2);
        item(3);
        asked.answer(SocketWorld.subscribe("a", "2"), "TEXT m:x");
        item(4);
        assertThat(world.sink.take()).containsExactly("TEXT 2", "TEXT 3", "TEXT x", "TEXT 4");
        assertSilent();
    }

    @Test
    void an_origin_that_was_ahead_takes_the_client_along() {
        open(SocketWorld.subscribe("a", "1"));
        world.text("go");
        FakeEventsOrigin.Asked asked = world.origin.take();
        item(2);
        asked.answer("TEXT m:3..4", SocketWorld.subscribe("a", "4"));
        item(3);
        item(4);
        item(5);
        assertThat(world.sink.take()).containsExactly("TEXT 2", "TEXT 3..4", "TEXT 5");
        assertSilent();
    }

    @Test
    void an_origin_that_was_ahead_of_an_item_in_doubt_is_asked_from_there() {
        open(SocketWorld.subscribe("a", "1"));
        world.text("go");
        FakeEventsOrigin.Asked asked = world.origin.take();
        item(4);
        item(5);
        asked.answer("TEXT m:2..4", SocketWorld.subscribe("a", "4"));
        item(6);
        world.rig.timers.advance(SETTLED);
        asked("4").answer("TEXT m:5..6", SocketWorld.subscribe("a", "6"));
        assertThat(world.sink.take()).containsExactly("TEXT 2..4", "TEXT 5..6");
        assertSilent();
    }

    /** What the home has of a channel that is new is not covered by the answer that made it. */
    @Test
    void a_channel_that_an_answer_adds_has_doubts_of_its_own() {
        open(SocketWorld.subscribe("a", "1"));
        item(4);
        world.rig.timers.advance(SETTLED);
        world.rig.answerFor("b", false, "8");
        asked("1").answer("TEXT m:2..4", SocketWorld.subscribe("a", "4"), SocketWorld.subscribe("b", "7"));
        world.rig.timers.advance(SETTLED);
        FakeEventsOrigin.Asked asked = world.origin.take();
        assertThat(asked.lastIds()).containsExactly("a; last-id=4", "b; last-id=7");
        asked.answer("TEXT m:b8", SocketWorld.subscribe("b", "8"));
        world.publish("b", "9", "8", "b9");
        item(5);
        assertThat(world.sink.take()).containsExactly("TEXT 2..4", "TEXT b8", "TEXT b9", "TEXT 5");
        assertSilent();
    }

    @Test
    void an_answer_whose_new_channel_is_confirmed_late_is_taken_in_its_order() {
        open(SocketWorld.subscribe("a", "1"));
        item(4);
        world.rig.timers.advance(SETTLED);
        world.rig.fanout.answerAtOnce = false;
        asked("1").answer("TEXT m:2..4", SocketWorld.subscribe("b"), SocketWorld.subscribe("a", "4"), "TEXT m:x");
        item(5);
        assertThat(world.sink.take()).containsExactly("TEXT 2..4");
        world.rig.fanout.subscribed("b", new Subscribed(true, false, null));
        assertThat(world.sink.take()).containsExactly("TEXT x", "TEXT 5");
        assertSilent();
    }

    // Origins that cannot be asked.

    @Test
    void a_gap_at_an_origin_with_a_websocket_of_its_own_sends_the_client_away() {
        var originSink = new FakeSocketSink();
        var direct = new DirectSocketOrigin();
        direct.opened(originSink);
        world.begin(direct, new GripExtension("m:"));
        direct.frame(SocketFrame.whole(
                SocketFrame.Type.TEXT,
                SocketWorld.subscribe("a", "1").substring(5).getBytes(StandardCharsets.UTF_8)));
        item(2);
        item(4);
        assertThat(world.sink.closed).isNull();
        world.rig.timers.advance(SETTLED);
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(1013, "items missed"));
        assertThat(originSink.closed).isEqualTo(SocketClose.of(1013, "items missed"));
        assertThat(world.sink.frames).containsExactly("TEXT 2");
    }

    @Test
    void a_gap_behind_a_detached_origin_sends_the_client_away() {
        open(SocketWorld.subscribe("a", "1"), SocketWorld.control("{'type':'detach'}"));
        world.origin.take().answer("CLOSE");
        item(2);
        item(4);
        world.rig.timers.advance(SETTLED);
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(1013, "items missed"));
        assertSilent();
    }
}
