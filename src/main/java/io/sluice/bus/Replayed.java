package io.sluice.bus;

import io.sluice.channel.Position;
import java.util.List;

/**
 * What a channel's log has after an id or a position; answers {@link HomeMessage.Replay} and {@link HomeMessage.Tail}.
 *
 * @param covered whether the log goes back that far, so that nothing is missing
 * @param at where what was asked for stands, or the channel where it is the last one
 * @param items in order, up to the channel's position when this was read
 * @param more whether the log has some behind these, because no more were asked for
 */
public record Replayed(boolean covered, Position at, List<NodeMessage.Numbered> items, boolean more) {
    /** All there is. */
    public Replayed(boolean covered, Position at, List<NodeMessage.Numbered> items) {
        this(covered, at, items, false);
    }
}
