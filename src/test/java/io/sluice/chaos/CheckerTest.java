package io.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.chaos.Event.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** That the checker finds each kind of broken promise, and nothing where none is broken. */
class CheckerTest {
    private static final String CHANNEL = "c";
    private static final Set<Rule> ALL_BUT_CHAIN = EnumSet.complementOf(EnumSet.of(Rule.CHAIN));

    private final List<Event> history = new ArrayList<>();
    private long time;

    @Test
    void all_is_well() {
        head("s#1", false);
        head("t#1", false);
        publish("1", Outcome.ACCEPTED);
        publish("2", Outcome.UNCERTAIN);
        publish("2", Outcome.DUPLICATE);
        publish("3", Outcome.UNCERTAIN);
        publish("4", Outcome.REFUSED);
        deliver("s#1", "1", "2");
        deliver("t#1", "1", "2");
        assertThat(violations(ALL_BUT_CHAIN)).isEmpty();
    }

    @Test
    void two_who_disagree_on_the_order() {
        publish("1", Outcome.UNCERTAIN);
        publish("2", Outcome.UNCERTAIN);
        head("s#1", false);
        head("t#1", false);
        deliver("s#1", "1", "2");
        deliver("t#1", "2", "1");
        assertThat(violations(ALL_BUT_CHAIN))
                .containsExactly("ORDER on c: s#1 has 1 before 2, t#1 the other way round");
    }

    @Test
    void three_who_disagree_together() {
        for (String id : List.of("1", "2", "3")) {
            publish(id, Outcome.UNCERTAIN);
        }
        for (String life : List.of("s#1", "t#1", "u#1")) {
            head(life, false);
        }
        deliver("s#1", "1", "2");
        deliver("t#1", "2", "3");
        deliver("u#1", "3", "1");
        assertThat(violations(EnumSet.of(Rule.ORDER)))
                .containsExactly("ORDER on c: no order fits all: the items go round in a circle");
    }

    @Test
    void an_item_that_comes_behind_a_later_one() {
        head("s#1", false);
        publish("1", Outcome.ACCEPTED);
        publish("2", Outcome.ACCEPTED);
        deliver("s#1", "2", "1");
        assertThat(violations(ALL_BUT_CHAIN))
                .containsExactly(
                        "REAL_TIME on c: s#1 has 2 before 1, which was accepted before the other was published");
    }

    @Test
    void an_item_that_waited_for_its_predecessor_may_come_late() {
        head("s#1", false);
        publish("2", Outcome.WAITING);
        publish("1", Outcome.ACCEPTED);
        deliver("s#1", "1", "2");
        assertThat(violations(ALL_BUT_CHAIN)).isEmpty();
    }

    @Test
    void an_item_twice_on_one_connection() {
        head("s#1", false);
        publish("1", Outcome.UNCERTAIN);
        publish("1", Outcome.ACCEPTED);
        deliver("s#1", "1", "1");
        assertThat(violations(ALL_BUT_CHAIN)).containsExactly("ONCE on c: s has 1 again");
        assertThat(violations(Set.of()))
                .as("it was published twice, and no more is promised")
                .isEmpty();
    }

    @Test
    void an_item_again_after_a_reconnect() {
        head("s#1", false);
        publish("1", Outcome.UNCERTAIN);
        publish("1", Outcome.ACCEPTED);
        deliver("s#1", "1");
        end("s#1");
        head("s#2", false);
        deliver("s#2", "1");
        assertThat(violations(ALL_BUT_CHAIN)).containsExactly("ONCE on c: s has 1 again");
    }

    @Test
    void more_often_than_published_is_wrong_whatever_is_promised() {
        head("s#1", false);
        publish("1", Outcome.ACCEPTED);
        deliver("s#1", "1", "1");
        assertThat(violations(Set.of()))
                .containsExactly("NOTHING_ELSE on c: s has 1 2 times, published at most 1 times");
    }

    @Test
    void refused_and_unheard_of_items() {
        head("s#1", false);
        publish("1", Outcome.REFUSED);
        deliver("s#1", "1", "0");
        assertThat(violations(Set.of()))
                .containsExactlyInAnyOrder(
                        "NOTHING_ELSE on c: s has 1 1 times, published at most 0 times",
                        "NOTHING_ELSE on c: s has 0 1 times, published never");
    }

    @Test
    void what_was_accepted_after_the_head_is_lacking() {
        publish("0", Outcome.ACCEPTED);
        head("s#1", false);
        publish("1", Outcome.ACCEPTED);
        publish("2", Outcome.ACCEPTED);
        deliver("s#1", "1");
        assertThat(violations(ALL_BUT_CHAIN)).containsExactly("NO_LOSS on c: s#1 lacks [2]");
    }

    @Test
    void what_others_have_is_lacking_though_nobody_was_told_that_it_was_accepted() {
        head("s#1", false);
        head("t#1", false);
        publish("1", Outcome.UNCERTAIN);
        deliver("t#1", "1");
        assertThat(violations(ALL_BUT_CHAIN)).containsExactly("NO_LOSS on c: s#1 lacks [1]");
    }

    @Test
    void a_connection_that_ended_needs_no_more_but_has_no_hole() {
        head("s#1", false);
        publish("1", Outcome.ACCEPTED);
        publish("2", Outcome.ACCEPTED);
        publish("3", Outcome.ACCEPTED);
        deliver("s#1", "2");
        end("s#1");
        assertThat(violations(ALL_BUT_CHAIN)).containsExactly("NO_LOSS on c: s#1 ended with holes at [1]");
    }

    @Test
    void a_hole_that_only_another_one_shows() {
        head("s#1", false);
        head("t#1", false);
        publish("1", Outcome.UNCERTAIN);
        publish("2", Outcome.UNCERTAIN);
        deliver("s#1", "2");
        deliver("t#1", "1", "2");
        end("s#1");
        end("t#1");
        assertThat(violations(ALL_BUT_CHAIN)).containsExactly("NO_LOSS on c: s#1 ended with holes at [1]");
    }

    @Test
    void a_reconnect_that_resumes_owes_what_came_between() {
        head("s#1", false);
        publish("1", Outcome.ACCEPTED);
        deliver("s#1", "1");
        end("s#1");
        publish("2", Outcome.ACCEPTED);
        head("s#2", true);
        publish("3", Outcome.ACCEPTED);
        deliver("s#2", "3");
        assertThat(violations(ALL_BUT_CHAIN)).containsExactly("NO_LOSS on c: s#1+s#2 lacks [2]");
    }

    @Test
    void a_reconnect_that_does_not_resume_owes_nothing_of_before() {
        head("s#1", false);
        end("s#1");
        publish("2", Outcome.ACCEPTED);
        head("s#2", false);
        assertThat(violations(ALL_BUT_CHAIN)).isEmpty();
    }

    @Test
    void a_gap_that_was_told_forgives_what_was_published_before_it_only() {
        head("s#1", false);
        publish("1", Outcome.ACCEPTED);
        history.add(new Event.GapTold(++time, "s#1", CHANNEL, "home lost"));
        publish("2", Outcome.ACCEPTED);
        assertThat(violations(ALL_BUT_CHAIN)).containsExactly("NO_LOSS on c: s#1 lacks [2]");
    }

    @Test
    void a_chain_with_a_hole() {
        for (String id : List.of("7", "8", "9", "10")) {
            publish(id, Outcome.UNCERTAIN);
        }
        head("s#1", false);
        deliver("s#1", "7", "8", "10");
        head("t#1", false);
        deliver("t#1", "9", "10");
        assertThat(violations(EnumSet.of(Rule.CHAIN))).containsExactly("CHAIN on c: s#1 has 10 behind 8");
    }

    @Test
    void two_connections_of_one_client() {
        claim("a#1", "ann");
        claim("b#1", "bob");
        end("a#1");
        claim("a#2", "ann");
        claim("a#3", "ann");
        end("a#2");
        assertThat(new ClaimCheck(Duration.ZERO)
                        .check(history).stream().map(Violation::toString).toList())
                .containsExactly("SINGLE_CLAIM on ann: a#3 opened while a#2 was open");
        assertThat(new ClaimCheck(Duration.ofNanos(1)).check(history))
                .as("within the tolerance")
                .isEmpty();
    }

    @Test
    void a_first_connection_that_outlives_a_second() {
        claim("a#1", "ann");
        claim("a#2", "ann");
        end("a#2");
        claim("a#3", "ann");
        assertThat(new ClaimCheck(Duration.ofNanos(1)).check(history)).hasSize(2);
    }

    @Test
    void the_evidence_names_what_happened() {
        head("s#1", false);
        history.add(new Event.Note(++time, "kill b"));
        publish("1", Outcome.ACCEPTED);
        List<Violation> violations = new Checker(channel -> ALL_BUT_CHAIN).check(history);
        assertThat(Evidence.first(violations, history))
                .contains(
                        "NO_LOSS on c: s#1 lacks [1]", "s#1 subscribed on n", "--- kill b", "publish 1 on n: ACCEPTED");
    }

    private List<String> violations(Set<Rule> promised) {
        return new Checker(channel -> promised)
                .check(history).stream().map(Violation::toString).toList();
    }

    private void publish(String id, Outcome outcome) {
        long begin = ++time;
        history.add(new Event.Published(begin, ++time, CHANNEL, id, "n", outcome));
    }

    private void head(String life, boolean resumes) {
        subscribe(life, resumes, null);
    }

    private void claim(String life, String client) {
        subscribe(life, false, client);
    }

    private void subscribe(String life, boolean resumes, @Nullable String client) {
        String subscriber = life.substring(0, life.indexOf('#'));
        history.add(new Event.Subscribed(++time, life, subscriber, Set.of(CHANNEL), "n", resumes, client));
    }

    private void deliver(String life, String... ids) {
        for (String id : ids) {
            history.add(new Event.Delivered(++time, life, CHANNEL, id));
        }
    }

    private void end(String life) {
        history.add(new Event.Ended(++time, life, "cut"));
    }
}
