package io.sluice.channel;

import io.sluice.stats.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * What became of a published item at its channel's home.
 *
 * @param duplicate its id was seen before, within the window: nothing was forwarded
 * @param waiting the sequencer holds it until its predecessor comes, or a wait ends
 * @param position given to it, or the channel's position when it waits, was a duplicate, or was dropped
 * @param dropped why the sequencer refused it; null when it did not
 */
public record ItemOutcome(
        boolean duplicate,
        boolean waiting,
        Position position,
        @Nullable DropReason dropped) {
    public ItemOutcome(boolean duplicate, boolean waiting, Position position) {
        this(duplicate, waiting, position, null);
    }
}
