package io.sluice.observe;

import io.sluice.bus.ItemWay;
import io.sluice.channel.Position;
import io.sluice.trace.Stage;
import io.sluice.trace.Tally;
import io.sluice.trace.TraceLine;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the nodes remember of an item, put in order and in words. */
final class TraceStory {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** What a node told. */
    record Step(String node, TraceLine line) {}

    private final String id;
    private final ClusterPresence.Answers<ItemWay> answers;
    private final List<Step> steps = new ArrayList<>();

    /** @param id empty when the question was for a channel's newest items */
    TraceStory(String id, ClusterPresence.Answers<ItemWay> answers) {
        this.id = id;
        this.answers = answers;
        answers.byNode().forEach((node, way) -> way.lines().forEach(line -> steps.add(new Step(node, line))));
        if (!id.isEmpty()) {
            List<Position> positions = steps.stream()
                    .filter(step -> step.line.stage() == Stage.FORWARDED)
                    .map(step -> step.line.position())
                    .toList();
            steps.removeIf(step -> step.line.stage() == Stage.MISSED
                    && positions.stream().noneMatch(position -> within(step.line, position)));
        }
        steps.sort(Comparator.<Step>comparingLong(step -> step.line.atMillis())
                .thenComparing(step -> step.line.stage())
                .thenComparing(step ->
                        step.line.position() == null ? 0 : step.line.position().sequence())
                .thenComparing(Step::node));
    }

    private static boolean within(TraceLine missed, @Nullable Position position) {
        Position upTo = missed.position();
        return position != null
                && upTo != null
                && position.epoch() == upTo.epoch()
                && position.sequence() <= upTo.sequence()
                && position.sequence() > upTo.sequence() - missed.items();
    }

    /** In the order of time, by each node's own clock. */
    List<Step> steps() {
        return steps;
    }

    /** Whether anything is remembered. */
    boolean known() {
        return !steps.isEmpty();
    }

    /** One for each line. */
    List<String> sentences() {
        var sentences = new ArrayList<String>();
        for (Step step : steps) {
            sentences.add(CLOCK.format(Instant.ofEpochMilli(step.line.atMillis())) + " "
                    + (id.isEmpty() && !step.line.id().isEmpty() ? "[" + step.line.id() + "] " : "")
                    + said(step));
            Tally tally = step.line.tally();
            if (tally != null) {
                tally.named().forEach(named -> sentences.add("    not to " + connection(named)));
            }
        }
        if (!id.isEmpty()) {
            silent(sentences);
        }
        if (steps.isEmpty()) {
            sentences.add(id.isEmpty() ? "Nothing is remembered of the channel." : unknown());
        }
        answers.missing().forEach(node -> sentences.add("Node " + node + " did not answer."));
        if (answers.isolated()) {
            sentences.add("This node is in the smaller part of a divided cluster: there are others that it can't ask.");
        }
        answers.byNode().forEach((node, way) -> {
            if (way.remembers() == 0) {
                sentences.add("Node " + node + " remembers no items: trace.items is 0.");
            }
        });
        return sentences;
    }

    private String unknown() {
        String longest = answers.byNode().values().stream()
                .map(ItemWay::remembers)
                .max(Integer::compare)
                .map(String::valueOf)
                .orElse("0");
        return "Nothing is remembered of it: it was not published on this channel under this id, or so long ago that others have taken"
                + " its place (a node remembers its last " + longest + "), or its nodes have started anew since.";
    }

    private static String connection(Tally.Named named) {
        return "connection " + named.connection()
                + (named.client().isEmpty() ? "" : " of client " + named.client())
                + ": " + named.why().toLowerCase(Locale.ROOT);
    }

    /** Nodes that were to get it, and have nothing to tell. */
    private void silent(List<String> sentences) {
        Set<String> expected = new TreeSet<>();
        Set<String> told = new HashSet<>(answers.missing());
        for (Step step : steps) {
            switch (step.line.stage()) {
                case FORWARDED -> expected.addAll(step.line.nodes());
                case ARRIVED, NOT_SUBSCRIBED, SEEN_BEFORE, MISSED -> told.add(step.node);
                case DEFERRED -> told.addAll(step.line.nodes());
                case DUPLICATE, WAITING, REFUSED, NOT_LOGGED -> {}
            }
        }
        expected.removeAll(told);
        expected.forEach(node -> sentences.add("Node " + node
                + " was to get it and tells nothing of it: it is on its way, got lost there, or is forgotten."));
    }

    private static String said(Step step) {
        TraceLine line = step.line;
        String node = step.node;
        return switch (line.stage()) {
            case FORWARDED ->
                "home " + node + " took it as number " + sequence(line)
                        + (line.nodes().isEmpty()
                                ? "; no node had subscribers"
                                : " and gave it to " + String.join(", ", new TreeSet<>(line.nodes())));
            case DUPLICATE -> "home " + node + " found it to be a duplicate, which goes no further";
            case WAITING -> "home " + node + " had it wait for the item with the id " + line.reason() + ", its prev-id";
            case REFUSED -> "home " + node + " did not take it: " + line.reason();
            case NOT_LOGGED -> "home " + node + " could not log it, and gave it to nobody: " + line.reason();
            case DEFERRED ->
                "home " + node + " had no room for it on the link to " + String.join(", ", line.nodes())
                        + ", which fetches it from the log if there is one";
            case ARRIVED -> node + arrived(line);
            case NOT_SUBSCRIBED -> node + " had no subscribers any more";
            case SEEN_BEFORE -> node + " got it once more, and had it already";
            case MISSED ->
                node + " found " + (line.items() == 1 ? "one item" : line.items() + " items") + " up to number "
                        + sequence(line) + " missing; its subscribers ask their backends, or come again";
        };
    }

    private static String arrived(TraceLine line) {
        Tally tally = line.tally();
        String way = line.reason().isEmpty() ? "" : " (from the log)";
        if (tally == null || tally.matched() == 0) {
            return way + " had no subscription for any of its formats";
        }
        var parts = new ArrayList<String>();
        parts.add(tally.written() + " got it");
        if (tally.covered() > 0) {
            parts.add(tally.covered() + " had it already");
        }
        if (!tally.filtered().isEmpty()) {
            parts.add("filtered for " + counts(tally.filtered()));
        }
        if (!tally.dropped().isEmpty()) {
            parts.add("dropped for " + counts(tally.dropped()));
        }
        long open = tally.matched() - tally.written() - tally.covered() - sum(tally.filtered()) - sum(tally.dropped());
        if (open > 0) {
            parts.add(
                    open
                            + " without an end: the item waits, asks for something else than to be sent, or was left to the backend");
        }
        if (tally.queued() > 0) {
            parts.add(tally.queued() + " had to wait for it");
        }
        return way + " offered it to " + tally.matched() + (tally.matched() == 1 ? " subscription" : " subscriptions")
                + " on " + tally.loops() + (tally.loops() == 1 ? " event loop: " : " event loops: ")
                + String.join("; ", parts);
    }

    private static String counts(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .map(count -> count.getValue() + " by " + count.getKey())
                .collect(Collectors.joining(", "));
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static String sequence(TraceLine line) {
        return line.position() == null ? "?" : String.valueOf(line.position().sequence());
    }

    static String time(long millis) {
        return TIME.format(Instant.ofEpochMilli(millis));
    }

    static String lower(Stage stage) {
        return stage.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
