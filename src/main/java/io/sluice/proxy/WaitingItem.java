package io.sluice.proxy;

import io.sluice.channel.Position;
import io.sluice.grip.PublishItem;

/**
 * An item in a session's queue.
 *
 * @param position in its channel's order
 * @param stamp how many next fetches the event loop had sent when it came; see {@link NextFetches#clock()}
 */
record WaitingItem(PublishItem item, Position position, long stamp) {}
