package io.sluice.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Whether a subscriber lacks what it must have. */
final class LossCheck {
    private final Account account;
    private final String channel;

    LossCheck(Account account, String channel) {
        this.account = account;
        this.channel = channel;
    }

    /**
     * A stream that is open must have all that there is since its head. One that has ended must have no hole: nothing may be missing before
     * something that it has.
     */
    List<Violation> loss() {
        var violations = new ArrayList<Violation>();
        List<Item> items = account.items(channel).stream().filter(this::there).toList();
        for (Span span : account.spans(channel)) {
            List<String> missing = items.stream()
                    .filter(item -> item.begin > span.from && !span.has(item.id) && !span.forgives(item.begin))
                    .filter(item -> span.to == null || hole(item, span))
                    .map(item -> item.id)
                    .toList();
            if (!missing.isEmpty()) {
                violations.add(new Violation(
                        Rule.NO_LOSS,
                        channel,
                        span + (span.to == null ? " lacks " : " ended with holes at ") + missing,
                        missing,
                        List.copyOf(span.lives)));
            }
        }
        return violations;
    }

    private boolean there(Item item) {
        return item.acknowledged() || account.spans(channel).stream().anyMatch(span -> span.has(item.id));
    }

    private boolean hole(Item missing, Span span) {
        boolean timeTells = span.ids.stream()
                .map(id -> account.item(channel, id))
                .filter(Objects::nonNull)
                .anyMatch(item -> missing.placedBefore(item.begin));
        return timeTells || account.spans(channel).stream().anyMatch(other -> tells(other, missing, span));
    }

    /** Whether another subscriber has the item before something that this one has. */
    private static boolean tells(Span other, Item missing, Span span) {
        Integer place = other.places.get(missing.id);
        return place != null
                && other.ids.subList(place + 1, other.ids.size()).stream().anyMatch(span::has);
    }
}
