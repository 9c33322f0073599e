package io.sluice.channel;

import java.util.List;

/**
 * The items of a log behind a position.
 *
 * @param position of the last item of the channel
 * @param covered whether these are all items behind the position asked for; else some are not in the log any more
 */
public record LogTail(Position position, boolean covered, List<LogRecord> records) {}
