package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.grip.Action;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When a stream asks its next link, and what it makes of the answer. */
class NextLoopTest {
    private static final String HOLD = "Grip-Hold";
    private static final String CHANNEL = "Grip-Channel";
    private static final String LINK = "Grip-Link";
    private static final String META = "Grip-Set-Meta";

    private final Rig rig = new Rig();

    private FakeExchange reliable() {
        return rig.accept(
                "/a?token=1",
                "",
                HOLD,
                "stream",
                CHANNEL,
                "a; prev-id=1",
                LINK,
                "</next?token=1>; rel=next; timeout=30");
    }

    private static String[] holdAt(String position) {
        return new String[] {
            HOLD, "stream", CHANNEL, "a; prev-id=" + position, LINK, "</next?token=1>; rel=next; timeout=30"
        };
    }

    // Pages.

    @Test
    void pages_follow_each_other_until_one_holds() {
        FakeExchange client = rig.accept("/d/a", "0 ", LINK, "<b?p=1>; rel=next");
        assertThat(client.sink.text()).isEqualTo("0 ");
        FakeOrigin.Asked first = rig.origin.take();
        assertThat(first.uri()).isEqualTo("http://client.example/d/b?p=1");
        assertThat(first.request.method()).isEqualTo("GET");
        assertThat(first.request.headers()).as("no headers of the client's").isEmpty();
        first.answer(200, "1 ", LINK, "<?p=2>; rel=next", CHANNEL, "a; prev-id=5");
        FakeOrigin.Asked second = rig.origin.take();
        assertThat(second.uri()).as("relative to the page").isEqualTo("http://client.example/d/b?p=2");
        assertThat(second.lastIds()).as("no hold yet").isEmpty();
        assertThat(rig.fanout.subscriptions).isEmpty();
        second.answer(200, "2 ", HOLD, "stream", CHANNEL, "a; prev-id=9", LINK, "</n>; rel=next");
        rig.stream("a", "10", "9", "live ");
        assertThat(client.sink.text()).isEqualTo("0 1 2 live ");
        assertThat(rig.count(Counter.NEXT_FETCHES)).isEqualTo(2);
    }

    @Test
    void pages_that_go_round_in_a_circle_are_turned_once_a_second() {
        FakeExchange client = rig.accept("/a", "a ", LINK, "</b>; rel=next");
        for (int round = 0; round < 3; round++) {
            rig.origin.take().answer(200, "b ", LINK, "</c>; rel=next");
            rig.origin.take().answer(200, "c ", LINK, "</b>; rel=next");
            if (rig.origin.waiting() == 0) {
                break;
            }
        }
        assertThat(rig.origin.waiting()).as("the circle was seen").isZero();
        for (int page = 0; page < 3; page++) {
            rig.timers.advance(900);
            assertThat(rig.origin.waiting()).isZero();
            rig.timers.advance(200);
            FakeOrigin.Asked asked = rig.origin.take();
            String other = asked.uri().endsWith("/b") ? "</c>" : "</b>";
            asked.answer(200, "", LINK, other + "; rel=next");
        }
        assertThat(client.sink.ended).isFalse();
    }

    @Test
    void neither_hold_nor_link_ends_the_stream_properly() {
        FakeExchange client = rig.accept("/a", "0 ", LINK, "</b>; rel=next");
        rig.origin.take().answer(200, "1");
        assertThat(client.sink.text()).isEqualTo("0 1");
        assertThat(client.sink.ended).isTrue();
        assertThat(rig.level(Gauge.STREAM_HOLDS)).isZero();
    }

    @Test
    void the_next_page_waits_for_the_client() {
        FakeExchange client = rig.accept("/a", "0 ", LINK, "</b>; rel=next");
        client.sink.block(10);
        rig.origin.take().answer(200, "1 ", LINK, "</c>; rel=next");
        assertThat(rig.origin.waiting()).isZero();
        client.sink.unblock();
        assertThat(rig.origin.take().uri()).endsWith("/c");
    }

    @Test
    void a_large_page_goes_at_the_clients_pace() {
        FakeExchange client = rig.accept("/a", "", LINK, "</b>; rel=next");
        FakeOrigin.Answer answer = rig.origin.take().head(200);
        client.sink.block(10);
        String piece = "x".repeat(Rig.MAX_BODY_BYTES);
        answer.push(piece);
        answer.push(piece);
        assertThat(answer.paused).isTrue();
        client.sink.unblock();
        assertThat(answer.paused).isFalse();
        answer.end();
        assertThat(client.sink.text()).hasSize(2 * Rig.MAX_BODY_BYTES);
        assertThat(client.sink.ended).isTrue();
    }

    @Test
    void items_between_pages_are_kept_and_reconciled_at_the_hold() {
        FakeExchange client = reliable();
        rig.publish(Rig.streamAction("a", Action.HINT, Map.of()));
        rig.timers.advance(1000);
        rig.origin.take().answer(200, "2 ", LINK, "</page2>; rel=next", CHANNEL, "a; prev-id=2");
        FakeOrigin.Asked page = rig.origin.take();
        assertThat(page.lastIds()).as("of the last hold").containsExactly("a; last-id=1");
        assertThat(rig.fanout.channels()).containsExactly("a");
        rig.stream("a", "3", "2", "3 ");
        rig.stream("a", "4", "3", "4 ");
        rig.stream("a", "5", "4", "5 ");
        page.answer(200, "3 ", holdAt("3"));
        assertThat(client.sink.text()).isEqualTo("2 3 4 5 ");
        rig.timers.advance(5000);
        assertThat(rig.origin.waiting()).isZero();
    }

    // Positions in doubt.

    @Test
    void a_gap_is_recovered_at_the_origin() {
        FakeExchange client = reliable();
        rig.stream("a", "2", "1", "2 ");
        rig.stream("a", "4", "3", "4 ");
        assertThat(client.sink.text()).isEqualTo("2 ");
        rig.timers.advance(100);
        FakeOrigin.Asked asked = rig.origin.take();
        assertThat(asked.lastIds()).containsExactly("a; last-id=2");
        assertThat(rig.drops(DropReason.OUT_OF_POSITION)).isEqualTo(1);
        rig.stream("a", "5", "4", "5 ");
        asked.answer(200, "3 4 ", holdAt("4"));
        assertThat(client.sink.text()).isEqualTo("2 3 4 5 ");
    }

    @Test
    void items_in_doubt_that_give_way_to_newer_ones_are_counted_too() {
        FakeExchange client = reliable();
        for (int i = 0; i < Rig.QUEUE_ITEMS + 2; i++) {
            rig.stream("a", (i + 4) + "", (i + 3) + "", "x ");
        }
        rig.timers.advance(NextLoop.SETTLE_MILLIS + 200);
        rig.origin.take().answer(200, "all ", holdAt("20"));
        assertThat(client.sink.text()).isEqualTo("all ");
        assertThat(rig.drops(DropReason.OUT_OF_POSITION)).isEqualTo(Rig.QUEUE_ITEMS + 2);
    }

    @Test
    void items_that_the_origins_answer_was_ahead_of_cost_nothing() {
        FakeExchange client = rig.accept("/a", "", HOLD, "stream", CHANNEL, "a; prev-id=3", LINK, "</n>; rel=next");
        rig.stream("a", "2", "1", "2 ");
        rig.stream("a", "3", "2", "3 ");
        rig.stream("a", "4", "3", "4 ");
        rig.timers.advance(10_000);
        assertThat(client.sink.text()).isEqualTo("4 ");
        assertThat(rig.origin.waiting()).isZero();
        assertThat(rig.drops(DropReason.OUT_OF_POSITION)).isZero();
    }

    @Test
    void if_they_do_not_resolve_the_origin_is_asked_and_then_covers_them() {
        FakeExchange client = rig.accept("/a", "", HOLD, "stream", CHANNEL, "a; prev-id=3", LINK, "</n>; rel=next");
        rig.stream("a", "2", "1", "2 ");
        rig.timers.advance(NextLoop.SETTLE_MILLIS - 1);
        assertThat(rig.origin.waiting()).isZero();
        rig.timers.advance(101);
        FakeOrigin.Asked asked = rig.origin.take();
        asked.answer(200, "", HOLD, "stream", CHANNEL, "a; prev-id=3", LINK, "</n>; rel=next");
        rig.stream("a", "4", "3", "4 ");
        rig.timers.advance(10_000);
        assertThat(client.sink.text()).isEqualTo("4 ");
        assertThat(rig.origin.waiting()).isZero();
    }

    @Test
    void what_came_before_the_fetch_is_covered_and_what_came_after_is_not() {
        FakeExchange client = reliable();
        rig.stream("a", "2", "1", "2 ");
        rig.stream("a", "8", "7", "8 ");
        rig.timers.advance(100);
        FakeOrigin.Asked asked = rig.origin.take();
        rig.stream("a", "9", "8", "9 ");
        // The origin's answer stops before what came while it was made: it can't be known which of them it covers.
        asked.answer(200, "3-5 ", holdAt("5"));
        rig.timers.advance(1000);
        FakeOrigin.Asked again = rig.origin.take();
        assertThat(again.lastIds()).containsExactly("a; last-id=5");
        again.answer(200, "6-9 ", holdAt("9"));
        rig.stream("a", "10", "9", "10 ");
        rig.timers.advance(5000);
        assertThat(client.sink.text()).isEqualTo("2 3-5 6-9 10 ");
        assertThat(rig.origin.waiting()).isZero();
    }

    @Test
    void an_overflowing_queue_is_counted_and_recovered() {
        FakeExchange client = reliable();
        rig.timers.advance(40_000);
        FakeOrigin.Asked poll = rig.origin.take();
        for (int i = 2; i <= Rig.QUEUE_ITEMS + 3; i++) {
            rig.stream("a", "" + i, "" + (i - 1), i + " ");
        }
        assertThat(rig.drops(DropReason.SESSION_QUEUE_FULL)).isEqualTo(2);
        poll.answer(200, "", holdAt("1"));
        assertThat(client.sink.text()).isEqualTo("2 3 4 5 6 ");
        rig.timers.advance(200);
        FakeOrigin.Asked recovery = rig.origin.take();
        assertThat(recovery.lastIds()).containsExactly("a; last-id=6");
        recovery.answer(200, "7 8 ", holdAt("8"));
        assertThat(client.sink.text()).isEqualTo("2 3 4 5 6 7 8 ");
    }

    @Test
    void a_last_id_other_than_the_position_has_the_origin_asked() {
        rig.answerFor("a", false, "4");
        FakeExchange client = reliable();
        assertThat(client.head).isNotNull();
        rig.timers.advance(100);
        FakeOrigin.Asked asked = rig.origin.take();
        asked.answer(200, "2-4 ", holdAt("4"));
        rig.timers.advance(5000);
        assertThat(rig.origin.waiting()).as("once").isZero();
        assertThat(rig.fanout.log).doesNotContain("forget a 4");
    }

    @Test
    void a_last_id_that_the_origin_knows_nothing_of_is_asked_about_once_and_forgotten() {
        rig.answerFor("a", false, "x");
        reliable();
        rig.timers.advance(100);
        rig.origin.take().answer(200, "", holdAt("1"));
        assertThat(rig.fanout.log).containsOnlyOnce("forget a x");
        rig.timers.advance(5000);
        reliable();
        rig.timers.advance(5000);
        assertThat(rig.origin.waiting()).as("nor by those who come later").isZero();
    }

    @Test
    void an_item_that_the_origin_knows_nothing_of_is_asked_about_once_and_forgotten() {
        reliable();
        rig.stream("a", "y", "x", "y ");
        rig.timers.advance(NextLoop.SETTLE_MILLIS + 100);
        rig.origin.take().answer(200, "", holdAt("1"));
        assertThat(rig.fanout.log).containsOnlyOnce("forget a y");
        rig.timers.advance(20_000);
        assertThat(rig.origin.waiting()).isZero();
    }

    @Test
    void an_old_item_that_comes_twice_takes_no_doubt_away() {
        rig.answerFor("a", false, "4");
        reliable();
        rig.stream("a", "1", "0", "1 ");
        rig.timers.advance(100);
        assertThat(rig.origin.waiting()).isEqualTo(1);
    }

    @Test
    void an_equal_last_id_has_not() {
        rig.answerFor("a", true, "1");
        reliable();
        rig.timers.advance(5000);
        assertThat(rig.origin.waiting()).isZero();
    }

    @Test
    void a_last_id_that_was_only_late_is_forgiven() {
        rig.answerFor("a", false, "0");
        reliable();
        rig.stream("a", "1", "0", "1 ");
        rig.timers.advance(5000);
        assertThat(rig.origin.waiting()).isZero();
    }

    @Test
    void a_first_subscription_has_the_origin_asked_after_a_second_once() {
        rig.answerFor("a", true, null);
        reliable();
        rig.timers.advance(1000);
        assertThat(rig.origin.waiting()).isZero();
        rig.timers.advance(100);
        rig.origin.take().answer(200, "", holdAt("1"));
        rig.timers.advance(20_000);
        assertThat(rig.origin.waiting()).isZero();
    }

    @Test
    void who_subscribes_in_that_second_asks_too_and_streams_without_position_never() {
        rig.answerFor("a", true, null);
        reliable();
        rig.answerFor("a", false, null);
        rig.timers.advance(500);
        rig.accept("/other", "", holdAt("1"));
        rig.accept("/third", "", HOLD, "stream", CHANNEL, "a", LINK, "</third>; rel=next");
        rig.timers.advance(5000);
        assertThat(rig.origin.waiting()).isEqualTo(2);
    }

    // Polls and hints.

    @Test
    void a_silent_stream_polls_in_its_time_and_one_that_was_served_waits_another_period() {
        reliable();
        rig.timers.advance(26_900);
        assertThat(rig.origin.waiting()).isZero();
        rig.stream("a", "2", "1", "2 ");
        rig.timers.advance(6_200);
        assertThat(rig.origin.waiting()).as("served since").isZero();
        rig.timers.advance(34_000);
        assertThat(rig.origin.take().lastIds()).containsExactly("a; last-id=2");
    }

    @Test
    void items_wait_for_a_poll_and_go_out_if_it_brings_nothing_new() {
        FakeExchange client = reliable();
        rig.timers.advance(34_000);
        FakeOrigin.Asked poll = rig.origin.take();
        rig.stream("a", "2", "1", "2 ");
        assertThat(client.sink.text()).isEmpty();
        poll.answer(200, "", holdAt("1"));
        assertThat(client.sink.text()).isEqualTo("2 ");
    }

    @Test
    void items_that_the_poll_brought_are_not_sent_twice() {
        FakeExchange client = reliable();
        rig.timers.advance(34_000);
        FakeOrigin.Asked poll = rig.origin.take();
        rig.stream("a", "2", "1", "2 ");
        rig.stream("a", "3", "2", "3 ");
        poll.answer(200, "2 ", holdAt("2"));
        assertThat(client.sink.text()).isEqualTo("2 3 ");
    }

    @Test
    void a_timeout_of_zero_polls_at_once_at_low_priority() {
        String[] tight = {HOLD, "stream", CHANNEL, "a", LINK, "</n>; rel=next; timeout=0"};
        rig.accept("/a", "", tight);
        for (int i = 0; i < 10; i++) {
            rig.timers.advance(100);
            rig.origin.take().answer(200, "", tight);
        }
        assertThat(rig.count(Counter.NEXT_FETCHES)).isEqualTo(10);
    }

    @Test
    void a_hint_asks_at_once_and_without_a_link_nothing() {
        rig.accept("/a", "", HOLD, "stream", CHANNEL, "h", LINK, "</n>; rel=next");
        FakeExchange linkless = rig.accept("/b", "", HOLD, "stream", CHANNEL, "h");
        rig.publish(Rig.streamAction("h", Action.HINT, Map.of()));
        assertThat(rig.origin.take().uri()).endsWith("/n");
        assertThat(rig.origin.waiting()).isZero();
        rig.stream("h", null, null, "x");
        assertThat(linkless.sink.text()).isEqualTo("x");
    }

    @Test
    void the_recover_command_asks_for_all_a_hundred_at_a_time_and_merged() {
        for (int i = 0; i < 150; i++) {
            reliable();
        }
        rig.fanout.updateAll();
        rig.timers.advance(100);
        assertThat(rig.origin.waiting()).isEqualTo(1);
        assertThat(rig.count(Counter.NEXT_FETCHES_MERGED)).isEqualTo(99);
        rig.origin.take().answer(200, "", holdAt("1"));
        rig.timers.advance(100);
        assertThat(rig.origin.waiting()).isEqualTo(1);
        assertThat(rig.count(Counter.NEXT_FETCHES_MERGED)).isEqualTo(148);
    }

    @Test
    void a_recover_during_a_fetch_asks_again_after_it() {
        reliable();
        rig.timers.advance(34_000);
        rig.fanout.updateAll();
        rig.origin.take().answer(200, "", holdAt("1"));
        rig.timers.advance(100);
        assertThat(rig.origin.waiting()).isEqualTo(1);
    }

    // Two users.

    @Test
    void two_users_on_one_path_never_share_an_answer() {
        FakeExchange[] users = new FakeExchange[2];
        for (int u = 0; u < 2; u++) {
            users[u] = rig.accept(
                    "/events?user=" + u,
                    "",
                    HOLD,
                    "stream",
                    CHANNEL,
                    "a; prev-id=1; filter=skip-self, user-" + u,
                    LINK,
                    "</events?user=" + u + ">; rel=next",
                    META,
                    "user=" + u);
        }
        rig.fanout.updateAll();
        rig.timers.advance(300);
        for (int u = 0; u < 2; u++) {
            FakeOrigin.Asked asked = rig.origin.take();
            assertThat(asked.uri()).endsWith("?user=" + u);
            asked.answer(
                    200,
                    "for " + u + " ",
                    HOLD,
                    "stream",
                    CHANNEL,
                    "a; prev-id=2; filter=skip-self, user-" + u,
                    LINK,
                    "</events?user=" + u + ">; rel=next",
                    META,
                    "user=" + u);
        }
        assertThat(rig.count(Counter.NEXT_FETCHES_MERGED)).isZero();
        rig.publish(Rig.item("a", "3", "2", Map.of("sender", "0"), "from 0 ", null));
        rig.stream("user-1", null, null, "private ");
        assertThat(users[0].sink.text()).isEqualTo("for 0 ");
        assertThat(users[1].sink.text()).isEqualTo("for 1 from 0 private ");
    }

    // Meta and filters of next responses.

    @Test
    void meta_stays_and_new_values_win() {
        FakeExchange client = rig.accept(
                "/a", "", HOLD, "stream", CHANNEL, "a; filter=var-subst", LINK, "</n>; rel=next", META, "x=1, y=2");
        rig.publish(Rig.streamAction("a", Action.HINT, Map.of()));
        rig.origin.take().answer(200, "", HOLD, "stream", CHANNEL, "a; filter=var-subst", META, "y=3");
        rig.stream("a", null, null, "%(x)s%(y)s");
        assertThat(client.sink.text()).isEqualTo("13");
    }

    @Test
    void a_page_whose_filter_needs_no_format_needs_none() {
        FakeExchange client = rig.accept("/a", "", LINK, "</b>; rel=next");
        rig.origin.take().answer(200, "100%% plain ", CHANNEL, "a; filter=build-id", LINK, "</c>; rel=next");
        assertThat(client.sink.text()).isEqualTo("100% plain ");
        assertThat(rig.origin.waiting()).isEqualTo(1);
    }

    @Test
    void a_page_has_the_meta_of_the_session() {
        FakeExchange client = rig.accept("/a", "", LINK, "</b>; rel=next", META, "id_format=%(a)s, id_encoding=hex");
        FakeOrigin.Answer page = rig.origin.take().head(200, CHANNEL, "a; filter=build-id", LINK, "</c>; rel=next");
        page.push("id: %(");
        page.push("C3PO)");
        page.push("I\n");
        page.end();
        assertThat(client.sink.text()).isEqualTo("id: 4333504f\n");
    }

    @Test
    void a_directive_without_its_format_cuts_the_stream() {
        FakeExchange client = rig.accept("/a", "0 ", LINK, "</b>; rel=next");
        rig.origin.take().answer(200, "id: %I", CHANNEL, "a; filter=build-id", LINK, "</c>; rel=next");
        assertThat(client.sink.aborted).isTrue();
        assertThat(client.sink.ended).isFalse();
        assertThat(rig.origin.waiting()).isZero();
        assertThat(rig.level(Gauge.STREAM_HOLDS)).isZero();
    }

    @Test
    void a_first_response_whose_filter_fails_is_an_error() {
        FakeExchange client = rig.accept("/a", "%I", CHANNEL, "a; filter=build-id", LINK, "</c>; rel=next");
        assertThat(client.failure)
                .startsWith("Failed to parse accept instructions: filter error: build-id: no sub meta 'id_format'");
        assertThat(rig.origin.waiting()).isZero();
    }

    @Test
    void json_instructions_work_in_next_responses() {
        FakeExchange client = rig.accept("/a", "", LINK, "</b>; rel=next");
        rig.origin
                .take()
                .answer(
                        200,
                        "{\"hold\":{\"mode\":\"stream\",\"channels\":[{\"name\":\"j\"}]},\"response\":{\"body\":\"page \"}}",
                        "Content-Type",
                        "application/grip-instruct");
        rig.stream("j", null, null, "item");
        assertThat(client.sink.text()).isEqualTo("page item");
    }

    @Test
    void new_channels_are_subscribed_and_missing_ones_not_any_more() {
        rig.accept("/a", "", HOLD, "stream", CHANNEL, "a, b", LINK, "</n>; rel=next");
        rig.fanout.log.clear();
        rig.publish(Rig.streamAction("a", Action.HINT, Map.of()));
        rig.origin.take().answer(200, "", HOLD, "stream", CHANNEL, "b, c");
        assertThat(rig.fanout.log).containsExactlyInAnyOrder("+c", "-a");
        assertThat(rig.fanout.channels()).containsExactly("b", "c");
    }

    // Failures.

    @Test
    void a_failed_fetch_is_tried_five_times_more_and_the_hold_goes_on_meanwhile() {
        FakeExchange client = reliable();
        rig.timers.advance(34_000);
        rig.origin.take().fail("refused");
        rig.stream("a", "2", "1", "2 ");
        assertThat(client.sink.text()).as("nothing is outstanding now").isEqualTo("2 ");
        for (int retry = 0; retry < 5; retry++) {
            rig.timers.advance((1000L << retry) - 1);
            assertThat(rig.origin.waiting()).isZero();
            rig.timers.advance(1001);
            assertThat(client.sink.open()).isTrue();
            FakeOrigin.Asked asked = rig.origin.take();
            assertThat(asked.lastIds()).containsExactly("a; last-id=2");
            asked.head(500);
        }
        assertThat(client.sink.aborted).isTrue();
    }

    @Test
    void a_success_forgets_the_failures() {
        FakeExchange client = rig.accept("/a", "", LINK, "</b>; rel=next");
        for (int i = 0; i < 4; i++) {
            rig.origin.take().fail("refused");
            rig.timers.advance(20_000);
        }
        rig.origin.take().answer(200, "page ", LINK, "</c>; rel=next");
        for (int i = 0; i < 5; i++) {
            rig.origin.take().fail("refused");
            rig.timers.advance(40_000);
        }
        assertThat(client.sink.open()).isTrue();
        rig.origin.take().fail("refused");
        assertThat(client.sink.aborted).isTrue();
        assertThat(client.sink.text()).isEqualTo("page ");
    }

    @Test
    void a_response_cut_short_after_bytes_were_sent_cuts_the_stream() {
        FakeExchange client = rig.accept("/a", "", LINK, "</b>; rel=next");
        FakeOrigin.Answer page = rig.origin.take().head(200);
        page.push("half");
        page.cut();
        assertThat(client.sink.text()).isEqualTo("half");
        assertThat(client.sink.aborted).isTrue();
    }

    @Test
    void in_debug_mode_the_error_is_told() {
        FakeExchange client = rig.exchange("/a");
        client.debug = true;
        rig.accept(client, "", LINK, "</b>; rel=next");
        rig.origin.take().head(200, HOLD, "response");
        assertThat(client.sink.text()).isEqualTo("\n\nNext link returned non-stream hold.\n");
        assertThat(client.sink.aborted).isTrue();
    }

    @Test
    void a_client_that_goes_during_a_fetch_gives_it_up() {
        FakeExchange client = rig.accept("/a", "", LINK, "</b>; rel=next");
        FakeOrigin.Asked asked = rig.origin.take();
        client.clientGoes();
        asked.answer(200, "late", LINK, "</c>; rel=next");
        assertThat(asked.cancelled()).isTrue();
        assertThat(client.sink.text()).isEmpty();
        assertThat(rig.origin.waiting()).isZero();
        assertThat(rig.timers.pending()).isZero();
    }
}
