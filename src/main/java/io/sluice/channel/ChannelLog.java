package io.sluice.channel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest items of one channel, bounded by count, bytes and age, and what a home must know to go on. Deterministic: a backup that is told the
 * same changes is equal. Not thread safe.
 */
public final class ChannelLog {
    /** Ids beyond those of the items kept. */
    private static final int SPARE_IDS = 1000;

    /** An id seen, and when. */
    public record SeenId(String id, long atMillis) {}

    /**
     * All that makes up a log; for copies of it.
     *
     * @param sure number of the last item before the last change. A home changes a log only if it knows what it built on to be done; of the last change itself, the log does not
     *     tell
     * @param members of {@link LogAppend#members}, as of the last change
     */
    public record Snapshot(
            Position position,
            long commit,
            long keepMillis,
            @Nullable String lastId,
            List<LogRecord> records,
            List<SeenId> ids,
            List<byte[]> parked,
            long sure,
            int members) {}

    private final long epoch;
    private final ArrayDeque<LogRecord> records = new ArrayDeque<>(2);
    private final ArrayDeque<SeenId> ids = new ArrayDeque<>(2);
    private long sequence;
    private long commit;
    private long keepMillis;
    private long bytes;
    private @Nullable String lastId;
    private List<byte[]> parked = List.of();
    private long sure;
    private int members;

    private ChannelLog(Position start) {
        this.epoch = start.epoch();
        this.sequence = start.sequence();
    }

    public ChannelLog(Snapshot snapshot) {
        this(snapshot.position());
        commit = snapshot.commit();
        keepMillis = snapshot.keepMillis();
        lastId = snapshot.lastId();
        records.addAll(snapshot.records());
        ids.addAll(snapshot.ids());
        parked = snapshot.parked();
        sure = snapshot.sure();
        members = snapshot.members();
        for (LogRecord record : records) {
            bytes += record.size();
        }
    }

    /**
     * Does a change.
     *
     * @param now the log; null when there is none
     * @return the log after it, the same object if there was one; null when the change expects another log than there is
     */
    public static @Nullable ChannelLog change(@Nullable ChannelLog now, LogAppend append) {
        if (now != null && now.commit == append.commit()) {
            now.members = append.members();
            return now;
        }
        if (now == null ? !append.fresh() : append.fresh() || now.commit != append.after()) {
            return null;
        }
        ChannelLog log = now == null ? new ChannelLog(append.expected()) : now;
        log.append(append);
        return log;
    }

    public Snapshot snapshot() {
        return new Snapshot(
                position(),
                commit,
                keepMillis,
                lastId,
                List.copyOf(records),
                List.copyOf(ids),
                List.copyOf(parked),
                sure,
                members);
    }

    public Position position() {
        return new Position(epoch, sequence);
    }

    /** How long after the last change this is still of use to anybody. */
    public long keepMillis() {
        return keepMillis;
    }

    public LogState state() {
        return new LogState(
                position(), commit, lastId, ids.stream().map(SeenId::id).toList(), List.copyOf(parked));
    }

    public LogTail tail(Position after) {
        if (after.epoch() != epoch || after.sequence() > sequence) {
            return new LogTail(position(), false, List.of());
        }
        var tail = new ArrayList<LogRecord>();
        for (Iterator<LogRecord> newest = records.descendingIterator(); newest.hasNext(); ) {
            LogRecord record = newest.next();
            if (record.sequence() <= after.sequence()) {
                break;
            }
            tail.add(record);
        }
        Collections.reverse(tail);
        return new LogTail(position(), tail.size() == sequence - after.sequence(), List.copyOf(tail));
    }

    /** As {@link #tail(Position)}, but not more than that; what it costs does not grow with what is newer than what it returns. */
    public LogTail tail(Position after, TailBound bound) {
        if (after.epoch() != epoch || (sequence - after.sequence() <= bound.items() && bytes <= bound.bytes())) {
            return tail(after);
        }
        var tail = new ArrayList<LogRecord>();
        long taken = 0;
        for (LogRecord record : records) {
            if (record.sequence() > after.sequence()) {
                taken += record.size();
                if (!tail.isEmpty() && (tail.size() == bound.items() || taken > bound.bytes())) {
                    break;
                }
                tail.add(record);
            }
        }
        boolean covered = !tail.isEmpty() && tail.get(0).sequence() == after.sequence() + 1;
        return new LogTail(position(), covered || after.sequence() == sequence, List.copyOf(tail));
    }

    public LogTail tailAfter(String id) {
        for (Iterator<LogRecord> newest = records.descendingIterator(); newest.hasNext(); ) {
            LogRecord record = newest.next();
            if (id.equals(record.id())) {
                return tail(new Position(epoch, record.sequence()));
            }
        }
        // The item itself may have gone by age, being the last.
        boolean last = records.isEmpty() && id.equals(lastId);
        return new LogTail(position(), last, List.of());
    }

    private void append(LogAppend append) {
        LogBounds bounds = append.bounds();
        for (LogRecord record : append.records()) {
            add(record);
            String id = record.id();
            if (id != null) {
                ids.add(new SeenId(id, append.nowMillis()));
            }
        }
        sure = sequence;
        members = append.members();
        sequence += append.records().size();
        commit = append.commit();
        lastId = append.lastId();
        keepMillis = Math.max(bounds.millis(), bounds.idMillis());
        List<byte[]> waiting = append.parked();
        if (waiting != null) {
            parked = waiting;
        }
        trim(bounds, append.nowMillis());
    }

    private void add(LogRecord record) {
        records.add(record);
        bytes += record.size();
    }

    private void trim(LogBounds bounds, long nowMillis) {
        LogRecord eldest = records.peek();
        while (eldest != null
                && (records.size() > bounds.items()
                        || (bytes > bounds.bytes() && records.size() > 1)
                        || eldest.atMillis() < nowMillis - bounds.millis())) {
            bytes -= eldest.size();
            records.remove();
            eldest = records.peek();
        }
        SeenId first = ids.peek();
        while (first != null
                && (ids.size() > bounds.items() + SPARE_IDS || first.atMillis() < nowMillis - bounds.idMillis())) {
            ids.remove();
            first = ids.peek();
        }
    }
}
