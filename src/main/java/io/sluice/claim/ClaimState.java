package io.sluice.claim;

import io.sluice.claim.ClaimAnswer.Verdict;
import io.sluice.grip.ClientPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the cluster knows of a client's connections. Immutable, and every change is idempotent: a store may apply one twice.
 *
 * @param lastToken that was ever given for this client, as far as anybody remembers
 * @param max how many may stand, by the last claim's policy
 * @param holders the claims that stand, the oldest first
 * @param leaving claims that have given way and are not known to be closed, the oldest first
 */
public record ClaimState(long lastToken, int max, List<Claim> holders, List<Claim> leaving) {
    public static final ClaimState NONE = new ClaimState(0, 1, List.of(), List.of());

    /** Sides of a divided cluster may give the same token: there has to be an order all the same. */
    private static final Comparator<Claim> OLDEST_FIRST =
            Comparator.comparingLong(Claim::token).thenComparing(Claim::connection);
    /** Tokens of one millisecond. */
    private static final int TOKEN_SHIFT = 16;

    /** A state and what to answer. */
    public record Change(ClaimState after, ClaimAnswer answer) {}

    public ClaimState {
        holders = List.copyOf(holders);
        leaving = List.copyOf(leaving);
    }

    /** Whether nobody holds anything: what is left is the memory of tokens. */
    public boolean vacant() {
        return holders.isEmpty() && leaving.isEmpty();
    }

    /**
     * A connection claims. The same connection claiming again gets the answer that it got.
     *
     * @param wanted its token is not looked at
     * @param gone incarnations that are no members
     * @param nowMillis since the epoch; tokens of an entry that was forgotten are lower than those of one made later
     */
    public Change take(Claim wanted, ClientPolicy policy, Collection<String> gone, long nowMillis) {
        ClaimState now = without(gone);
        Claim mine = of(now.holders, wanted.connection());
        if (mine != null) {
            return new Change(now, new ClaimAnswer(Verdict.TAKEN, mine.token(), now.leaving));
        }
        Claim lost = of(now.leaving, wanted.connection());
        if (lost != null) {
            return new Change(now, new ClaimAnswer(Verdict.DISPLACED, lost.token(), now.holders));
        }
        if (policy.refuses() && now.holders.size() >= policy.max()) {
            return new Change(now, new ClaimAnswer(Verdict.REFUSED, 0, now.holders));
        }
        long token = Math.max(lastToken + 1, nowMillis << TOKEN_SHIFT);
        return now.with(wanted.withToken(token), policy.max());
    }

    /**
     * A connection that lives makes sure that its claim stands: a store may have lost it, or the parts of a divided cluster may have
     * decided differently. The highest tokens stand.
     */
    public Change stand(Claim own, int mayStand, Collection<String> gone) {
        ClaimState now = without(gone);
        if (now.holders.stream().anyMatch(claim -> same(claim, own))) {
            return new Change(now, new ClaimAnswer(Verdict.TAKEN, own.token(), now.leaving));
        }
        boolean displaced = now.leaving.stream().anyMatch(claim -> same(claim, own))
                || (now.holders.size() >= mayStand && OLDEST_FIRST.compare(now.holders.get(0), own) > 0);
        return displaced
                ? new Change(now, new ClaimAnswer(Verdict.DISPLACED, own.token(), now.holders))
                : now.with(own, mayStand);
    }

    /**
     * A connection is closed.
     *
     * @param token 0 for whatever token it got
     */
    public ClaimState release(String connection, long token) {
        return filtered(claim -> !claim.connection().equals(connection) || (token != 0 && claim.token() != token));
    }

    /** Without the claims of nodes that are no members. */
    public ClaimState without(Collection<String> gone) {
        return gone.isEmpty() ? this : filtered(claim -> !gone.contains(claim.incarnation()));
    }

    /** When the parts of a divided cluster come together: the highest tokens stand, the others give way. */
    public ClaimState merge(ClaimState other) {
        var out = new TreeSet<Claim>(OLDEST_FIRST);
        var in = new TreeSet<Claim>(OLDEST_FIRST);
        for (ClaimState side : List.of(this, other)) {
            out.addAll(side.leaving);
            in.addAll(side.holders);
        }
        in.removeAll(out);
        int mayStand =
                lastToken == other.lastToken ? Math.min(max, other.max) : lastToken > other.lastToken ? max : other.max;
        while (in.size() > mayStand) {
            out.add(in.pollFirst());
        }
        return new ClaimState(Math.max(lastToken, other.lastToken), mayStand, List.copyOf(in), List.copyOf(out));
    }

    private Change with(Claim added, int mayStand) {
        var in = new ArrayList<>(holders);
        in.add(added);
        in.sort(OLDEST_FIRST);
        var out = new ArrayList<>(leaving);
        while (in.size() > mayStand) {
            out.add(in.remove(0));
        }
        out.sort(OLDEST_FIRST);
        var after = new ClaimState(Math.max(lastToken, added.token()), mayStand, in, out);
        return new Change(after, new ClaimAnswer(Verdict.TAKEN, added.token(), after.leaving));
    }

    private ClaimState filtered(Predicate<Claim> kept) {
        var in = holders.stream().filter(kept).toList();
        var out = leaving.stream().filter(kept).toList();
        return in.size() == holders.size() && out.size() == leaving.size()
                ? this
                : new ClaimState(lastToken, max, in, out);
    }

    private static boolean same(Claim one, Claim other) {
        return one.token() == other.token() && one.connection().equals(other.connection());
    }

    private static @Nullable Claim of(List<Claim> claims, String connection) {
        for (Claim claim : claims) {
            if (claim.connection().equals(connection)) {
                return claim;
            }
        }
        return null;
    }
}
