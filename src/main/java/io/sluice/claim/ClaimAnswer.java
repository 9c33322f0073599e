package io.sluice.claim;

import java.util.List;

/**
 * What became of a claim.
 *
 * @param token of the claim; 0 when it was refused
 * @param others TAKEN: those that have given way and are not known to be closed, maybe since an earlier claim; else those that stand in
 *     its place
 */
public record ClaimAnswer(Verdict verdict, long token, List<Claim> others) {
    public enum Verdict {
        /** It stands. */
        TAKEN,
        /** It never stood: there are others, and the policy is theirs. */
        REFUSED,
        /** It stood, and a newer one has displaced it since. */
        DISPLACED,
    }
}
