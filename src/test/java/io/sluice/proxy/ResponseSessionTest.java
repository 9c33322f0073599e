package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.fanout.Subscribed;
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.GripResponse;
import io.sluice.grip.Headers;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResponseSessionTest {
    private final Rig rig = new Rig();

    private FakeExchange hold(String channels, String... more) {
        FakeExchange exchange = rig.exchange("/poll?x=1");
        hold(exchange, channels, more);
        return exchange;
    }

    private void hold(FakeExchange exchange, String channels, String... more) {
        String[] headers = new String[more.length + 8];
        headers[0] = "Grip-Hold";
        headers[1] = "response";
        headers[2] = "Grip-Channel";
        headers[3] = channels;
        headers[4] = "Content-Type";
        headers[5] = "text/plain";
        headers[6] = "Grip-Timeout";
        headers[7] = "20";
        System.arraycopy(more, 0, headers, 8, more.length);
        rig.accept(exchange, "nothing\n", headers);
    }

    private void respond(String channel, String body) {
        rig.publish(Rig.response(channel, null, null, Rig.answer(body)));
    }

    private static Format.HttpResponse action(Action action) {
        return new Format.HttpResponse(action, 200, "OK", Headers.EMPTY, null, null, null);
    }

    private void assertOver() {
        assertThat(rig.fanout.subscriptions).isEmpty();
        assertThat(rig.level(Gauge.RESPONSE_HOLDS)).isZero();
        assertThat(rig.timers.pending()).isZero();
    }

    @Test
    void the_first_published_response_answers() {
        FakeExchange client = hold("a, b");
        rig.stream("a", null, null, "not for long-polls");
        assertThat(rig.level(Gauge.RESPONSE_HOLDS)).isEqualTo(1);
        respond("b", "hello");
        respond("a", "late");
        assertThat(client.body()).isEqualTo("hello");
        assertThat(client.response)
                .extracting(GripResponse::headers)
                .isEqualTo(Headers.of("Content-Type", "text/plain"));
        assertThat(rig.count(Counter.DELIVERIES)).isEqualTo(1);
        assertOver();
    }

    @Test
    void a_closing_node_answers_as_when_the_time_is_over() {
        FakeExchange client = hold("a");
        client.nodeCloses();
        client.nodeCloses();
        assertThat(client.body()).isEqualTo("nothing\n");
        assertThat(rig.level(Gauge.RESPONSE_HOLDS)).isZero();
        assertOver();
    }

    @Test
    void a_closing_node_answers_with_an_item_that_came_before_the_subscription_was_confirmed() {
        rig.fanout.answerAtOnce = false;
        FakeExchange client = hold("a");
        respond("a", "early");
        client.nodeCloses();
        assertThat(client.body()).isEqualTo("early");
        assertOver();
    }

    @Test
    void the_timeout_answers_with_the_instructions_response() {
        FakeExchange client = hold("a");
        rig.timers.advance(19_999);
        assertThat(client.response).isNull();
        rig.timers.advance(1);
        assertThat(client.body()).isEqualTo("nothing\n");
        assertThat(rig.count(Counter.DELIVERIES)).isZero();
        assertOver();
    }

    @Test
    void the_timeouts_body_goes_through_its_filters() {
        FakeExchange client =
                rig.accept("/p", "id=%(7)I", "Grip-Hold", "response", "Grip-Channel", "a; filter=build-id");
        rig.timers.advance(55_000);
        assertThat(client.body()).isEqualTo("id=7");
    }

    @Test
    void items_wait_for_the_subscription() {
        rig.fanout.answerAtOnce = false;
        FakeExchange client = hold("a, b");
        respond("a", "early");
        rig.fanout.subscribed("a", new Subscribed(true, false, null));
        assertThat(client.response).isNull();
        rig.fanout.subscribed("b", new Subscribed(true, false, null));
        assertThat(client.body()).isEqualTo("early");
        assertOver();
    }

    @ParameterizedTest
    @EnumSource(names = {"CLOSE", "REFRESH"})
    void some_actions_do_nothing(Action action) {
        FakeExchange client = hold("a");
        rig.publish(Rig.response("a", null, null, action(action)));
        assertThat(client.response).isNull();
        assertThat(client.retries).isEmpty();
        respond("a", "x");
        assertThat(client.body()).isEqualTo("x");
    }

    @Test
    void a_hint_sends_the_request_again_at_once() {
        FakeExchange client = hold("a; prev-id=1, b; prev-id=\"x;y\", c");
        rig.publish(Rig.response("c", null, null, action(Action.HINT)));
        assertThat(client.retries).hasSize(1);
        assertThat(client.retries.get(0).all("Grip-Last")).containsExactly("a; last-id=1", "b; last-id=\"x;y\"");
        assertOver();
    }

    @Test
    void a_body_patch_changes_the_stored_body() {
        FakeExchange client = rig.accept("/p", "{\"n\":1}\n", "Grip-Hold", "response", "Grip-Channel", "a");
        rig.publish(Rig.response(
                "a",
                null,
                null,
                new Format.HttpResponse(
                        Action.SEND,
                        200,
                        "OK",
                        Headers.EMPTY,
                        null,
                        "[{\"op\":\"replace\",\"path\":\"/n\",\"value\":2}]",
                        null)));
        assertThat(client.body()).isEqualTo("{\"n\":2}\n");
    }

    @Test
    void a_body_patch_that_does_not_fit_leaves_an_empty_body() {
        FakeExchange client = hold("a");
        rig.publish(Rig.response(
                "a", null, null, new Format.HttpResponse(Action.SEND, 200, "OK", Headers.EMPTY, null, "[]", null)));
        assertThat(client.body()).isEmpty();
    }

    @Test
    void filters_work_on_published_bodies() {
        FakeExchange client = hold("a; filter=var-subst", "Grip-Set-Meta", "user=ann");
        respond("a", "%(who)s");
        assertThat(client.response)
                .as("never an empty body in place of a failed one")
                .isNull();
        assertThat(rig.drops(DropReason.FILTER_FAILED)).isEqualTo(1);
        respond("a", "hi %(user)s");
        assertThat(client.body()).isEqualTo("hi ann");
    }

    @Test
    void content_filters_must_match_and_debug_tells() {
        FakeExchange client = hold("a");
        FakeExchange debugging = rig.exchange("/d");
        debugging.debug = true;
        hold(debugging, "a");
        rig.publish(Rig.response(
                "a",
                null,
                null,
                new Format.HttpResponse(
                        Action.SEND, 200, "OK", Headers.EMPTY, "x".getBytes(UTF_8), null, List.of("build-id"))));
        assertThat(client.response).isNull();
        assertThat(debugging.failure).isEqualTo("content filter mismatch: subscription= message=build-id");
        assertThat(rig.drops(DropReason.CONTENT_FILTER_MISMATCH)).isEqualTo(2);
    }

    // Positions.

    @Test
    void an_item_that_follows_the_position_answers() {
        FakeExchange client = hold("a; prev-id=1");
        rig.publish(Rig.response("a", "2", "1", Rig.answer("two")));
        assertThat(client.body()).isEqualTo("two");
    }

    @Test
    void a_gap_sends_the_request_again_at_low_priority() {
        FakeExchange client = hold("a; prev-id=1");
        rig.publish(Rig.response("a", "3", "2", Rig.answer("three")));
        assertThat(client.response).isNull();
        assertThat(client.retries).isEmpty();
        rig.timers.advance(NextLoop.SETTLE_MILLIS + 100);
        assertThat(client.retries).hasSize(1);
        assertThat(client.response).isNull();
        assertThat(rig.drops(DropReason.OUT_OF_POSITION)).isEqualTo(1);
        assertOver();
    }

    @Test
    void items_that_the_origin_knew_already_are_passed_over() {
        FakeExchange client = hold("a; prev-id=2");
        rig.publish(Rig.response("a", "1", "0", Rig.answer("one")));
        rig.publish(Rig.response("a", "2", "1", Rig.answer("two")));
        rig.timers.advance(5000);
        assertThat(client.retries).isEmpty();
        rig.publish(Rig.response("a", "3", "2", Rig.answer("three")));
        assertThat(client.body()).isEqualTo("three");
    }

    @Test
    void a_last_id_other_than_the_position_sends_the_request_again_but_not_for_ever() {
        rig.answerFor("a", false, "2");
        FakeExchange client = hold("a; prev-id=1");
        assertThat(client.retries).as("at once").hasSize(1);
        assertThat(rig.sessions.retrying()).isEqualTo(1);
        assertThat(rig.fanout.log).as("it may be true").doesNotContain("forget a 2");
        // An origin whose ids are not the publisher's.
        hold(client, "a; prev-id=1");
        assertThat(rig.fanout.log).contains("forget a 2");
        assertThat(hold("a; prev-id=1").retries).as("later clients").isEmpty();
        rig.timers.advance(10_000);
        assertThat(client.retries).hasSize(1);
        assertThat(rig.sessions.retrying()).isZero();
        rig.timers.advance(10_000);
        assertThat(client.body()).isEqualTo("nothing\n");
    }

    @Test
    void an_answer_from_before_an_item_is_noticed_by_each_client_that_got_one() {
        rig.answerFor("a", false, "2");
        FakeExchange one = hold("a; prev-id=1");
        FakeExchange other = hold("a; prev-id=1");
        assertThat(one.retries).hasSize(1);
        assertThat(other.retries).hasSize(1);
        hold(one, "a; prev-id=2");
        hold(other, "a; prev-id=2");
        assertThat(hold("a; prev-id=1").retries).as("still known").hasSize(1);
        rig.timers.advance(10_000);
        assertThat(one.retries).hasSize(1);
        rig.publish(Rig.response("a", "3", "2", Rig.answer("three")));
        assertThat(one.body()).isEqualTo("three");
        assertThat(other.body()).isEqualTo("three");
    }

    @Test
    void a_gap_that_the_origin_knows_nothing_of_costs_one_request() {
        FakeExchange client = hold("a; prev-id=1");
        rig.publish(Rig.response("a", "x3", "x2", Rig.answer("three")));
        rig.timers.advance(NextLoop.SETTLE_MILLIS + 100);
        assertThat(client.retries).hasSize(1);
        rig.answerFor("a", false, "x3");
        hold(client, "a; prev-id=1");
        rig.timers.advance(5000);
        assertThat(client.retries).hasSize(1);
        assertThat(rig.fanout.log).contains("forget a x3");
    }

    /** A publisher with ids of its own that does not rest. */
    @Test
    void further_last_ids_are_asked_about_at_the_rate_of_updates() {
        rig.answerFor("a", false, "x0");
        FakeExchange client = hold("a; prev-id=1");
        assertThat(client.retries).hasSize(1);
        for (int i = 1; i <= 5; i++) {
            rig.answerFor("a", false, "x" + i);
            hold(client, "a; prev-id=1");
            assertThat(client.retries).as("not at once").hasSize(i);
            rig.timers.advance(100);
            assertThat(client.retries).hasSize(i + 1);
        }
        hold(client, "a; prev-id=1");
        rig.timers.advance(20_000);
        assertThat(client.retries).hasSize(6);
        assertThat(client.body()).isEqualTo("nothing\n");
    }

    @Test
    void a_first_subscription_sends_the_request_again_once() {
        rig.answerFor("a", true, null);
        FakeExchange client = hold("a");
        rig.timers.advance(1100);
        assertThat(client.retries).hasSize(1);
        hold(client, "a");
        rig.timers.advance(20_000);
        assertThat(client.retries).hasSize(1);
        assertThat(client.body()).isEqualTo("nothing\n");
    }

    @Test
    void the_recover_command_sends_requests_again_at_its_rate() {
        FakeExchange[] clients = new FakeExchange[120];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = hold("a");
        }
        rig.fanout.updateAll();
        rig.timers.advance(100);
        assertThat(clients).filteredOn(FakeExchange::retried).hasSize(UpdateLimiter.SESSIONS_PER_ACTION);
        rig.timers.advance(100);
        assertThat(clients).allMatch(FakeExchange::retried);
    }

    @Test
    void while_it_waits_for_its_turn_a_response_still_answers() {
        FakeExchange client = hold("a");
        rig.fanout.updateAll();
        respond("a", "in time");
        rig.timers.advance(1000);
        assertThat(client.body()).isEqualTo("in time");
        assertThat(client.retries).isEmpty();
    }

    // Questions.

    @Test
    void a_timeout_waits_for_the_answer_to_a_question() {
        FakeExchange passes = hold("a; filter=http-check", "Grip-Set-Meta", "url=/c");
        FakeExchange drops = hold("a; filter=http-check", "Grip-Set-Meta", "url=/c");
        rig.timers.advance(19_000);
        respond("a", "item");
        rig.timers.advance(2000);
        assertThat(passes.response).isNull();
        rig.origin.take().answer(200, "");
        rig.origin.take().answer(200, "", "Action", "drop");
        assertThat(passes.body()).isEqualTo("item");
        assertThat(drops.body()).isEqualTo("nothing\n");
        assertOver();
    }

    // The gone link.

    @Test
    void the_gone_link_is_posted_when_the_client_goes() {
        FakeExchange client = hold("a", "Grip-Link", "</gone>; rel=gone");
        client.clientGoes();
        FakeOrigin.Asked gone = rig.origin.take();
        assertThat(gone.request.method()).isEqualTo("POST");
        assertThat(gone.uri()).isEqualTo("http://client.example/gone");
        assertThat(gone.request.headers()).isEmpty();
        assertThat(gone.request.body()).isEmpty();
        assertOver();
        client.clientGoes();
        assertThat(rig.origin.waiting()).isZero();
    }

    @Test
    void a_retry_is_no_end_and_the_link_of_the_first_instruction_counts() {
        FakeExchange client = hold("a", "Grip-Link", "</gone1>; rel=gone");
        rig.publish(Rig.response("a", null, null, action(Action.HINT)));
        assertThat(rig.origin.waiting()).isZero();
        hold(client, "a", "Grip-Link", "</gone2>; rel=gone");
        assertThat(rig.origin.waiting()).isZero();
        respond("a", "x");
        assertThat(rig.origin.take().uri()).endsWith("/gone1");
        assertThat(rig.origin.waiting()).isZero();
    }

    @Test
    void a_client_that_goes_during_a_retry_or_is_answered_without_a_hold_has_gone_too() {
        FakeExchange goes = hold("a", "Grip-Link", "</goes>; rel=gone");
        FakeExchange answered = hold("a", "Grip-Link", "</answered>; rel=gone");
        FakeExchange whole = hold("a", "Grip-Link", "</whole>; rel=gone");
        rig.publish(Rig.response("a", null, null, action(Action.HINT)));
        goes.clientGoes();
        assertThat(rig.origin.take().uri()).endsWith("/goes");
        answered.answeredElsewhere();
        assertThat(rig.origin.take().uri()).endsWith("/answered");
        rig.accept(whole, "done", "Grip-Status", "201");
        assertThat(whole.response).extracting(GripResponse::status).isEqualTo(201);
        assertThat(rig.origin.take().uri()).endsWith("/whole");
        assertThat(rig.sessions.retrying()).isZero();
        answered.answeredElsewhere();
        goes.clientGoes();
        assertThat(rig.origin.waiting()).isZero();
    }

    // Neither hold nor next link.

    @Test
    void a_plain_instruction_answers_through_its_filters_and_meta() {
        FakeExchange client =
                rig.accept("/p", "at %(5)I", "Grip-Channel", "a; filter=build-id", "Grip-Set-Meta", "id_encoding=hex");
        assertThat(client.body()).isEqualTo("at 35");
        FakeExchange fails = rig.accept("/p", "%I", "Grip-Channel", "a; filter=build-id");
        assertThat(fails.failure).startsWith("Failed to parse accept instructions: filter error: build-id:");
        assertOver();
    }
}
