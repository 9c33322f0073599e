package io.sluice.chaos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Whether there is one order of a channel's items that everybody agrees with. */
final class OrderCheck {
    private final Account account;
    private final String channel;

    OrderCheck(Account account, String channel) {
        this.account = account;
        this.channel = channel;
    }

    /** Two that disagree on two items; or, when no two do, more that disagree together. */
    List<Violation> order() {
        var violations = new ArrayList<Violation>();
        List<Span> spans = account.spans(channel);
        for (int a = 0; a < spans.size(); a++) {
            for (int b = a + 1; b < spans.size(); b++) {
                disagreement(spans.get(a), spans.get(b), violations);
            }
        }
        if (violations.isEmpty()) {
            Set<String> circle = circle(spans);
            if (!circle.isEmpty()) {
                violations.add(new Violation(
                        Rule.ORDER,
                        channel,
                        "no order fits all: the items go round in a circle",
                        List.copyOf(circle),
                        lives(spans)));
            }
        }
        return violations;
    }

    /** The first one; more would say the same again. */
    private void disagreement(Span one, Span other, List<Violation> violations) {
        String before = null;
        int place = -1;
        for (String id : one.places.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .toList()) {
            Integer there = other.places.get(id);
            if (there == null) {
                continue;
            }
            if (before != null && there < place) {
                violations.add(new Violation(
                        Rule.ORDER,
                        channel,
                        one + " has " + before + " before " + id + ", " + other + " the other way round",
                        List.of(before, id),
                        lives(List.of(one, other))));
                return;
            }
            before = id;
            place = there;
        }
    }

    /** What is left when items that nothing comes before are taken away, again and again. */
    private static Set<String> circle(List<Span> spans) {
        var after = new LinkedHashMap<String, Set<String>>();
        var before = new LinkedHashMap<String, Integer>();
        for (Span span : spans) {
            String last = null;
            for (String id : new LinkedHashSet<>(span.ids)) {
                before.putIfAbsent(id, 0);
                if (last != null
                        && after.computeIfAbsent(last, key -> new TreeSet<>()).add(id)) {
                    before.merge(id, 1, Integer::sum);
                }
                last = id;
            }
        }
        var free = new ArrayDeque<String>();
        before.forEach((id, count) -> {
            if (count == 0) {
                free.add(id);
            }
        });
        while (!free.isEmpty()) {
            String id = free.remove();
            before.remove(id);
            for (String next : after.getOrDefault(id, Set.of())) {
                if (before.merge(next, -1, Integer::sum) == 0) {
                    free.add(next);
                }
            }
        }
        return before.keySet();
    }

    /** An item that comes behind one whose publishing began when it had been accepted already. */
    List<Violation> realTime() {
        var violations = new ArrayList<Violation>();
        for (Span span : account.spans(channel)) {
            Item latest = null;
            for (String id : new LinkedHashSet<>(span.ids)) {
                Item item = account.item(channel, id);
                if (item == null) {
                    continue;
                }
                if (latest != null && item.placedBefore(latest.begin)) {
                    violations.add(new Violation(
                            Rule.REAL_TIME,
                            channel,
                            span + " has " + latest.id + " before " + id
                                    + ", which was accepted before the other was published",
                            List.of(id, latest.id),
                            span.lives));
                }
                if (latest == null || item.begin > latest.begin) {
                    latest = item;
                }
            }
        }
        return violations;
    }

    private static List<String> lives(List<Span> spans) {
        return spans.stream().flatMap(span -> span.lives.stream()).toList();
    }
}
