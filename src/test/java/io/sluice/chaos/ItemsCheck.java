package io.sluice.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What each subscriber has, for itself. */
final class ItemsCheck {
    private final Account account;
    private final String channel;
    private final List<Violation> violations = new ArrayList<>();

    ItemsCheck(Account account, String channel) {
        this.account = account;
        this.channel = channel;
    }

    List<Violation> nothingElse() {
        account.bySubscriber(channel).forEach((subscriber, spans) -> {
            var counts = new HashMap<String, Integer>();
            spans.forEach(span -> span.ids.forEach(id -> counts.merge(id, 1, Integer::sum)));
            for (Map.Entry<String, Integer> count : counts.entrySet()) {
                Item item = account.item(channel, count.getKey());
                int possible = item == null ? 0 : item.possible();
                if (count.getValue() > possible) {
                    add(
                            Rule.NOTHING_ELSE,
                            subscriber + " has " + count.getKey() + " " + count.getValue() + " times, published "
                                    + (item == null ? "never" : "at most " + possible + " times"),
                            List.of(count.getKey()),
                            spans);
                }
            }
        });
        return violations;
    }

    List<Violation> once() {
        account.bySubscriber(channel).forEach((subscriber, spans) -> {
            Set<String> seen = new HashSet<>();
            for (Span span : spans) {
                for (String id : span.ids) {
                    if (!seen.add(id)) {
                        add(Rule.ONCE, subscriber + " has " + id + " again", List.of(id), spans);
                    }
                }
            }
        });
        return violations;
    }

    List<Violation> chain() {
        for (Span span : account.spans(channel)) {
            for (int i = 1; i < span.ids.size(); i++) {
                String before = span.ids.get(i - 1);
                String id = span.ids.get(i);
                if (Long.parseLong(id) != Long.parseLong(before) + 1) {
                    add(Rule.CHAIN, span + " has " + id + " behind " + before, List.of(before, id), List.of(span));
                }
            }
        }
        return violations;
    }

    private void add(Rule rule, String text, List<String> ids, List<Span> spans) {
        violations.add(new Violation(
                rule,
                channel,
                text,
                ids,
                spans.stream().flatMap(span -> span.lives.stream()).toList()));
    }
}
