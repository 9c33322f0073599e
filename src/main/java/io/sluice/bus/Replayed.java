package io.sluice.bus;

import io.sluice.channel.Position;
import java.util.List;

/**
 * What a channel's log has after an id; answers {@link HomeMessage.Replay}.
 *
 * @param covered whether the log knows the id, so that nothing is missing
 * @param at where the item of that id stands, or the channel where it is the last one
 * @param items in order, up to the channel's position when this was read
 */
public record Replayed(boolean covered, Position at, List<NodeMessage.Numbered> items) {}
