package io.sluice.proxy;

import io.sluice.channel.Position;
import io.sluice.grip.PublishItem;
import io.sluice.trace.ItemTrace;
import org.jspecify.annotations.Nullable;

/**
 * An item in a session's queue.
 *
 * @param position in its channel's order
 * @param stamp how many next fetches the event loop had sent when it came; see {@link NextFetches#clock()}
 * @param fromLog whether it was read from its channel's log
 * @param trace where is counted what becomes of it; null for nowhere
 */
record WaitingItem(
        PublishItem item,
        Position position,
        long stamp,
        boolean fromLog,
        @Nullable ItemTrace trace) {}
