package io.sluice.claim;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.claim.ClaimAnswer.Verdict;
import io.sluice.claim.ClaimState.Change;
import io.sluice.grip.ClientPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClaimStateTest {
    private static final List<String> NONE_GONE = List.of();
    private static final ClientPolicy TWO = new ClientPolicy(2, false);

    private static Claim claim(String node, String connection) {
        return new Claim(0, node, node + "#1", connection, 7);
    }

    private static Change take(ClaimState state, String node, String connection, ClientPolicy policy) {
        return state.take(claim(node, connection), policy, NONE_GONE, 1);
    }

    private static List<String> connections(List<Claim> claims) {
        return claims.stream().map(Claim::connection).toList();
    }

    @Test
    void the_first_claim_stands_with_a_token_of_the_time() {
        Change change = ClaimState.NONE.take(claim("a", "c1"), ClientPolicy.NEWEST, NONE_GONE, 1000);
        assertThat(change.answer()).isEqualTo(new ClaimAnswer(Verdict.TAKEN, 1000L << 16, List.of()));
        assertThat(change.after().holders()).containsExactly(new Claim(1000L << 16, "a", "a#1", "c1", 7));
    }

    @Test
    void tokens_grow_though_the_clock_goes_back() {
        ClaimState first = ClaimState.NONE
                .take(claim("a", "c1"), ClientPolicy.NEWEST, NONE_GONE, 1000)
                .after();
        Change second = first.take(claim("b", "c2"), ClientPolicy.NEWEST, NONE_GONE, 10);
        assertThat(second.answer().token()).isEqualTo((1000L << 16) + 1);
        ClaimState released = second.after().release("c2", 0).release("c1", 0);
        assertThat(released.vacant()).isTrue();
        assertThat(take(released, "a", "c3", ClientPolicy.NEWEST).answer().token())
                .isEqualTo((1000L << 16) + 2);
    }

    @Test
    void who_gave_way_is_told_to_all_who_follow_until_it_is_closed() {
        ClaimState one = take(ClaimState.NONE, "a", "c1", ClientPolicy.NEWEST).after();
        Change two = take(one, "b", "c2", ClientPolicy.NEWEST);
        assertThat(connections(two.answer().others())).containsExactly("c1");
        Change three = take(two.after(), "a", "c3", ClientPolicy.NEWEST);
        assertThat(connections(three.answer().others())).containsExactly("c1", "c2");
        assertThat(connections(three.after().holders())).containsExactly("c3");
        ClaimState closed = three.after().release("c1", 0);
        assertThat(connections(
                        take(closed, "a", "c4", ClientPolicy.NEWEST).answer().others()))
                .containsExactly("c2", "c3");
    }

    @Test
    void the_same_claim_twice_is_one() {
        ClaimState one = take(ClaimState.NONE, "a", "c1", ClientPolicy.NEWEST).after();
        Change two = take(one, "b", "c2", ClientPolicy.NEWEST);
        Change again = take(two.after(), "b", "c2", ClientPolicy.NEWEST);
        assertThat(again.after()).isEqualTo(two.after());
        assertThat(again.answer()).isEqualTo(two.answer());
        ClaimState three = take(two.after(), "a", "c3", ClientPolicy.NEWEST).after();
        Change late = take(three, "b", "c2", ClientPolicy.NEWEST);
        assertThat(late.answer().verdict()).isEqualTo(Verdict.DISPLACED);
        assertThat(late.answer().token()).isEqualTo(two.answer().token());
        assertThat(late.after()).isEqualTo(three);
    }

    @Test
    void the_oldest_stays_for_as_long_as_it_lives() {
        ClaimState one = take(ClaimState.NONE, "a", "c1", ClientPolicy.OLDEST).after();
        Change two = take(one, "b", "c2", ClientPolicy.OLDEST);
        assertThat(two.answer().verdict()).isEqualTo(Verdict.REFUSED);
        assertThat(connections(two.answer().others())).containsExactly("c1");
        assertThat(two.after()).isEqualTo(one);
        Change dead = one.take(claim("b", "c2"), ClientPolicy.OLDEST, List.of("a#1"), 1);
        assertThat(dead.answer().verdict()).isEqualTo(Verdict.TAKEN);
        assertThat(dead.answer().others()).isEmpty();
    }

    @Test
    void the_third_of_two_displaces_the_oldest() {
        ClaimState two = take(take(ClaimState.NONE, "a", "c1", TWO).after(), "b", "c2", TWO)
                .after();
        assertThat(two.leaving()).isEmpty();
        Change three = take(two, "a", "c3", TWO);
        assertThat(connections(three.after().holders())).containsExactly("c2", "c3");
        assertThat(connections(three.answer().others())).containsExactly("c1");
        assertThat(take(three.after(), "a", "c4", ClientPolicy.NEWEST).after().holders())
                .as("a policy with less room")
                .hasSize(1);
    }

    @Test
    void a_release_takes_its_own_token_only() {
        ClaimState one = take(ClaimState.NONE, "a", "c1", ClientPolicy.NEWEST).after();
        assertThat(one.release("c1", one.lastToken() - 1)).isSameAs(one);
        assertThat(one.release("c2", one.lastToken())).isSameAs(one);
        ClaimState released = one.release("c1", one.lastToken());
        assertThat(released.vacant()).isTrue();
        assertThat(released.lastToken()).isEqualTo(one.lastToken());
    }

    @Test
    void a_claim_that_the_store_lost_is_put_back_unless_a_newer_one_stands() {
        ClaimState one = take(ClaimState.NONE, "a", "c1", ClientPolicy.NEWEST).after();
        Claim own = one.holders().get(0);
        assertThat(one.stand(own, 1, NONE_GONE).after()).isEqualTo(one);
        Change lost = ClaimState.NONE.stand(own, 1, NONE_GONE);
        assertThat(lost.after()).isEqualTo(one);
        assertThat(lost.answer().verdict()).isEqualTo(Verdict.TAKEN);
        ClaimState newer = ClaimState.NONE
                .take(claim("b", "c2"), ClientPolicy.NEWEST, NONE_GONE, 2)
                .after();
        Change late = newer.stand(own, 1, NONE_GONE);
        assertThat(late.answer().verdict()).isEqualTo(Verdict.DISPLACED);
        assertThat(late.after()).isEqualTo(newer);
        ClaimState older = new ClaimState(5, 1, List.of(new Claim(5, "b", "b#1", "c2", 1)), List.of());
        Change higher = older.stand(own, 1, NONE_GONE);
        assertThat(connections(higher.after().holders())).containsExactly("c1");
        assertThat(connections(higher.answer().others())).containsExactly("c2");
    }

    @Test
    void when_a_divided_cluster_comes_together_the_highest_token_stands() {
        ClaimState left = new ClaimState(9, 1, List.of(new Claim(9, "a", "a#1", "c1", 1)), List.of());
        ClaimState right = new ClaimState(
                8, 1, List.of(new Claim(8, "b", "b#1", "c2", 1)), List.of(new Claim(4, "b", "b#1", "c0", 1)));
        ClaimState merged = left.merge(right);
        assertThat(merged).isEqualTo(right.merge(left)).isEqualTo(merged.merge(left));
        assertThat(connections(merged.holders())).containsExactly("c1");
        assertThat(connections(merged.leaving())).containsExactly("c0", "c2");
        assertThat(merged.lastToken()).isEqualTo(9);
    }
}
