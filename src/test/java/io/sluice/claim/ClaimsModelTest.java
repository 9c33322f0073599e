package io.sluice.claim;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.claim.ClaimAnswer.Verdict;
import io.sluice.grip.ClientPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/**
 * Connections of one client on three nodes that claim, are evicted, close and die in any order, with messages that are late, lost or come
 * twice: a model of what {@code proxy.ConnectionClaim} does, one step at a time.
 */
class ClaimsModelTest {
    private enum Life {
        /** The store may have its claim; it has not heard. */
        ASKED,
        /** It waits for those that it displaced. */
        CLEARING,
        HELD,
        OVER,
    }

    private static final class Connection {
        final Claim wanted;
        final int node;
        Life life = Life.ASKED;
        long token;
        long evictedBelow = -1;
        final List<Claim> toClose = new ArrayList<>();

        @Nullable
        ClaimAnswer answer;

        Connection(Claim wanted, int node) {
            this.wanted = wanted;
            this.node = node;
        }
    }

    private static final class World {
        final Random random;
        final ClientPolicy policy;
        final List<Connection> connections = new ArrayList<>();
        final List<Runnable> late = new ArrayList<>();
        final int[] starts = new int[3];
        final List<String> gone = new ArrayList<>();
        ClaimState store = ClaimState.NONE;
        long clock = 1000;
        int made;

        World(long seed, ClientPolicy policy) {
            this.random = new Random(seed);
            this.policy = policy;
        }

        void step() {
            clock += random.nextInt(2);
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> connect();
                case 3, 4 -> ask();
                case 5, 6 -> hear();
                case 7, 8 -> evict();
                case 9 -> close();
                case 10 -> runLate();
                default -> {
                    if (random.nextInt(6) == 0) {
                        die();
                    }
                }
            }
            check();
        }

        void connect() {
            int node = random.nextInt(3);
            String incarnation = node + "#" + starts[node];
            connections.add(new Connection(new Claim(0, "n" + node, incarnation, "c" + made++, clock), node));
        }

        /** The store applies the claim, maybe twice. */
        void ask() {
            Connection connection = any(Life.ASKED);
            if (connection != null && (connection.answer == null || random.nextBoolean())) {
                ClaimState.Change change = store.take(connection.wanted, policy, gone, clock);
                store = change.after();
                connection.answer = change.answer();
            }
        }

        void hear() {
            Connection connection = any(Life.ASKED);
            ClaimAnswer answer = connection == null ? null : connection.answer;
            if (connection == null || answer == null) {
                return;
            }
            connection.token = answer.token();
            if (answer.verdict() == Verdict.REFUSED) {
                connection.life = Life.OVER;
            } else if (answer.verdict() == Verdict.DISPLACED || connection.evictedBelow >= answer.token()) {
                end(connection);
            } else {
                connection.toClose.addAll(answer.others());
                connection.life = connection.toClose.isEmpty() ? Life.HELD : Life.CLEARING;
            }
        }

        /** An eviction arrives, and its answer returns. */
        void evict() {
            Connection by = any(Life.CLEARING);
            if (by == null) {
                return;
            }
            Claim victim = by.toClose.remove(0);
            if (!gone.contains(victim.incarnation())) {
                evicted(victim);
                if (random.nextInt(4) == 0) {
                    late.add(() -> evicted(victim));
                }
            }
            if (by.life == Life.CLEARING && by.toClose.isEmpty()) {
                by.life = Life.HELD;
            }
        }

        void evicted(Claim victim) {
            for (Connection connection : connections) {
                if (connection.wanted.connection().equals(victim.connection()) && connection.life != Life.OVER) {
                    if (connection.life == Life.ASKED) {
                        connection.evictedBelow = Math.max(connection.evictedBelow, victim.token());
                    } else if (connection.token <= victim.token()) {
                        end(connection);
                    }
                }
            }
        }

        void close() {
            Connection connection = any(Life.HELD);
            if (connection != null) {
                end(connection);
            }
        }

        /** Releases, now or later. */
        void end(Connection connection) {
            connection.life = Life.OVER;
            Runnable release = () -> store = store.release(connection.wanted.connection(), connection.token);
            if (random.nextBoolean()) {
                release.run();
            } else {
                late.add(release);
            }
        }

        void runLate() {
            if (!late.isEmpty()) {
                late.remove(random.nextInt(late.size())).run();
            }
        }

        void die() {
            int node = random.nextInt(3);
            gone.add(node + "#" + starts[node]++);
            connections.removeIf(connection -> connection.node == node);
            if (random.nextBoolean()) {
                store = store.without(gone);
            }
        }

        @Nullable
        Connection any(Life life) {
            List<Connection> such = connections.stream()
                    .filter(connection -> connection.life == life)
                    .toList();
            return such.isEmpty() ? null : such.get(random.nextInt(such.size()));
        }

        void check() {
            assertThat(connections.stream().filter(connection -> connection.life == Life.HELD))
                    .as("open at once")
                    .hasSizeLessThanOrEqualTo(policy.max());
            assertThat(store.holders()).hasSizeLessThanOrEqualTo(policy.max());
        }

        /** As after a member's death: who was displaced by a connection that died with its node before it was told learns it now. */
        void audit() {
            for (Connection connection : List.copyOf(connections)) {
                if (connection.life == Life.HELD) {
                    Claim own = connection.wanted.withToken(connection.token);
                    ClaimState.Change change = store.stand(own, policy.max(), gone);
                    store = change.after();
                    if (change.answer().verdict() == Verdict.TAKEN) {
                        change.answer().others().forEach(this::evicted);
                    } else {
                        end(connection);
                    }
                }
            }
            while (!late.isEmpty()) {
                runLate();
            }
        }

        /** Everything that is under way arrives. */
        void settle() {
            for (int i = 0; i < 1000; i++) {
                ask();
                hear();
                evict();
                runLate();
            }
            audit();
            check();
            List<String> open = connections.stream()
                    .filter(connection -> connection.life == Life.HELD)
                    .map(connection -> connection.wanted.connection())
                    .sorted()
                    .toList();
            ClaimState live = store.without(gone);
            assertThat(live.holders().stream().map(Claim::connection).sorted().toList())
                    .as("what the store has is what there is")
                    .isEqualTo(open);
            assertThat(live.leaving()).isEmpty();
            assertThat(connections)
                    .allMatch(connection -> connection.life == Life.HELD || connection.life == Life.OVER);
        }
    }

    @Property(tries = 2000)
    void there_are_never_more_than_may_be_and_nobody_is_forgotten(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 3) int max,
            @ForAll boolean refuses,
            @ForAll @IntRange(min = 1, max = 150) int steps) {
        var world = new World(seed, new ClientPolicy(max, refuses));
        for (int i = 0; i < steps; i++) {
            world.step();
        }
        world.settle();
    }

    @Property(tries = 500)
    void a_merge_takes_the_highest_tokens_whatever_side_comes_first(@ForAll long seed, @ForAll boolean refuses) {
        var policy = new ClientPolicy(1, refuses);
        var left = new World(seed, policy);
        var right = new World(seed + 1, policy);
        right.made = 1000;
        for (int i = 0; i < 60; i++) {
            left.step();
            right.step();
        }
        left.settle();
        right.settle();
        ClaimState merged = left.store.merge(right.store);
        assertThat(merged.merge(right.store).merge(left.store)).isEqualTo(merged);
        assertThat(merged.holders()).hasSizeLessThanOrEqualTo(1);
        for (Claim holder : left.store.holders()) {
            boolean stands = merged.holders().contains(holder);
            assertThat(merged.stand(holder, 1, List.of()).answer().verdict())
                    .isEqualTo(stands ? Verdict.TAKEN : Verdict.DISPLACED);
        }
    }
}
