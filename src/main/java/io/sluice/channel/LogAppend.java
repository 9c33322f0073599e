package io.sluice.channel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of a channel's log: done as a whole or not at all, and only if the log is as the home believes. Doing it twice is
 * as good as once.
 *
 * @param commit unique among the changes of the channel
 * @param expected where the log stands before
 * @param after the change that the home knows as the last one
 * @param fresh whether there is no log yet, as far as the home knows: it begins at {@code expected}
 * @param records numbered from behind {@code expected} on
 * @param lastId of the channel after this (GRIP, sequencer); null for none
 * @param parked the items that wait for a predecessor after this; null when nothing changes there
 * @param members how many nodes the home saw when it asked, itself one of them: unless it was alone, another one has it too once it is done
 */
public record LogAppend(
        long commit,
        Position expected,
        long after,
        boolean fresh,
        List<LogRecord> records,
        @Nullable String lastId,
        @Nullable List<byte[]> parked,
        LogBounds bounds,
        long nowMillis,
        int members) {
    /** The same change, asked for anew by a home that sees so many nodes. */
    public LogAppend asked(int nodes) {
        return new LogAppend(commit, expected, after, fresh, records, lastId, parked, bounds, nowMillis, nodes);
    }
}
