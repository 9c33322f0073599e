package io.sluice.trace;

import io.sluice.channel.Position;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to an item as a whole.
 *
 * @param items how many, up to the position
 * @param nodes never changed afterwards
 */
record Note(
        long atMillis,
        Stage stage,
        String channel,
        String id,
        @Nullable Position position,
        long items,
        Set<String> nodes,
        String reason)
        implements Trace {
    @Override
    public TraceLine line() {
        return new TraceLine(atMillis, stage, channel, id, position, items, List.copyOf(nodes), reason, null);
    }
}
