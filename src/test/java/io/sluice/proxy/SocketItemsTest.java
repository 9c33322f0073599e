package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.fanout.Subscribed;
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.Headers;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Which items a WebSocket gets, and in what form. */
class SocketItemsTest {
    private static final Subscribed CONFIRMED = new Subscribed(true, false, null);

    private final SocketWorld world = new SocketWorld();

    private void open(String... events) {
        world.accept(SocketWorld.GRIP, events);
    }

    // Filters.

    @Test
    void meta_is_set_replaced_and_removed() {
        open(
                SocketWorld.control("{'type':'set-meta','name':'user','value':'ann'}"),
                SocketWorld.control("{'type':'set-meta','name':'room','value':'7'}"),
                SocketWorld.filtered("a", "var-subst"));
        world.publish("a", null, null, "%(user)s in %(room)s");
        world.says(SocketWorld.control("{'type':'set-meta','name':'user','value':'bob'}"));
        world.publish("a", null, null, "%(user)s in %(room)s");
        world.says(SocketWorld.control("{'type':'set-meta','name':'user'}"));
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
        assertThat(world.rig.drops(DropReason.CONNECTION_CLOSED)).isEqualTo(2);
    }

    @Test
    void items_of_a_channel_that_is_left_meanwhile_are_counted() {
        open(
                SocketWorld.control("{'type':'set-meta','name':'url','value':'/modify'}"),
                SocketWorld.filtered("a", "http-modify"));
        world.publish("a", null, null, "asked");
        world.publish("a", null, null, "behind");
        FakeOrigin.Asked question = world.rig.origin.take();
        world.says(SocketWorld.control("{'type':'unsubscribe','channel':'a'}"));
        question.answer(200, "ASKED");
        assertThat(world.sink.frames).isEmpty();
        assertThat(world.rig.drops(DropReason.CONNECTION_CLOSED)).isEqualTo(2);
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
                .hasSize(2)
                .first()
                .asString()
                .startsWith("outbox-high connection=" + world.client.id() + " route=r1 uri=/ws channel=a percent=");
        assertThat(log.list.get(1).getFormattedMessage())
                .startsWith("items-dropped connection=" + world.client.id()
                        + " route=r1 uri=/ws channel=a reason=outbox_full policy=drop-newest items=1"
                        + " client=- address=")
                .contains(" pending-messages=1 pending-bytes=");
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
}
