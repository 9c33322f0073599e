package io.sluice.trace;

import io.sluice.channel.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node tells of an item, at one stage of its way.
 *
 * @param atMillis time of day
 * @param id empty for an item without one
 * @param items how many items up to the position, for {@link Stage#MISSED}; else 1
 * @param reason empty for none
 * @param tally what became of it at the connections; for {@link Stage#ARRIVED} alone
 */
public record TraceLine(
        long atMillis,
        Stage stage,
        String channel,
        String id,
        @Nullable Position position,
        long items,
        List<String> nodes,
        String reason,
        @Nullable Tally tally) {}
