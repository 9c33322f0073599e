package io.sluice.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Finds the broken promises of a history. Pure. */
final class Checker {
    private final Function<String, Set<Rule>> promised;

    /** @param promised rules by channel, beside those that hold always */
    Checker(Function<String, Set<Rule>> promised) {
        this.promised = promised;
    }

    /** All violations, those of the channels in their order. */
    List<Violation> check(List<Event> history) {
        var account = Account.of(history);
        var violations = new ArrayList<Violation>();
        for (String channel : account.channels()) {
            Set<Rule> rules = promised.apply(channel);
            violations.addAll(new ItemsCheck(account, channel).nothingElse());
            if (rules.contains(Rule.ONCE)) {
                violations.addAll(new ItemsCheck(account, channel).once());
            }
            if (rules.contains(Rule.CHAIN)) {
                violations.addAll(new ItemsCheck(account, channel).chain());
            }
            if (rules.contains(Rule.ORDER)) {
                violations.addAll(new OrderCheck(account, channel).order());
            }
            if (rules.contains(Rule.REAL_TIME)) {
                violations.addAll(new OrderCheck(account, channel).realTime());
            }
            if (rules.contains(Rule.NO_LOSS)) {
                violations.addAll(new LossCheck(account, channel).loss());
            }
        }
        return violations;
    }

    /** What open streams still lack: empty once everybody has everything. */
    List<Violation> toCome(List<Event> history) {
        var account = Account.of(history);
        return account.channels().stream()
                .filter(channel -> promised.apply(channel).contains(Rule.NO_LOSS))
                .flatMap(channel -> new LossCheck(account, channel).loss().stream())
                .toList();
    }
}
