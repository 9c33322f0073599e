package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.Target;
import io.sluice.grip.Action;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of an item at a stream that holds. */
class StreamItemsTest {
    private static final String NEXT = "</next>; rel=next";

    private final Rig rig = new Rig();

    private FakeExchange hold(String channels, String... more) {
        String[] headers = new String[more.length + 4];
        headers[0] = "Grip-Hold";
        headers[1] = "stream";
        headers[2] = "Grip-Channel";
        headers[3] = channels;
        System.arraycopy(more, 0, headers, 4, more.length);
        return rig.accept("/a", "", headers);
    }

    @Test
    void a_reliable_channel_delivers_what_follows_its_position() {
        FakeExchange client = hold("a; prev-id=1", "Grip-Link", NEXT);
        rig.stream("a", "2", "1", "two ");
        rig.stream("a", "3", "2", "three ");
        assertThat(client.sink.text()).isEqualTo("two three ");
        assertThat(client.sink.shared).as("without filters the shared bytes do").isEqualTo(2);
        rig.timers.advance(2000);
        assertThat(rig.origin.waiting()).isZero();
    }

    @Test
    void an_item_without_id_ends_reliability() {
        FakeExchange client = hold("a; prev-id=1", "Grip-Link", NEXT);
        rig.stream("a", null, "1", "x ");
        rig.stream("a", "9", "8", "y ");
        assertThat(client.sink.text()).isEqualTo("x y ");
    }

    @Test
    void filters_drop_and_the_position_moves_on() {
        FakeExchange client = hold("a; prev-id=1; filter=skip-self", "Grip-Link", NEXT, "Grip-Set-Meta", "user=ann");
        rig.publish(Rig.item("a", "2", "1", Map.of("sender", "ann"), "own ", null));
        rig.stream("a", "3", "2", "other ");
        assertThat(client.sink.text()).isEqualTo("other ");
        assertThat(rig.count(Counter.FILTERED)).isEqualTo(1);
        assertThat(rig.count(Counter.DELIVERIES)).isEqualTo(1);
    }

    @Test
    void the_id_in_content_is_that_of_the_item_itself() {
        FakeExchange client = hold(
                "a; prev-id=1; filter=build-id, b; prev-id=7",
                "Grip-Link",
                NEXT,
                "Grip-Set-Meta",
                "id_format=\"a:%(a)s,b:%(b)s\"");
        rig.publish(Rig.item("a", "2", "1", Map.of(), "id: %I\n", List.of("build-id")));
        assertThat(client.sink.text()).isEqualTo("id: a:2,b:7\n");
    }

    @Test
    void a_failing_filter_drops_leaves_the_position_and_the_next_item_recovers() {
        FakeExchange client = hold("a; prev-id=1; filter=build-id", "Grip-Link", NEXT);
        rig.stream("a", "2", "1", "id: %I\n");
        assertThat(client.sink.text()).as("never empty content, never raw").isEmpty();
        assertThat(rig.drops(DropReason.FILTER_FAILED)).isEqualTo(1);
        assertThat(client.sink.open()).isTrue();

        rig.stream("a", "3", "2", "plain\n");
        assertThat(client.sink.text()).isEmpty();
        rig.timers.advance(1000);
        assertThat(rig.origin.take().lastIds()).containsExactly("a; last-id=1");
    }

    @Test
    void in_debug_mode_a_failing_filter_is_told_and_the_stream_is_cut() {
        FakeExchange client = rig.exchange("/a");
        client.debug = true;
        rig.accept(client, "", "Grip-Hold", "stream", "Grip-Channel", "a; filter=var-subst");
        rig.stream("a", null, null, "%(nobody)s");
        assertThat(client.sink.text()).startsWith("\n\nfilter error: var-subst: No such variable 'nobody'");
        assertThat(client.sink.aborted).isTrue();
    }

    @Test
    void content_filters_must_be_those_of_the_subscription() {
        FakeExchange plain = hold("a");
        FakeExchange built = hold("a; filter=skip-self; filter=build-id", "Grip-Set-Meta", "id_format=x");
        rig.publish(Rig.item("a", null, null, Map.of(), "1 ", List.of("build-id")));
        rig.publish(Rig.item("a", null, null, Map.of(), "2 ", List.of()));
        rig.publish(Rig.item("a", null, null, Map.of(), "3 ", List.of("var-subst")));
        rig.publish(Rig.item("a", null, null, Map.of(), "4 ", null));
        assertThat(plain.sink.text()).isEqualTo("2 4 ");
        assertThat(built.sink.text()).isEqualTo("1 4 ");
        assertThat(rig.drops(DropReason.CONTENT_FILTER_MISMATCH)).isEqualTo(4);
    }

    @Test
    void in_debug_mode_a_content_filter_mismatch_ends_the_stream_with_the_text() {
        FakeExchange client = rig.exchange("/a");
        client.debug = true;
        rig.accept(client, "", "Grip-Hold", "stream", "Grip-Channel", "a; filter=build-id; filter=var-subst");
        rig.publish(Rig.item("a", null, null, Map.of(), "x", List.of("other")));
        assertThat(client.sink.text())
                .isEqualTo("\n\ncontent filter mismatch: subscription=build-id,var-subst message=other\n");
        assertThat(client.sink.aborted).isTrue();
    }

    @Test
    void filters_decide_about_actions_too() {
        FakeExchange with = hold("kick, also; filter=require-sub, kick; filter=require-sub");
        rig.publish(Rig.streamAction("kick", Action.CLOSE, Map.of("require_sub", "elsewhere")));
        assertThat(with.sink.ended).isFalse();
        rig.publish(Rig.streamAction("kick", Action.REFRESH, Map.of()));
        assertThat(with.sink.ended).isFalse();
        rig.publish(Rig.streamAction("kick", Action.CLOSE, Map.of("require_sub", "also")));
        assertThat(with.sink.ended).isTrue();
    }

    @Test
    void a_prefix_stands_before_names_and_is_hidden_from_origin_and_filters() {
        Target implicit = Rig.target(List.of("p-all", "bare"));
        var prefixed = new Rig(Rig.route("p-", implicit));
        FakeExchange client = prefixed.accept(
                "/a",
                "",
                "Grip-Hold",
                "stream",
                "Grip-Channel",
                "a; prev-id=1; filter=build-id; filter=require-sub",
                "Grip-Link",
                NEXT,
                "Grip-Set-Meta",
                "id_format=%(a)s");
        assertThat(prefixed.fanout.channels()).containsExactly("bare", "p-a", "p-all");
        prefixed.publish(Rig.item("p-a", "2", "1", Map.of("require_sub", "all"), "%I ", null));
        prefixed.stream("a", "3", "2", "unprefixed");
        prefixed.stream("bare", null, null, "implicit");
        assertThat(client.sink.text()).isEqualTo("2 implicit");
        prefixed.publish(Rig.streamAction("p-a", Action.HINT, Map.of()));
        assertThat(prefixed.origin.waiting())
                .as("a hint without the prev-id is no follower")
                .isZero();
        prefixed.timers.advance(1000);
        assertThat(prefixed.origin.take().lastIds()).containsExactly("a; last-id=2");
    }

    @Test
    void channels_over_the_maximum_are_ignored_and_implicit_ones_do_not_count() {
        var limited = new Rig(Rig.route("", Rig.target(List.of("z"))));
        limited.accept("/a", "", "Grip-Hold", "stream", "Grip-Channel", "a, b, c, d, e, a");
        assertThat(limited.fanout.channels()).containsExactly("a", "b", "c", "z");
    }

    @Test
    void an_unreliable_stream_drops_the_newest_while_its_outbox_is_full() {
        FakeExchange client = hold("a");
        client.sink.block(Rig.OUTBOX_BYTES + 1);
        rig.stream("a", null, null, "lost");
        rig.stream("a", null, null, "lost");
        assertThat(rig.drops(DropReason.OUTBOX_FULL)).isEqualTo(2);
        client.sink.unblock();
        rig.stream("a", null, null, "kept");
        assertThat(client.sink.text()).isEqualTo("kept");
    }

    @Test
    void a_reliable_stream_stops_at_a_full_outbox_and_recovers_when_there_is_room() {
        FakeExchange client = hold("a; prev-id=1", "Grip-Link", NEXT);
        client.sink.block(Rig.OUTBOX_BYTES + 1);
        for (int i = 2; i < 50; i++) {
            rig.stream("a", "" + i, "" + (i - 1), "no");
        }
        rig.timers.advance(5000);
        assertThat(rig.origin.waiting())
                .as("nothing is fetched for a client that reads nothing")
                .isZero();
        assertThat(rig.drops(DropReason.SESSION_QUEUE_FULL)).isZero();
        assertThat(rig.drops(DropReason.OUTBOX_FULL)).isEqualTo(1);
        assertThat(rig.drops(DropReason.OUT_OF_POSITION)).isEqualTo(47);
        client.sink.unblock();
        FakeOrigin.Asked asked = rig.origin.take();
        assertThat(asked.lastIds()).containsExactly("a; last-id=1");
        asked.answer(200, "2..49 ", "Grip-Hold", "stream", "Grip-Channel", "a; prev-id=49", "Grip-Link", NEXT);
        rig.stream("a", "50", "49", "50 ");
        assertThat(client.sink.text()).isEqualTo("2..49 50 ");
    }

    @Test
    void a_stall_ends_also_when_the_sink_forgets_to_say_so() {
        FakeExchange client = hold("a; prev-id=1", "Grip-Link", NEXT);
        client.sink.block(Rig.OUTBOX_BYTES + 1);
        rig.stream("a", "2", "1", "no");
        client.sink.writable = true;
        client.sink.pendingBytes = 0;
        rig.timers.advance(1000);
        assertThat(rig.origin.waiting()).isEqualTo(1);
    }

    @Test
    void http_modify_asks_the_origin_one_item_after_the_other() {
        FakeExchange client = hold("a; filter=http-modify", "Grip-Set-Meta", "url=\"/modify?x=1\"");
        rig.stream("a", null, null, "one ");
        rig.stream("a", null, null, "two ");
        FakeOrigin.Asked first = rig.origin.take();
        assertThat(first.request.method()).isEqualTo("POST");
        assertThat(first.uri()).isEqualTo("http://client.example/modify?x=1");
        assertThat(rig.origin.waiting()).isZero();
        first.answer(200, "ONE ");
        FakeOrigin.Asked second = rig.origin.take();
        second.answer(204, "");
        assertThat(client.sink.text()).isEqualTo("ONE two ");
    }

    @Test
    void http_check_drops_fails_and_times_out() {
        FakeExchange client = hold("a; prev-id=1; filter=http-check", "Grip-Set-Meta", "url=/c", "Grip-Link", NEXT);
        rig.stream("a", "2", "1", "two ");
        rig.origin.take().answer(200, "", "Action", "drop");
        assertThat(rig.count(Counter.FILTERED)).isEqualTo(1);

        rig.stream("a", "3", "2", "three ");
        rig.origin.take().answer(204, "");
        rig.stream("a", "4", "3", "four ");
        rig.origin.take();
        rig.timers.advance(9_999);
        assertThat(rig.drops(DropReason.FILTER_FAILED)).isZero();
        rig.timers.advance(1);
        assertThat(rig.drops(DropReason.FILTER_FAILED)).isEqualTo(1);
        assertThat(client.sink.text()).isEqualTo("three ");
    }

    @Test
    void items_wait_behind_a_question_up_to_the_bound_and_the_rest_is_counted() {
        FakeExchange client = hold("a; filter=http-check, b", "Grip-Set-Meta", "url=/c");
        rig.stream("a", null, null, "asked ");
        for (int i = 0; i < Rig.QUEUE_ITEMS + 2; i++) {
            rig.stream("b", null, null, i + " ");
        }
        assertThat(client.sink.text()).isEmpty();
        assertThat(rig.drops(DropReason.SESSION_QUEUE_FULL)).isEqualTo(2);
        rig.origin.take().answer(200, "");
        assertThat(client.sink.text()).isEqualTo("asked 0 1 2 3 4 ");
    }

    @Test
    void a_client_that_goes_during_a_question_counts_what_waited() {
        FakeExchange client = hold("a; filter=http-check, b", "Grip-Set-Meta", "url=/c");
        rig.stream("a", null, null, "asked");
        rig.stream("b", null, null, "waiting");
        FakeOrigin.Asked question = rig.origin.take();
        client.clientGoes();
        question.answer(200, "");
        assertThat(client.sink.text()).isEmpty();
        assertThat(rig.drops(DropReason.CONNECTION_CLOSED))
                .as("the item in question, and the one behind it")
                .isEqualTo(2);
        assertThat(rig.timers.pending()).isZero();
    }

    @Test
    void items_in_doubt_are_counted_when_the_client_goes() {
        FakeExchange client = hold("a; prev-id=1", "Grip-Link", NEXT);
        rig.stream("a", "9", "8", "no ");
        rig.stream("a", "10", "9", "no ");
        client.clientGoes();
        assertThat(rig.drops(DropReason.CONNECTION_CLOSED)).isEqualTo(2);
    }

    @Test
    void items_that_the_origin_is_asked_for_instead_are_counted() {
        hold("a; prev-id=1, b; filter=http-check", "Grip-Set-Meta", "url=/c", "Grip-Link", NEXT);
        rig.stream("b", null, null, "asked");
        rig.stream("a", "2", "1", "waits");
        rig.stream("a", "3", "2", "waits");
        rig.publish(Rig.streamAction("b", Action.HINT, Map.of()));
        rig.stream("a", "4", "3", "behind the hint");
        FakeOrigin.Asked about = rig.origin.take();
        about.answer(200, "", "Action", "drop");
        // The hint's own question.
        rig.origin.take().answer(200, "");
        assertThat(rig.drops(DropReason.OUT_OF_POSITION)).isEqualTo(1);
    }

    @Test
    void what_the_client_has_already_is_counted() {
        hold("a; prev-id=1", "Grip-Link", NEXT);
        rig.stream("a", "1", null, "had it ");
        rig.stream("a", "3", "2", "in doubt ");
        rig.stream("a", "3", "1", "the same, after all ");
        assertThat(rig.count(Counter.COVERED)).isEqualTo(2);
        assertThat(rig.count(Counter.DELIVERIES)).isEqualTo(1);
    }

    @Test
    void who_has_no_room_does_not_pay_for_an_item_that_a_filter_keeps_back() {
        FakeExchange client = hold("strict; filter=skip-self", "Grip-Set-Meta", "user=ann");
        client.sink.block(Rig.OUTBOX_BYTES + 1);
        rig.publish(Rig.item("strict", null, null, Map.of("sender", "ann"), "own", null));
        assertThat(client.sink.open()).isTrue();
        assertThat(rig.count(Counter.FILTERED)).isEqualTo(1);
        rig.publish(Rig.item("strict", null, null, Map.of("sender", "bob"), "of another", null));
        assertThat(client.sink.aborted).isTrue();
        assertThat(rig.drops(DropReason.OUTBOX_DISCONNECTED)).isEqualTo(1);
    }

    @Test
    void a_filtered_item_without_room_leaves_the_position() {
        FakeExchange client = hold("a; prev-id=1; filter=skip-self", "Grip-Link", NEXT, "Grip-Set-Meta", "user=ann");
        client.sink.block(Rig.OUTBOX_BYTES + 1);
        rig.publish(Rig.item("a", "2", "1", Map.of("sender", "ann"), "own", null));
        rig.stream("a", "3", "2", "no room");
        client.sink.unblock();
        assertThat(rig.origin.take().lastIds()).containsExactly("a; last-id=2");
        assertThat(rig.drops(DropReason.OUTBOX_FULL)).isEqualTo(1);
    }
}
