package io.sluice.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A violation with what happened around it, to read. */
final class Evidence {
    private static final int LINES = 60;
    private static final int VIOLATIONS = 3;

    private Evidence() {}

    /** The first violations, each with its timeline; empty when there are none. */
    static String first(List<Violation> violations, List<Event> history) {
        return of(violations, history, VIOLATIONS, LINES);
    }

    /** All violations, each with its timeline. */
    static String all(List<Violation> violations, List<Event> history) {
        return of(violations, history, violations.size(), Integer.MAX_VALUE);
    }

    private static String of(List<Violation> violations, List<Event> history, int most, int mostLines) {
        var text = new StringBuilder();
        for (Violation violation : violations.subList(0, Math.min(most, violations.size()))) {
            text.append(violation).append('\n');
            List<String> lines = timeline(violation, history);
            lines.subList(0, Math.min(mostLines, lines.size()))
                    .forEach(line -> text.append("    ").append(line).append('\n'));
        }
        if (violations.size() > most) {
            text.append(violations.size() - most).append(" more\n");
        }
        return text.toString();
    }

    private static List<String> timeline(Violation violation, List<Event> history) {
        var lines = new ArrayList<String>();
        for (Event event : history) {
            if (concerns(violation, event)) {
                lines.add(String.format(Locale.ROOT, "%8.1f ms  %s", event.at() / 1e6, told(event)));
            }
        }
        return lines;
    }

    private static boolean concerns(Violation violation, Event event) {
        if (event instanceof Event.Published published) {
            return published.channel().equals(violation.channel())
                    && violation.ids().contains(published.id());
        } else if (event instanceof Event.Subscribed subscribed) {
            return violation.lives().contains(subscribed.life());
        } else if (event instanceof Event.Delivered delivered) {
            return delivered.channel().equals(violation.channel())
                    && violation.ids().contains(delivered.id());
        } else if (event instanceof Event.GapTold gap) {
            return violation.lives().contains(gap.life());
        } else if (event instanceof Event.Ended ended) {
            return violation.lives().contains(ended.life());
        }
        return true;
    }

    private static String told(Event event) {
        if (event instanceof Event.Published published) {
            return String.format(
                    Locale.ROOT,
                    "publish %s on %s: %s after %.1f ms",
                    published.id(),
                    published.node(),
                    published.outcome(),
                    (published.at() - published.begin()) / 1e6);
        } else if (event instanceof Event.Subscribed subscribed) {
            return subscribed.life() + " subscribed on " + subscribed.node()
                    + (subscribed.resumes() ? ", resuming" : "");
        } else if (event instanceof Event.Delivered delivered) {
            return delivered.life() + " has " + delivered.id();
        } else if (event instanceof Event.GapTold gap) {
            return gap.life() + " is told of a gap: " + gap.reason();
        } else if (event instanceof Event.Ended ended) {
            return ended.life() + " ended: " + ended.reason();
        } else if (event instanceof Event.Note note) {
            return "--- " + note.text();
        }
        throw new IllegalStateException(event.toString());
    }
}
