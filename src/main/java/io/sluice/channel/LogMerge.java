package io.sluice.channel;

import io.sluice.channel.ChannelLog.Snapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Makes one log of the two that a channel has after a division of the cluster. */
public final class LogMerge {
    private LogMerge() {}

    /**
     * The log that has all of the other, if one has. What only the last change of the other has is dropped if that was never confirmed: then nobody was given it, and its
     * publisher was told so. Where both sides have gone on, one number means two items: then both sides' items are in a log
     * of a new life of the channel, so that every subscriber learns that it can't be sure of what it has.
     */
    public static Snapshot merge(Snapshot ours, Snapshot theirs) {
        if (ours.position().epoch() == theirs.position().epoch()) {
            if (holds(ours, theirs)) {
                return ours;
            }
            if (holds(theirs, ours)) {
                return theirs;
            }
            boolean oursUnsure = unsure(ours, theirs);
            boolean theirsUnsure = unsure(theirs, ours);
            if (theirsUnsure && (!oursUnsure || theirs.members() > ours.members())) {
                return ours;
            }
            if (oursUnsure && (!theirsUnsure || ours.members() > theirs.members())) {
                return theirs;
            }
        }
        List<LogRecord> union = new ArrayList<>();
        ours.records().forEach(record -> union.add(numbered(union.size() + 1L, record)));
        Set<String> known = new HashSet<>();
        ours.ids().forEach(seen -> known.add(seen.id()));
        for (LogRecord record : theirs.records()) {
            String id = record.id();
            boolean here = id == null ? ours.records().stream().anyMatch(own -> same(own, record)) : known.contains(id);
            if (!here) {
                union.add(numbered(union.size() + 1L, record));
            }
        }
        long epoch = Math.max(ours.position().epoch(), theirs.position().epoch()) + 1;
        return new Snapshot(
                new Position(epoch, union.size()),
                ours.commit() ^ Long.rotateLeft(theirs.commit(), 1),
                Math.max(ours.keepMillis(), theirs.keepMillis()),
                union.isEmpty() ? ours.lastId() : union.get(union.size() - 1).id(),
                List.copyOf(union),
                Stream.concat(ours.ids().stream(), theirs.ids().stream().filter(seen -> !known.contains(seen.id())))
                        .toList(),
                Stream.concat(ours.parked().stream(), theirs.parked().stream()).toList(),
                union.size(),
                1);
    }

    /**
     * Whether nothing but the last change of a log is not in the other one, though it was to be: it was asked for by a home that saw more nodes than itself, which were to
     * confirm it. A change that was made when the cluster was divided already has fewer members.
     */
    private static boolean unsure(Snapshot log, Snapshot other) {
        return log.members() > 1
                && (log.sure() == 0
                        || log.records().stream()
                                .filter(record -> record.sequence() == log.sure())
                                .anyMatch(record -> other.records().stream().anyMatch(own -> same(own, record))));
    }

    /** Whether all of the other is in this one, at its place. */
    private static boolean holds(Snapshot log, Snapshot other) {
        if (other.commit() == log.commit() || other.position().sequence() == 0) {
            return true;
        }
        if (other.records().isEmpty()) {
            return false;
        }
        LogRecord last = other.records().get(other.records().size() - 1);
        return last.sequence() == other.position().sequence()
                && log.records().stream().anyMatch(own -> same(own, last));
    }

    /** Written by one change, before the division. */
    private static boolean same(LogRecord one, LogRecord two) {
        return one.sequence() == two.sequence()
                && one.atMillis() == two.atMillis()
                && Arrays.equals(one.item(), two.item());
    }

    private static LogRecord numbered(long sequence, LogRecord record) {
        return new LogRecord(sequence, record.atMillis(), record.id(), record.item());
    }
}
