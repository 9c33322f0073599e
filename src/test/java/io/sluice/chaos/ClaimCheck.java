package io.sluice.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whether a client id had two connections at a time. */
final class ClaimCheck {
    private record Claim(String life, long from, long to) {}

    private final long toleranceNanos;

    /** @param tolerance for which two may overlap: the time until a closed connection is seen to be closed */
    ClaimCheck(Duration tolerance) {
        toleranceNanos = tolerance.toNanos();
    }

    List<Violation> check(List<Event> history) {
        var ends = new HashMap<String, Long>();
        var claims = new LinkedHashMap<String, List<Claim>>();
        for (Event event : history) {
            if (event instanceof Event.Ended ended) {
                ends.putIfAbsent(ended.life(), ended.at());
            }
        }
        for (Event event : history) {
            if (event instanceof Event.Subscribed subscribed && subscribed.client() != null) {
                long to = ends.getOrDefault(subscribed.life(), Long.MAX_VALUE);
                claims.computeIfAbsent(subscribed.client(), key -> new ArrayList<>())
                        .add(new Claim(subscribed.life(), subscribed.at(), to));
            }
        }
        var violations = new ArrayList<Violation>();
        for (Map.Entry<String, List<Claim>> of : claims.entrySet()) {
            Claim last = null;
            for (Claim claim : of.getValue()) {
                if (last != null && last.to - toleranceNanos > claim.from) {
                    violations.add(new Violation(
                            Rule.SINGLE_CLAIM,
                            of.getKey(),
                            claim.life + " opened while " + last.life + " was open",
                            List.of(),
                            List.of(last.life, claim.life)));
                }
                if (last == null || claim.to > last.to) {
                    last = claim;
                }
            }
        }
        return violations;
    }
}
