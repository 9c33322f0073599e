package io.sluice.chaos;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The order of a channel's items, as whoever is first has it, to which everybody else is held item by item: what comes twice, too
 * early or not at all shows at the next item. Belongs to one event loop.
 */
final class ChannelOrder {
    private static final int MOST_FAULTS = 20;

    private final String channel;
    private final List<String> order = new ArrayList<>();
    private final Set<String> known = new HashSet<>();
    private final Set<String> accepted = new LinkedHashSet<>();
    private final List<Reader> readers = new ArrayList<>();
    private final List<String> faults;

    /** @param faults where to say what is wrong, for all channels of a run */
    ChannelOrder(String channel, List<String> faults) {
        this.channel = channel;
        this.faults = faults;
    }

    String channel() {
        return channel;
    }

    /** A publisher was told so. */
    void accepted(String id) {
        accepted.add(id);
    }

    Reader reader() {
        var reader = new Reader(readers.size());
        readers.add(reader);
        return reader;
    }

    int items() {
        return order.size();
    }

    /** Whether every reader has all that was accepted, and all that any reader has. */
    boolean complete() {
        return known.containsAll(accepted) && readers.stream().allMatch(reader -> reader.next == order.size());
    }

    /** What is missing, of the channel and of the readers. */
    String missing() {
        var nobody = new LinkedHashSet<>(accepted);
        nobody.removeAll(known);
        var text = new StringBuilder();
        if (!nobody.isEmpty()) {
            text.append(channel).append(": nobody has ").append(nobody).append('\n');
        }
        for (Reader reader : readers) {
            if (reader.next < order.size()) {
                text.append(reader).append(" lacks ").append(order.subList(reader.next, order.size()));
                text.append('\n');
            }
        }
        return text.toString();
    }

    private void fault(String text) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(text);
        }
    }

    /** What one client has of the channel, from its first item on. */
    final class Reader {
        private final int number;
        private int next;

        Reader(int number) {
            this.number = number;
        }

        void take(String id) {
            if (next < order.size()) {
                String due = order.get(next);
                if (!due.equals(id)) {
                    fault(this + " has " + id + " where " + due + " is due, after "
                            + order.subList(Math.max(0, next - 3), next));
                    return;
                }
            } else if (known.add(id)) {
                order.add(id);
            } else {
                fault(this + " has " + id + " again");
                return;
            }
            next++;
        }

        @Override
        public String toString() {
            return channel + "#" + number;
        }
    }
}
