package io.sluice.channel;

import org.jspecify.annotations.Nullable;

/**
 * An item in a channel's log.
 *
 * @param sequence its number in the channel's order
 * @param atMillis when it was accepted, wall clock of its home
 * @param item its bytes, as the log's users write them; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent")
public record LogRecord(
        long sequence, long atMillis, @Nullable String id, byte[] item) {
    /** About what it takes in memory. */
    int size() {
        return item.length + 48;
    }
}
