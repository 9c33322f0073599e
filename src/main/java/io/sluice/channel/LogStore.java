package io.sluice.channel;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * The logs of channels, which survive their homes. Called by homes alone. Any thread; answers on the context of the caller. A failed call may have
 * taken effect or not; one that succeeds does so for those whom this node sees as members.
 */
public interface LogStore {
    /** Null when the channel has no log. What is read is as safe as what was appended. */
    Future<@Nullable LogState> read(String channel);

    /** Whether it was done; false when the log is not as the home believed: another home has changed it, or it is lost. */
    Future<Boolean> append(String channel, LogAppend append);

    /** What came after that position. Nothing covered when the channel has no log, or the position is of another life. */
    default Future<LogTail> tail(String channel, Position after) {
        return tail(channel, after, TailBound.ALL);
    }

    /** As above, but so much at once. */
    Future<LogTail> tail(String channel, Position after, TailBound bound);

    /** What came after the newest item with that id. */
    Future<LogTail> tailAfter(String channel, String id);
}
