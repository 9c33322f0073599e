package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.fanout.Subscribed;
import io.sluice.grip.Action;
import io.sluice.grip.GripExtension;
import io.sluice.grip.Headers;
import io.sluice.grip.SocketClose;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import io.sluice.wire.SocketFrame;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a WebSocket's client gets of what its origin and its publishers say. */
class SocketSessionTest {
    private static final Subscribed CONFIRMED = new Subscribed(true, false, null);

    private final SocketWorld world = new SocketWorld();

    private void open(String... events) {
        world.accept(SocketWorld.GRIP, events);
    }

    // Order.

    @Test
    void the_client_is_answered_once_the_leading_subscriptions_have_taken_effect() {
        world.rig.fanout.answerAtOnce = false;
        open(
                SocketWorld.subscribe("a"),
                SocketWorld.control("{'type':'set-meta','name':'n','value':'v'}"),
                SocketWorld.subscribe("b"),
                "TEXT m:hello",
                SocketWorld.subscribe("c"));
        assertThat(world.answered).isNull();
        world.publish("a", null, null, "early");
        world.rig.fanout.subscribed("a", CONFIRMED);
        assertThat(world.answered).isNull();
        world.rig.fanout.subscribed("b", CONFIRMED);
        assertThat(world.answered).containsExactly("+a", "+b");
        assertThat(world.sink.take())
                .as("what was published before it was open waits")
                .containsExactly("TEXT early", "TEXT hello");
        world.rig.fanout.subscribed("c", CONFIRMED);
        assertThat(world.rig.fanout.channels()).containsExactly("a", "b", "c");
    }

    @Test
    void subscriptions_alone_are_answered_too() {
        world.rig.fanout.answerAtOnce = false;
        open(SocketWorld.subscribe("a"));
        assertThat(world.answered).isNull();
        world.rig.fanout.subscribed("a", new Subscribed(false, false, null));
        assertThat(world.answered).as("also when the home does not answer").containsExactly("+a");
    }

    @Test
    void a_message_behind_a_subscription_waits_for_its_confirmation() {
        open();
        world.rig.fanout.answerAtOnce = false;
        world.text("go");
        FakeEventsOrigin.Asked asked = world.origin.take();
        world.text("more");
        asked.answer("TEXT m:1", SocketWorld.subscribe("a"), "TEXT m:2", SocketWorld.subscribe("b"), "TEXT m:3");
        assertThat(world.sink.take()).containsExactly("TEXT 1");
        assertThat(world.origin.waiting()).as("nor is the origin asked before").isZero();
        world.rig.fanout.subscribed("a", CONFIRMED);
        assertThat(world.sink.take()).containsExactly("TEXT 2");
        world.publish("a", null, null, "published");
        world.rig.fanout.subscribed("b", CONFIRMED);
        assertThat(world.sink.take()).containsExactly("TEXT published", "TEXT 3");
        assertThat(world.origin.take().events()).containsExactly("TEXT more");
    }

    @Test
    void a_close_behind_a_subscription_waits_too() {
        open();
        world.rig.fanout.answerAtOnce = false;
        world.says(SocketWorld.subscribe("a"), "CLOSE 4000 bye");
        assertThat(world.sink.closed).isNull();
        world.rig.fanout.subscribed("a", CONFIRMED);
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(4000, "bye"));
    }

    @Test
    void a_client_that_goes_during_a_subscription_is_gone() {
        open();
        world.rig.fanout.answerAtOnce = false;
        world.says(SocketWorld.subscribe("a"), "TEXT m:x");
        world.vanish();
        world.rig.fanout.subscribed("a", CONFIRMED);
        assertThat(world.sink.frames).isEmpty();
        assertThat(world.rig.fanout.subscriptions).isEmpty();
        assertThat(world.origin.take().events()).containsExactly("DISCONNECT");
    }

    @Test
    void the_channels_of_the_target_are_subscribed_first() {
        var implicit = new SocketWorld(Rig.route("p-", Rig.target(List.of("p-all", "bare"))), false, Headers.EMPTY);
        implicit.rig.fanout.answerAtOnce = false;
        implicit.accept(SocketWorld.GRIP, "TEXT m:x");
        assertThat(implicit.answered).isNull();
        implicit.rig.fanout.subscribed("bare", CONFIRMED);
        assertThat(implicit.answered).isNull();
        implicit.rig.fanout.subscribed("p-all", CONFIRMED);
        assertThat(implicit.sink.take()).containsExactly("TEXT x");
        implicit.publish("p-all", null, null, "y");
        implicit.says(SocketWorld.control("{'type':'unsubscribe','channel':'all'}"));
        implicit.publish("p-all", null, null, "z");
        assertThat(implicit.sink.take()).containsExactly("TEXT y", "TEXT z");
    }

    // Messages.

    @Test
    void what_has_the_prefix_is_for_the_client_and_what_has_not_is_dropped_and_counted() {
        open();
        world.says(
                "TEXT m:1", "TEXT 2", "BINARY m:3", "BINARY c:4", "TEXT m:", "TEXT m", "PING m:p", "PONG", "TEXT M:5");
        assertThat(world.sink.take()).containsExactly("TEXT 1", "BINARY 3", "TEXT", "PING m:p", "PONG");
        assertThat(world.rig.drops(DropReason.NOT_PREFIXED)).isEqualTo(4);
    }

    @Test
    void a_prefix_may_be_any_and_none() {
        world.accept(Headers.of(GripExtension.HEADER, "grip; message-prefix=\"\""));
        world.says("TEXT 1", "TEXT m:2", SocketWorld.subscribe("a"), "BINARY c:3");
        assertThat(world.sink.take()).containsExactly("TEXT 1", "TEXT m:2", "BINARY c:3");
        assertThat(world.rig.fanout.channels()).containsExactly("a");

        var other = new SocketWorld();
        other.accept(Headers.of(GripExtension.HEADER, "grip; message-prefix=\u00c3\u00bc"));
        other.says("TEXT \u00fc1", "TEXT m:2");
        assertThat(other.sink.take()).containsExactly("TEXT 1");
    }

    @Test
    void without_the_extension_all_is_for_the_client() {
        world.accept(Headers.EMPTY, "TEXT m:1", SocketWorld.subscribe("a"));
        assertThat(world.sink.take()).containsExactly("TEXT m:1", SocketWorld.subscribe("a"));
        assertThat(world.rig.fanout.channels()).isEmpty();
    }

    @Test
    void control_messages_that_cannot_be_followed_are_counted_and_hurt_nothing() {
        open();
        world.says(
                "TEXT c:{", "TEXT c:", SocketWorld.control("{'type':'ack'}"), SocketWorld.subscribe("a"), "TEXT m:x");
        assertThat(world.rig.count(Counter.CONTROL_REFUSED)).isEqualTo(3);
        assertThat(world.sink.take()).containsExactly("TEXT x");
        assertThat(world.rig.fanout.channels()).containsExactly("a");
    }

    @Test
    void in_debug_mode_the_client_sees_why() {
        var debug = new SocketWorld(Rig.route("", Rig.TARGET), true, Headers.EMPTY);
        debug.accept(SocketWorld.GRIP, "TEXT c:{");
        assertThat(debug.sink.take()).containsExactly("TEXT failed to parse grip control message: not valid json");
    }

    @Test
    void messages_of_the_client_are_counted_once() {
        open();
        world.text("1");
        world.frame(SocketFrame.Type.PING, "");
        world.part(SocketFrame.Type.TEXT, false, "2");
        world.part(SocketFrame.Type.CONTINUATION, true, "3");
        assertThat(world.rig.count(Counter.SOCKET_MESSAGES)).isEqualTo(2);
    }

    // Channels.

    @Test
    void a_prefix_of_the_route_stands_before_names() {
        var prefixed = new SocketWorld(Rig.route("p-", Rig.TARGET), false, Headers.EMPTY);
        prefixed.accept(SocketWorld.GRIP, SocketWorld.filtered("a", "require-sub"));
        assertThat(prefixed.rig.fanout.channels()).containsExactly("p-a");
        prefixed.rig.publish(SocketWorld.item("p-a", null, null, Map.of("require_sub", "a"), "1"));
        prefixed.rig.publish(SocketWorld.item("p-a", null, null, Map.of("require_sub", "p-a"), "2"));
        assertThat(prefixed.sink.take()).containsExactly("TEXT 1");
        prefixed.says(SocketWorld.control("{'type':'unsubscribe','channel':'a'}"));
        assertThat(prefixed.rig.fanout.channels()).isEmpty();
    }

    @Test
    void channels_over_the_maximum_are_ignored_until_there_is_room() {
        open(SocketWorld.subscribe("a"), SocketWorld.subscribe("b"), SocketWorld.subscribe("c"));
        world.says(SocketWorld.subscribe("d"), SocketWorld.subscribe("a"), "TEXT m:x");
        assertThat(world.rig.fanout.channels()).containsExactly("a", "b", "c");
        assertThat(world.sink.take()).containsExactly("TEXT x");
        world.says(SocketWorld.control("{'type':'unsubscribe','channel':'b'}"), SocketWorld.subscribe("d"));
        assertThat(world.rig.fanout.channels()).containsExactly("a", "c", "d");
    }

    @Test
    void too_many_filters_end_the_connection() {
        open(SocketWorld.filtered("a", "1", "2", "3", "4", "5"));
        assertThat(world.rig.fanout.channels()).containsExactly("a");
        world.says(SocketWorld.filtered("b", "1", "2", "3", "4", "5", "6"), "TEXT m:x");
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(1011, "too many filters for channel 'b'"));
        assertThat(world.sink.frames).isEmpty();
        assertThat(world.rig.fanout.channels()).containsExactly("a");
        assertThat(world.origin.take().events()).containsExactly("CLOSE 1011 too many filters for channel 'b'");
    }

    @Test
    void too_many_filters_at_once_open_first() {
        open(SocketWorld.filtered("b", "1", "2", "3", "4", "5", "6"));
        assertThat(world.answered).isNotNull();
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(1011, "too many filters for channel 'b'"));
    }

    @Test
    void a_channel_that_is_subscribed_again_takes_on_the_new_filters() {
        open(
                SocketWorld.control("{'type':'set-meta','name':'user','value':'ann'}"),
                SocketWorld.filtered("a", "skip-self"));
        world.rig.publish(SocketWorld.item("a", null, null, Map.of("sender", "ann"), "1"));
        world.says(SocketWorld.subscribe("a"));
        world.rig.publish(SocketWorld.item("a", null, null, Map.of("sender", "ann"), "2"));
        world.says(SocketWorld.filtered("a", "skip-self"));
        world.rig.publish(SocketWorld.item("a", null, null, Map.of("sender", "ann"), "3"));
        assertThat(world.sink.take()).containsExactly("TEXT 2");
        assertThat(world.rig.fanout.log).as("one subscription").containsExactly("+a");
        assertThat(world.rig.count(Counter.FILTERED)).isEqualTo(2);
    }

    @Test
    void unsubscribing_what_is_not_subscribed_is_nothing() {
        open(SocketWorld.control("{'type':'unsubscribe','channel':'a'}"), "TEXT m:x");
        assertThat(world.sink.take()).containsExactly("TEXT x");
    }

    // Actions, commands and the node.

    @Test
    void a_published_close_ends_both_sides() {
        open(SocketWorld.subscribe("a"));
        world.act("a", Action.CLOSE, 4000, "bye");
        world.publish("a", null, null, "too late");
        world.act("a", Action.CLOSE, 4001, "too late");
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(4000, "bye"));
        FakeEventsOrigin.Asked asked = world.origin.take();
        assertThat(asked.events()).containsExactly("CLOSE");
        asked.answer("CLOSE");
        assertThat(world.known()).as("until the client has answered").isTrue();
        world.close(4000, "bye");
        assertThat(world.known()).isFalse();
        assertThat(world.rig.fanout.subscriptions).isEmpty();
        assertThat(world.rig.level(Gauge.SOCKETS)).isZero();
        assertThat(world.origin.waiting()).isZero();
        assertThat(world.rig.timers.pending()).isZero();
    }

    @Test
    void an_origin_that_does_not_answer_our_close_does_not_have_the_client_cut() {
        open(SocketWorld.subscribe("a"));
        world.act("a", Action.CLOSE, 4000, "bye");
        world.origin.take().answer("TEXT m:too late");
        assertThat(world.sink.aborted).isFalse();
        world.close(4000, "bye");
        assertThat(world.sink.aborted).isFalse();
        assertThat(world.known()).isFalse();
    }

    @Test
    void a_published_close_may_have_no_code() {
        open(SocketWorld.subscribe("a"));
        world.act("a", Action.CLOSE, SocketClose.NO_CODE, "");
        assertThat(world.sink.closed).isEqualTo(SocketClose.PLAIN);
    }

    @Test
    void a_published_refresh_asks_the_origin_and_a_hint_is_nothing() {
        open(SocketWorld.subscribe("a"));
        world.act("a", Action.HINT, -1, "");
        assertThat(world.origin.waiting()).isZero();
        world.act("a", Action.REFRESH, -1, "");
        FakeEventsOrigin.Asked asked = world.origin.take();
        assertThat(asked.events()).isEmpty();
        asked.answer("TEXT m:fresh");
        assertThat(world.sink.take()).containsExactly("TEXT fresh");
    }

    @Test
    void a_command_closes_with_its_code() {
        open();
        SocketClose close = SocketClose.of(4000, "command");
        assertThat(world.sockets.close(List.of("unknown"), close).result()).isEmpty();
        assertThat(world.sockets.close(List.of(world.client.id()), close).result())
                .containsExactly(world.client.id());
        assertThat(world.sink.closed).isEqualTo(close);
        assertThat(world.origin.take().events()).containsExactly("CLOSE 4000 command");
    }

    @Test
    void a_node_that_closes_says_so_to_both_sides_once() {
        open();
        world.session().closeForNode();
        world.session().closeForNode();
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(1012, "node closing"));
        FakeEventsOrigin.Asked asked = world.origin.take();
        assertThat(asked.events()).containsExactly("CLOSE 1012 node closing");
        asked.answer("CLOSE 1012");
        world.vanish();
        assertThat(world.origin.waiting()).isZero();
        assertThat(world.known()).isFalse();
    }

    @Test
    void a_client_that_breaks_the_rules_is_a_disconnect_for_the_origin() {
        open(SocketWorld.subscribe("a"));
        world.session().violated(SocketClose.of(1002, "nonsense"));
        assertThat(world.origin.take().events()).containsExactly("DISCONNECT");
        world.publish("a", null, null, "x");
        world.vanish();
        assertThat(world.sink.frames).isEmpty();
        assertThat(world.known()).isFalse();
        assertThat(world.origin.waiting()).isZero();
    }

    @Test
    void nothing_is_sent_to_a_client_that_is_being_closed() {
        open(SocketWorld.subscribe("a"));
        world.text("go");
        FakeEventsOrigin.Asked asked = world.origin.take();
        world.act("a", Action.CLOSE, 4000, "bye");
        asked.answer(
                "TEXT m:x",
                SocketWorld.control("{'type':'keep-alive','content':'k','timeout':1}"),
                SocketWorld.control("{'type':'send-delayed','content':'d','timeout':1}"),
                SocketWorld.control("{'type':'flush-delayed'}"),
                SocketWorld.control("{'type':'send-delayed','content':'d','timeout':1}"));
        world.rig.timers.advance(100_000);
        assertThat(world.sink.frames).isEmpty();
        assertThat(world.origin.take().events()).containsExactly("CLOSE");
    }
}
