package io.sluice.channel;

import java.util.List;

/**
 * The items of a log behind a position, or the first of them.
 *
 * @param position of the last item of the channel
 * @param covered whether these follow the position asked for; else some are not in the log any more
 */
public record LogTail(Position position, boolean covered, List<LogRecord> records) {
    /** Whether the log has items behind these. */
    public boolean more() {
        return !records.isEmpty() && records.get(records.size() - 1).sequence() < position.sequence();
    }
}
