package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.fanout.Subscribed;
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.GripExtension;
import io.sluice.grip.Headers;
import io.sluice.grip.SocketClose;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import io.sluice.wire.SocketFrame;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a WebSocket's client gets of what its origin and its publishers say. */
class SocketSessionTest {
    private static final Subscribed CONFIRMED = new Subscribed(true, false, null);

    private final SocketWorld world = new SocketWorld();

    /** The client's next message is answered so. */
    private void says(String... events) {
        says(world, events);
    }

    private static void says(SocketWorld world, String... events) {
        world.text("go");
        world.origin.take().answer(events);
    }

    private void open(String... events) {
        world.accept(SocketWorld.GRIP, events);
    }

    /** An origin with a WebSocket of its own, in place of the other. */
    private DirectSocketOrigin openDirect(String... events) {
        return openDirect(new FakeSocketSink(), new GripExtension("m:"), events);
    }

    private DirectSocketOrigin openDirect(FakeSocketSink originSink, GripExtension extension, String... events) {
        var direct = new DirectSocketOrigin();
        direct.opened(originSink);
        world.begin(direct, extension);
        for (String event : events) {
            direct.frame(
                    SocketFrame.whole(SocketFrame.Type.TEXT, event.substring(5).getBytes(UTF_8)));
        }
        return direct;
    }

    private static SocketFrame part(SocketFrame.Type type, boolean last, String content) {
        return new SocketFrame(type, last, content.getBytes(UTF_8));
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
        says(SocketWorld.subscribe("a"), "CLOSE 4000 bye");
        assertThat(world.sink.closed).isNull();
        world.rig.fanout.subscribed("a", CONFIRMED);
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(4000, "bye"));
    }

    @Test
    void a_client_that_goes_during_a_subscription_is_gone() {
        open();
        world.rig.fanout.answerAtOnce = false;
        says(SocketWorld.subscribe("a"), "TEXT m:x");
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
        says(implicit, SocketWorld.control("{'type':'unsubscribe','channel':'all'}"));
        implicit.publish("p-all", null, null, "z");
        assertThat(implicit.sink.take()).containsExactly("TEXT y", "TEXT z");
    }

    // Messages.

    @Test
    void what_has_the_prefix_is_for_the_client_and_what_has_not_is_dropped_and_counted() {
        open();
        says("TEXT m:1", "TEXT 2", "BINARY m:3", "BINARY c:4", "TEXT m:", "TEXT m", "PING m:p", "PONG", "TEXT M:5");
        assertThat(world.sink.take()).containsExactly("TEXT 1", "BINARY 3", "TEXT", "PING m:p", "PONG");
        assertThat(world.rig.drops(DropReason.NOT_PREFIXED)).isEqualTo(4);
    }

    @Test
    void a_prefix_may_be_any_and_none() {
        world.accept(Headers.of(GripExtension.HEADER, "grip; message-prefix=\"\""));
        says("TEXT 1", "TEXT m:2", SocketWorld.subscribe("a"), "BINARY c:3");
        assertThat(world.sink.take()).containsExactly("TEXT 1", "TEXT m:2", "BINARY c:3");
        assertThat(world.rig.fanout.channels()).containsExactly("a");

        var other = new SocketWorld();
        other.accept(Headers.of(GripExtension.HEADER, "grip; message-prefix=\u00c3\u00bc"));
        says(other, "TEXT \u00fc1", "TEXT m:2");
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
        says("TEXT c:{", "TEXT c:", SocketWorld.control("{'type':'ack'}"), SocketWorld.subscribe("a"), "TEXT m:x");
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

    // Fragments, which only an origin with a WebSocket of its own can send.

    @Test
    void fragments_pass_as_they_are_and_items_wait_for_the_last() {
        DirectSocketOrigin direct = openDirect(SocketWorld.subscribe("a"));
        direct.frame(part(SocketFrame.Type.TEXT, false, "m:1"));
        world.publish("a", null, null, "published");
        direct.frame(part(SocketFrame.Type.PING, true, "p"));
        direct.frame(part(SocketFrame.Type.CONTINUATION, false, "2"));
        assertThat(world.sink.take()).containsExactly("TEXT+ 1", "PING p", "CONTINUATION+ 2");
        direct.frame(part(SocketFrame.Type.CONTINUATION, true, "3"));
        assertThat(world.sink.take()).containsExactly("CONTINUATION 3", "TEXT published");
        world.publish("a", null, null, "again");
        assertThat(world.sink.take()).containsExactly("TEXT again");
    }

    @Test
    void an_unprefixed_message_is_dropped_with_all_its_fragments() {
        DirectSocketOrigin direct = openDirect();
        direct.frame(part(SocketFrame.Type.TEXT, false, "x:1"));
        direct.frame(part(SocketFrame.Type.CONTINUATION, false, "m:2"));
        direct.frame(part(SocketFrame.Type.CONTINUATION, true, "m:3"));
        direct.frame(part(SocketFrame.Type.TEXT, true, "m:4"));
        assertThat(world.sink.take()).containsExactly("TEXT 4");
        assertThat(world.rig.drops(DropReason.NOT_PREFIXED)).isEqualTo(1);
    }

    @Test
    void a_control_message_in_fragments_is_refused_as_a_whole() {
        DirectSocketOrigin direct = openDirect();
        direct.frame(part(SocketFrame.Type.TEXT, false, "c:{\"type\":"));
        direct.frame(part(SocketFrame.Type.CONTINUATION, true, "\"detach\"}"));
        direct.frame(part(SocketFrame.Type.TEXT, true, "m:1"));
        assertThat(world.sink.take()).containsExactly("TEXT 1");
        assertThat(world.rig.count(Counter.CONTROL_REFUSED)).isEqualTo(1);
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
        says(prefixed, SocketWorld.control("{'type':'unsubscribe','channel':'a'}"));
        assertThat(prefixed.rig.fanout.channels()).isEmpty();
    }

    @Test
    void channels_over_the_maximum_are_ignored_until_there_is_room() {
        open(SocketWorld.subscribe("a"), SocketWorld.subscribe("b"), SocketWorld.subscribe("c"));
        says(SocketWorld.subscribe("d"), SocketWorld.subscribe("a"), "TEXT m:x");
        assertThat(world.rig.fanout.channels()).containsExactly("a", "b", "c");
        assertThat(world.sink.take()).containsExactly("TEXT x");
        says(SocketWorld.control("{'type':'unsubscribe','channel':'b'}"), SocketWorld.subscribe("d"));
        assertThat(world.rig.fanout.channels()).containsExactly("a", "c", "d");
    }

    @Test
    void too_many_filters_end_the_connection() {
        open(SocketWorld.filtered("a", "1", "2", "3", "4", "5"));
        assertThat(world.rig.fanout.channels()).containsExactly("a");
        says(SocketWorld.filtered("b", "1", "2", "3", "4", "5", "6"), "TEXT m:x");
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
        says(SocketWorld.subscribe("a"));
        world.rig.publish(SocketWorld.item("a", null, null, Map.of("sender", "ann"), "2"));
        says(SocketWorld.filtered("a", "skip-self"));
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

    // Filters.

    @Test
    void meta_is_set_replaced_and_removed() {
        open(
                SocketWorld.control("{'type':'set-meta','name':'user','value':'ann'}"),
                SocketWorld.control("{'type':'set-meta','name':'room','value':'7'}"),
                SocketWorld.filtered("a", "var-subst"));
        world.publish("a", null, null, "%(user)s in %(room)s");
        says(SocketWorld.control("{'type':'set-meta','name':'user','value':'bob'}"));
        world.publish("a", null, null, "%(user)s in %(room)s");
        says(SocketWorld.control("{'type':'set-meta','name':'user'}"));
        world.publish("a", null, null, "%(user)s in %(room)s");
        assertThat(world.sink.take()).containsExactly("TEXT ann in 7", "TEXT bob in 7");
        assertThat(world.rig.drops(DropReason.FILTER_FAILED)).isEqualTo(1);
        assertThat(world.sink.open()).isTrue();
    }

    @Test
    void in_debug_mode_a_failing_filter_closes() {
        var debug = new SocketWorld(Rig.route("", Rig.TARGET), true, Headers.EMPTY);
        debug.accept(SocketWorld.GRIP, SocketWorld.filtered("a", "var-subst"));
        debug.publish("a", null, null, "%(user)s");
        assertThat(Objects.requireNonNull(debug.sink.closed).code()).isEqualTo(1011);
        assertThat(Objects.requireNonNull(debug.sink.closed).reason())
                .startsWith("filter error: var-subst: No such variable 'user'");
        assertThat(debug.sink.frames).isEmpty();
    }

    @Test
    void content_filters_must_be_those_of_the_subscription() {
        open(SocketWorld.subscribe("a"));
        for (List<String> filters : List.of(List.of("build-id"), List.<String>of())) {
            world.rig.publish(SocketWorld.item(
                    "a",
                    null,
                    null,
                    Map.of(),
                    new Format.WsMessage(
                            Action.SEND,
                            Format.WsMessage.Type.TEXT,
                            filters.toString().getBytes(UTF_8),
                            -1,
                            "",
                            filters)));
        }
        assertThat(world.sink.take()).containsExactly("TEXT []");
        assertThat(world.rig.drops(DropReason.CONTENT_FILTER_MISMATCH)).isEqualTo(1);
    }

    @Test
    void a_filter_that_asks_holds_up_what_comes_behind_it() {
        open(
                SocketWorld.control("{'type':'set-meta','name':'url','value':'/modify'}"),
                SocketWorld.filtered("a", "http-modify"),
                SocketWorld.subscribe("b"));
        world.publish("a", null, null, "asked");
        world.publish("b", null, null, "behind");
        assertThat(world.sink.take()).isEmpty();
        world.rig.origin.take().answer(200, "ASKED");
        assertThat(world.sink.take()).containsExactly("TEXT ASKED", "TEXT behind");
    }

    @Test
    void a_client_that_goes_during_a_question_counts_what_waited() {
        open(
                SocketWorld.control("{'type':'set-meta','name':'url','value':'/modify'}"),
                SocketWorld.filtered("a", "http-modify"));
        world.publish("a", null, null, "asked");
        world.publish("a", null, null, "behind");
        world.vanish();
        world.rig.origin.take().answer(200, "ASKED");
        assertThat(world.sink.frames).isEmpty();
        assertThat(world.rig.drops(DropReason.CONNECTION_CLOSED)).isEqualTo(1);
    }

    // Items.

    @Test
    void items_of_any_type_go_out_as_they_are_and_without_filters_the_shared_bytes_do() {
        open(SocketWorld.subscribe("a"));
        for (Format.WsMessage.Type type : Format.WsMessage.Type.values()) {
            world.rig.publish(SocketWorld.item(
                    "a",
                    null,
                    null,
                    Map.of(),
                    new Format.WsMessage(Action.SEND, type, "m:x".getBytes(UTF_8), -1, "", null)));
        }
        world.rig.stream("a", null, null, "of another format");
        assertThat(world.sink.take()).containsExactly("TEXT m:x", "BINARY m:x", "PING m:x", "PONG m:x");
        assertThat(world.sink.shared).isEqualTo(4);
        assertThat(world.rig.count(Counter.DELIVERIES)).isEqualTo(4);
    }

    @Test
    void a_full_outbox_drops_counts_and_tells_which_connection() {
        open(SocketWorld.subscribe("a"), SocketWorld.filtered("b", "skip-self"));
        var log = new ListAppender<ILoggingEvent>();
        var logger = (Logger) LoggerFactory.getLogger(DropLog.class);
        log.start();
        logger.addAppender(log);
        world.sink.block(Rig.OUTBOX_BYTES);
        world.publish("a", null, null, "still fits");
        world.sink.block(Rig.OUTBOX_BYTES + 1);
        world.publish("a", null, null, "lost");
        world.publish("b", null, null, "lost");
        world.sink.unblock();
        world.publish("a", null, null, "kept");
        logger.detachAppender(log);
        assertThat(world.sink.take()).containsExactly("TEXT still fits", "TEXT kept");
        assertThat(world.rig.drops(DropReason.OUTBOX_FULL)).isEqualTo(2);
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("items-dropped connection=" + world.client.id()
                        + " route=r1 uri=http://client.example/ws channel=a reason=outbox_full items=1");
    }

    @Test
    void items_wait_for_the_opening_up_to_the_bound_and_the_rest_is_counted() {
        world.rig.fanout.answerAtOnce = false;
        open(SocketWorld.subscribe("a"));
        for (int i = 0; i < Rig.QUEUE_ITEMS + 2; i++) {
            world.publish("a", null, null, "" + i);
        }
        world.rig.fanout.subscribed("a", CONFIRMED);
        assertThat(world.sink.take()).containsExactly("TEXT 0", "TEXT 1", "TEXT 2", "TEXT 3", "TEXT 4");
        assertThat(world.rig.drops(DropReason.SESSION_QUEUE_FULL)).isEqualTo(2);
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
        world.session().nodeClosing();
        world.session().nodeClosing();
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

    // The delayed message.

    @Test
    void a_delayed_message_goes_out_in_its_time() {
        open(SocketWorld.control("{'type':'send-delayed','content':'d','timeout':10}"));
        world.rig.timers.advance(9_999);
        assertThat(world.sink.take()).isEmpty();
        world.rig.timers.advance(1);
        assertThat(world.sink.take()).containsExactly("TEXT d");
        world.rig.timers.advance(100_000);
        assertThat(world.sink.take()).isEmpty();
    }

    @Test
    void another_delayed_message_sends_the_first_at_once() {
        open();
        says(
                SocketWorld.control("{'type':'send-delayed','content':'1','message-type':'binary'}"),
                "TEXT m:x",
                SocketWorld.control("{'type':'send-delayed','content':'2'}"),
                "TEXT m:y",
                SocketWorld.control("{'type':'flush-delayed'}"),
                SocketWorld.control("{'type':'flush-delayed'}"));
        assertThat(world.sink.take()).containsExactly("TEXT x", "BINARY 1", "TEXT y", "TEXT 2");
        world.rig.timers.advance(100_000);
        assertThat(world.sink.take()).isEmpty();
    }

    @Test
    void delayed_messages_from_before_the_client_was_answered_are_kept() {
        world.rig.fanout.answerAtOnce = false;
        open(
                SocketWorld.control("{'type':'send-delayed','content':'1'}"),
                SocketWorld.control("{'type':'send-delayed','content':'2'}"),
                SocketWorld.control("{'type':'flush-delayed'}"),
                SocketWorld.control("{'type':'send-delayed','content':'3','timeout':10}"),
                SocketWorld.subscribe("a"),
                "TEXT m:x");
        assertThat(world.answered).isNull();
        world.rig.fanout.subscribed("a", CONFIRMED);
        assertThat(world.sink.take()).containsExactly("TEXT 1", "TEXT 2", "TEXT x");
        world.rig.timers.advance(10_000);
        assertThat(world.sink.take()).containsExactly("TEXT 3");
    }

    @Test
    void a_delayed_message_waits_for_the_end_of_another() {
        DirectSocketOrigin direct = openDirect(SocketWorld.control("{'type':'send-delayed','content':'1'}"));
        direct.frame(part(SocketFrame.Type.TEXT, false, "m:x"));
        world.rig.timers.advance(1000);
        assertThat(world.sink.take()).containsExactly("TEXT+ x");
        direct.frame(part(SocketFrame.Type.CONTINUATION, true, "y"));
        assertThat(world.sink.take()).containsExactly("CONTINUATION y", "TEXT 1");
        world.rig.timers.advance(10_000);
        assertThat(world.sink.take()).isEmpty();
    }

    // Keep-alives.

    @Test
    void an_idle_keep_alive_waits_for_silence() {
        open(
                SocketWorld.subscribe("a"),
                SocketWorld.control("{'type':'keep-alive','content':'k','timeout':10,'message-type':'ping'}"));
        for (int i = 0; i < 5; i++) {
            world.rig.timers.advance(8000);
            world.publish("a", null, null, "x");
            world.rig.timers.advance(8000);
            says("TEXT m:y");
        }
        assertThat(world.sink.take()).doesNotContain("PING k").hasSize(10);
        world.rig.timers.advance(9000);
        assertThat(world.sink.take()).isEmpty();
        world.text("what the client sends does not count");
        world.rig.timers.advance(1000);
        assertThat(world.sink.take()).containsExactly("PING k");
        world.rig.timers.advance(50_000);
        assertThat(world.sink.take()).containsOnly("PING k").hasSizeBetween(5, 6);
    }

    @Test
    void an_interval_keeps_its_time_whatever_is_sent() {
        open(
                SocketWorld.subscribe("a"),
                SocketWorld.control("{'type':'keep-alive','content':'k','timeout':10,'mode':'interval'}"));
        for (int i = 0; i < 100; i++) {
            world.rig.timers.advance(1000);
            world.publish("a", null, null, "x");
        }
        assertThat(world.sink.take().stream().filter("TEXT k"::equals)).hasSizeBetween(10, 11);
        says(SocketWorld.control("{'type':'keep-alive'}"));
        world.rig.timers.advance(100_000);
        assertThat(world.sink.take()).isEmpty();
    }

    @Test
    void a_keep_alive_stays_out_of_a_full_outbox_and_of_a_message() {
        DirectSocketOrigin direct =
                openDirect(SocketWorld.control("{'type':'keep-alive','content':'k','timeout':10,'mode':'interval'}"));
        world.sink.block(1);
        world.rig.timers.advance(30_000);
        assertThat(world.sink.frames).isEmpty();
        world.sink.unblock();
        direct.frame(part(SocketFrame.Type.TEXT, false, "m:x"));
        world.rig.timers.advance(30_000);
        assertThat(world.sink.take()).containsExactly("TEXT+ x");
        direct.frame(part(SocketFrame.Type.CONTINUATION, true, ""));
        world.rig.timers.advance(10_000);
        assertThat(world.sink.take()).contains("TEXT k");
    }

    @Test
    void nothing_is_left_of_a_connection_that_ended() {
        open(
                SocketWorld.subscribe("a", "1"),
                SocketWorld.control("{'type':'keep-alive','content':'k'}"),
                SocketWorld.control("{'type':'send-delayed','content':'d','timeout':100}"));
        world.publish("a", "5", "4", "in doubt");
        world.vanish();
        world.origin.take().answer();
        assertThat(world.rig.timers.pending()).isZero();
        assertThat(world.rig.fanout.subscriptions).isEmpty();
        assertThat(world.rig.level(Gauge.SOCKETS)).isZero();
        assertThat(world.known()).isFalse();
    }

    // An origin with a WebSocket of its own.

    @Test
    void a_direct_origin_and_its_client_go_no_faster_than_the_other() {
        var originSink = new FakeSocketSink();
        DirectSocketOrigin direct = openDirect(originSink, new GripExtension("m:"));
        world.text("1");
        assertThat(originSink.take()).containsExactly("TEXT 1");
        originSink.writable = false;
        world.text("2");
        assertThat(world.sink.paused).isTrue();
        originSink.unblock();
        assertThat(world.sink.paused).isFalse();
        world.sink.block(10);
        direct.frame(part(SocketFrame.Type.TEXT, true, "m:x"));
        assertThat(originSink.paused).isTrue();
        world.sink.unblock();
        assertThat(originSink.paused).isFalse();
        world.sink.take();
        direct.closed(SocketClose.of(4000, "bye"));
        assertThat(world.sink.closed).isEqualTo(SocketClose.of(4000, "bye"));
        world.close(4000, "bye");
        assertThat(originSink.closed).isEqualTo(SocketClose.of(4000, "bye"));
    }

    @Test
    void a_direct_origin_that_is_detached_is_closed_and_its_client_stays() {
        var originSink = new FakeSocketSink();
        DirectSocketOrigin direct = openDirect(
                originSink,
                new GripExtension("m:"),
                SocketWorld.subscribe("a"),
                SocketWorld.control("{'type':'detach'}"));
        assertThat(originSink.closed).isEqualTo(SocketClose.PLAIN);
        direct.closed(SocketClose.PLAIN);
        direct.gone();
        world.text("unheard");
        world.publish("a", null, null, "x");
        assertThat(world.sink.take()).containsExactly("TEXT x");
        assertThat(world.sink.open()).isTrue();
    }
}
