package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.Route;
import io.sluice.grip.Headers;
import io.sluice.grip.Instruction;
import io.sluice.origin.ClientUri;
import io.sluice.stats.Counter;
import io.sluice.stats.Stats;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NextFetchesTest {
    private static final Route ROUTE = Rig.route("", Rig.TARGET);
    private static final Route SAME_LINE_RELOADED = Rig.route("", Rig.TARGET);

    private final FakeOrigin origin = new FakeOrigin();
    private final Stats stats = new Stats();
    private final NextFetches fetches = new NextFetches(origin, stats, 10);

    private static final class Heard implements NextListener {
        final List<String> events = new ArrayList<>();

        @Override
        public void head(Instruction instruction, long stamp) {
            events.add("head@" + stamp);
        }

        @Override
        public void body(byte[] bytes) {
            events.add(new String(bytes, UTF_8));
        }

        @Override
        public void end() {
            events.add("end");
        }

        @Override
        public void failed(String message, boolean again) {
            events.add((again ? "again: " : "never: ") + message);
        }

        @Override
        public void tooLargeToShare() {
            events.add("alone");
        }
    }

    private static NextRequest request(
            String path, Headers lastIds, Route route, String sessionAuthority, String peer) {
        return new NextRequest(
                new ClientUri("http", "a", path),
                lastIds,
                route,
                new ClientUri("http", sessionAuthority, "/"),
                peer,
                false);
    }

    private static NextRequest request(String path) {
        return request(path, Headers.EMPTY, ROUTE, "a", "p");
    }

    private Heard fetch(NextRequest request, long notBefore) {
        var heard = new Heard();
        fetches.fetch(request, notBefore, heard);
        return heard;
    }

    private Heard fetch(NextRequest request) {
        return fetch(request, 0);
    }

    @Test
    void a_coded_answer_is_refused() {
        Heard heard = fetch(request("/n"));
        origin.take().answer(200, "\u001f\u008b", "Content-Encoding", "gzip");
        assertThat(heard.events).containsExactly("never: next link answered with Content-Encoding 'gzip'");
    }

    @Test
    void equal_requests_share_one_answer() {
        Heard first = fetch(request("/n?u=1"));
        Heard second = fetch(request("/n?u=1", Headers.EMPTY, ROUTE, "a", "another peer"));
        FakeOrigin.Asked asked = origin.take();
        assertThat(origin.waiting()).isZero();

        FakeOrigin.Answer answer = asked.head(200, "Grip-Hold", "stream");
        answer.push("ab");
        assertThat(first.events).as("the first gets it as it comes").containsExactly("head@1", "ab");
        assertThat(second.events).isEmpty();
        answer.push("cd");
        answer.end();
        assertThat(first.events).containsExactly("head@1", "ab", "cd", "end");
        assertThat(second.events).containsExactly("head@1", "ab", "cd", "end");
        assertThat(stats.value(Counter.NEXT_FETCHES)).isEqualTo(1);
        assertThat(stats.value(Counter.NEXT_FETCHES_MERGED)).isEqualTo(1);
    }

    @Test
    void any_difference_that_the_origin_could_see_keeps_requests_apart() {
        Headers at1 = Headers.of("Grip-Last", "c; last-id=1");
        fetch(request("/n?u=1", at1, ROUTE, "a", "p"));
        fetch(request("/n?u=2", at1, ROUTE, "a", "p"));
        fetch(request("/n?u=1", Headers.of("Grip-Last", "c; last-id=2"), ROUTE, "a", "p"));
        fetch(request("/n?u=1", Headers.EMPTY, ROUTE, "a", "p"));
        fetch(request("/n?u=1", at1, SAME_LINE_RELOADED, "a", "p"));
        fetch(request("/n?u=1", at1, ROUTE, "b", "p"));
        fetch(new NextRequest(
                new ClientUri("http", "a", "/n?u=1"), at1, ROUTE, new ClientUri("http", "a", "/"), "p", true));
        assertThat(origin.waiting()).isEqualTo(7);
        assertThat(stats.value(Counter.NEXT_FETCHES_MERGED)).isZero();
    }

    @Test
    void a_complete_response_is_not_joined() {
        fetch(request("/n"));
        origin.take().answer(200, "x");
        fetch(request("/n"));
        assertThat(origin.waiting()).isEqualTo(1);
    }

    @Test
    void one_who_needs_a_later_answer_does_not_join_an_earlier_request() {
        fetch(request("/n"));
        assertThat(fetches.clock()).isEqualTo(1);
        Heard later = fetch(request("/n"), 2);
        assertThat(origin.waiting()).isEqualTo(2);
        Heard third = fetch(request("/n"), 2);
        assertThat(origin.waiting()).as("but its own can be joined").isEqualTo(2);

        origin.take().answer(200, "old");
        origin.take().answer(200, "new");
        assertThat(later.events).containsExactly("head@2", "new", "end");
        assertThat(third.events).isEqualTo(later.events);
    }

    @Test
    void a_large_response_goes_on_for_the_first_alone() {
        var first = new Heard();
        NextFetch.Place place = fetches.fetch(request("/n"), 0, first);
        Heard second = fetch(request("/n"));
        FakeOrigin.Answer answer = origin.take().head(200);
        place.pause();
        answer.push("12345");
        assertThat(first.events).as("small responses come in spite of a pause").containsExactly("head@1", "12345");
        answer.push("678901");
        assertThat(second.events).containsExactly("alone");
        assertThat(answer.paused).as("from now on the first one's pace rules").isTrue();
        fetch(request("/n"));
        assertThat(origin.waiting()).as("closed to others").isEqualTo(1);

        answer.push("rest");
        assertThat(first.events).hasSize(3);
        place.resume();
        answer.end();
        assertThat(first.events).containsExactly("head@1", "12345", "678901", "rest", "end");
    }

    @Test
    void when_the_first_leaves_the_others_get_all_and_the_next_leads_a_large_one() {
        var first = new Heard();
        NextFetch.Place place = fetches.fetch(request("/n"), 0, first);
        Heard second = fetch(request("/n"));
        Heard third = fetch(request("/n"));
        FakeOrigin.Answer answer = origin.take().head(200);
        answer.push("12345");
        place.cancel();
        assertThat(answer.cancelled).isFalse();
        answer.push("678901");
        answer.end();
        assertThat(first.events).containsExactly("head@1", "12345");
        assertThat(second.events).containsExactly("head@1", "12345", "678901", "end");
        assertThat(third.events).containsExactly("alone");
    }

    @Test
    void when_all_leave_the_request_is_given_up() {
        NextFetch.Place place = fetches.fetch(request("/n"), 0, new Heard());
        FakeOrigin.Asked asked = origin.take();
        place.cancel();
        asked.head(200);
        assertThat(asked.cancelled()).isTrue();
        fetch(request("/n"));
        assertThat(origin.waiting()).isEqualTo(1);
    }

    @Test
    void failures_reach_all_who_wait() {
        Heard refused = fetch(request("/a"));
        Heard alsoRefused = fetch(request("/a"));
        Heard status = fetch(request("/b"));
        Heard cut = fetch(request("/c"));
        Heard bad = fetch(request("/d"));
        origin.take().fail("refused");
        origin.take().head(503);
        FakeOrigin.Answer half = origin.take().head(200);
        half.push("ha");
        half.cut();
        FakeOrigin.Asked wrong = origin.take();
        wrong.head(200, "Grip-Hold", "forever");

        assertThat(refused.events).containsExactly("again: refused");
        assertThat(alsoRefused.events).isEqualTo(refused.events);
        assertThat(status.events).containsExactly("again: next link answered 503");
        assertThat(cut.events).containsExactly("head@3", "ha", "again: cut short");
        assertThat(bad.events).containsExactly("never: Grip-Hold must be set to either 'response' or 'stream'");
        assertThat(wrong.cancelled()).isTrue();
    }

    @Test
    void json_instructions_are_read_from_the_body() {
        Heard heard = fetch(request("/j"));
        Heard large = fetch(request("/k"));
        String[] json = {"Content-Type", "application/grip-instruct"};
        origin.take().answer(200, "{\"a\":1}", json);
        origin.take().answer(200, "{\"response\":{}}", json);
        assertThat(heard.events).containsExactly("head@1", "end");
        assertThat(large.events).containsExactly("never: GRIP instruct response too large from origin.example:80");
    }
}
