package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.fanout.Subscribed;
import io.sluice.grip.Action;
import io.sluice.grip.GripResponse;
import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StreamSessionTest {
    private final Rig rig = new Rig();

    @Test
    void sends_head_and_body_and_then_what_is_published() {
        FakeExchange client =
                rig.accept("/a", "open\n", "Content-Type", "text/plain", "Grip-Hold", "stream", "Grip-Channel", "a");
        rig.stream("a", null, null, "one\n");
        rig.stream("b", null, null, "other\n");
        rig.stream("a", null, null, "two\n");

        assertThat(client.head).isEqualTo("200 OK [Header[name=Content-Type, value=text/plain]]");
        assertThat(client.sink.text()).isEqualTo("open\none\ntwo\n");
        assertThat(client.sink.shared).as("items sent as their shared bytes").isEqualTo(2);
        assertThat(rig.count(Counter.DELIVERIES)).isEqualTo(2);
        assertThat(rig.level(Gauge.STREAM_HOLDS)).isEqualTo(1);
    }

    @Test
    void subscribes_before_it_answers_and_keeps_what_comes_meanwhile() {
        rig.fanout.answerAtOnce = false;
        FakeExchange client = rig.accept("/a", "open\n", "Grip-Hold", "stream", "Grip-Channel", "a, b");
        rig.stream("a", null, null, "early\n");
        rig.fanout.subscribed("a", new Subscribed(true, false, null));
        assertThat(client.head).isNull();

        rig.fanout.subscribed("b", new Subscribed(true, false, null));
        assertThat(client.head).startsWith("200 OK");
        assertThat(client.sink.text()).isEqualTo("open\nearly\n");
    }

    @Test
    void a_client_that_goes_leaves_nothing_behind() {
        FakeExchange client = rig.accept(
                "/a",
                "",
                "Grip-Hold",
                "stream",
                "Grip-Channel",
                "a; prev-id=1",
                "Grip-Link",
                "</next>; rel=next; timeout=10, </gone?x=1>; rel=gone",
                "Grip-Keep-Alive",
                "k; timeout=10");
        client.clientGoes();

        assertThat(rig.fanout.subscriptions).isEmpty();
        assertThat(rig.level(Gauge.STREAM_HOLDS)).isZero();
        assertThat(rig.timers.pending()).isZero();
        FakeOrigin.Asked gone = rig.origin.take();
        assertThat(gone.request.method()).isEqualTo("POST");
        assertThat(gone.uri()).isEqualTo("http://client.example/gone?x=1");
        assertThat(rig.origin.waiting()).isZero();
    }

    @Test
    void a_close_ends_the_response_properly() {
        FakeExchange client = rig.accept("/a", "", "Grip-Hold", "stream", "Grip-Channel", "a");
        rig.publish(Rig.streamAction("a", Action.CLOSE, Map.of()));
        rig.stream("a", null, null, "late\n");

        assertThat(client.sink.ended).isTrue();
        assertThat(client.sink.text()).isEmpty();
        assertThat(rig.fanout.subscriptions).isEmpty();
        assertThat(rig.level(Gauge.STREAM_HOLDS)).isZero();
    }

    @Test
    void a_closing_node_ends_the_response_so_that_the_client_comes_back() {
        FakeExchange client =
                rig.accept("/a", "open", "Grip-Hold", "stream", "Grip-Channel", "a", "Grip-Link", "</gone>; rel=gone");
        client.nodeCloses();
        client.nodeCloses();

        assertThat(client.sink.text()).isEqualTo("open");
        assertThat(client.sink.aborted).isFalse();
        assertThat(client.sink.ended).isTrue();
        assertThat(rig.fanout.subscriptions).isEmpty();
        assertThat(rig.level(Gauge.STREAM_HOLDS)).isZero();
        assertThat(rig.origin.take().uri()).endsWith("/gone");
    }

    @Test
    void an_event_stream_is_told_when_to_come_back_where_a_line_may_stand() {
        String[] events = {
            "Grip-Hold", "stream", "Grip-Channel", "a", "Content-Type", "text/event-stream; charset=utf-8"
        };
        FakeExchange whole = rig.accept("/a", "data: 1\n\n", events);
        FakeExchange begun = rig.accept("/b", "", events);
        rig.stream("a", null, null, "data: 2\n");
        FakeExchange midway = rig.accept("/c", "data: half", events);
        FakeExchange other = rig.accept("/d", "x\n", "Grip-Hold", "stream", "Grip-Channel", "a");
        List.of(whole, begun, midway, other).forEach(FakeExchange::nodeCloses);

        assertThat(whole.sink.text()).matches("data: 1\n\ndata: 2\nretry: [0-9]+\n");
        assertThat(begun.sink.text()).matches("data: 2\nretry: [0-9]+\n");
        assertThat(midway.sink.text()).isEqualTo("data: half");
        assertThat(other.sink.text()).isEqualTo("x\n");
        assertThat(whole.sink.ended && begun.sink.ended && midway.sink.ended && other.sink.ended)
                .isTrue();
        assertThat(rig.stats.value(Counter.HOLDS_DRAINED)).isEqualTo(4);
    }

    @Test
    void a_closing_node_lets_a_page_that_has_begun_come_to_its_end() {
        String[] hold = {"Grip-Hold", "stream", "Grip-Channel", "a; prev-id=1", "Grip-Link", "</n>; rel=next"};
        FakeExchange client = rig.accept("/a", "", "Grip-Link", "</n>; rel=next");
        FakeOrigin.Asked page = rig.origin.take();
        FakeOrigin.Answer part = page.head(200, hold);
        part.push("first ");
        client.nodeCloses();
        assertThat(client.sink.open()).isTrue();
        part.push("second ");
        part.end();
        assertThat(client.sink.text()).isEqualTo("first second ");
        assertThat(client.sink.ended).isTrue();
        assertThat(rig.fanout.subscriptions).isEmpty();
        assertThat(rig.timers.pending()).isZero();
    }

    @Test
    void a_closing_node_gives_out_what_waits_and_gives_up_a_fetch() {
        FakeExchange client = rig.accept(
                "/a", "", "Grip-Hold", "stream", "Grip-Channel", "a; prev-id=1, b", "Grip-Link", "</n>; rel=next");
        rig.publish(Rig.streamAction("b", Action.HINT, Map.of()));
        FakeOrigin.Asked fetch = rig.origin.take();
        rig.stream("a", "2", "1", "2 ");
        rig.stream("b", null, null, "b ");
        rig.stream("a", "4", "3", "4 ");
        assertThat(client.sink.text()).isEmpty();
        client.nodeCloses();
        assertThat(client.sink.text()).as("4 does not follow").isEqualTo("2 b ");
        assertThat(client.sink.ended).isTrue();
        assertThat(rig.timers.pending()).isZero();
        fetch.answer(200, "too late");
        assertThat(client.sink.text()).isEqualTo("2 b ");
    }

    @Test
    void a_closing_node_waits_for_the_answer_to_a_question() {
        FakeExchange client = rig.accept(
                "/a", "", "Grip-Hold", "stream", "Grip-Channel", "a; filter=http-check", "Grip-Set-Meta", "url=/c");
        rig.stream("a", null, null, "one ");
        rig.stream("a", null, null, "two ");
        client.nodeCloses();
        assertThat(client.sink.open()).isTrue();
        rig.origin.take().answer(200, "");
        rig.origin.take().answer(200, "");
        assertThat(client.sink.text()).isEqualTo("one two ");
        assertThat(client.sink.ended).isTrue();
    }

    @Test
    void a_closing_node_ends_a_stream_that_is_not_subscribed_yet() {
        rig.fanout.answerAtOnce = false;
        FakeExchange client = rig.accept("/a", "open", "Grip-Hold", "stream", "Grip-Channel", "a");
        client.nodeCloses();
        assertThat(client.sink.text()).isEqualTo("open");
        assertThat(client.sink.ended).isTrue();
        rig.fanout.subscribed("a", new Subscribed(true, false, null));
        assertThat(rig.level(Gauge.STREAM_HOLDS)).isZero();
    }

    @Test
    void goes_on_with_a_response_that_was_too_large_to_keep() {
        FakeExchange client = rig.exchange("/a");
        client.sink.write("large ".getBytes(UTF_8));
        rig.sessions.acceptSent(
                client,
                Rig.instruction("", "Grip-Hold", "stream", "Grip-Channel", "a", "Grip-Link", "</gone>; rel=gone"),
                client.sink);
        rig.stream("a", null, null, "item");
        assertThat(client.head).as("sent before").isNull();
        assertThat(client.sink.text()).isEqualTo("large item");
        client.clientGoes();
        assertThat(rig.origin.take().uri()).endsWith("/gone");
        assertThat(rig.fanout.subscriptions).isEmpty();
    }

    @Test
    void who_is_displaced_gets_the_farewell_and_the_end() {
        FakeExchange client = rig.accept("/a", "open\n", "Grip-Hold", "stream", "Grip-Channel", "a");
        client.displaced(ClaimLoss.NEWER_CONNECTION, "bye\n");
        assertThat(client.sink.text()).isEqualTo("open\nbye\n");
        assertThat(client.sink.open()).isFalse();
        assertThat(rig.fanout.subscriptions).isEmpty();
        assertThat(rig.level(Gauge.STREAM_HOLDS)).isZero();
        client.displaced(ClaimLoss.NEWER_CONNECTION, "bye\n");
        assertThat(client.sink.text()).isEqualTo("open\nbye\n");
    }

    @Test
    void who_is_displaced_before_the_head_gets_an_answer_that_says_so() {
        rig.fanout.answerAtOnce = false;
        FakeExchange client = rig.accept("/a", "open\n", "Grip-Hold", "stream", "Grip-Channel", "a");
        client.displaced(ClaimLoss.NEWER_CONNECTION, "bye\n");
        assertThat(client.head).isNull();
        GripResponse told = requireNonNull(client.response);
        assertThat(told.status()).isEqualTo(204);
        assertThat(told.headers().first("Sluice-Displaced")).isEqualTo("newer-connection");
    }

    @Test
    void a_farewell_swallows_the_event_that_it_meets_half_way() {
        String wire =
                "id: 7\ndata: one\n\nid: 8\ndata: tw" + new String(ClaimLoss.NEWER_CONNECTION.farewell(35), UTF_8);
        String[] events = wire.split("\n\n");
        assertThat(events).hasSize(2);
        assertThat(events[1].split("\n"))
                .containsExactly(
                        "id: 8",
                        "data: tw",
                        "event: sluice-displaced",
                        "id: sluice-displaced.z",
                        "data: {\"reason\":\"newer-connection\"}");
        assertThat(ClaimLoss.CLUSTER_DIVIDED.farewell(35)).isEmpty();
    }
}
