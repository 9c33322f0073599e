package io.sluice.proxy;

import io.sluice.grip.PublishItem;

/**
 * An item in a session's queue.
 *
 * @param stamp how many next fetches the event loop had sent when it came; see {@link NextFetches#clock()}
 */
record WaitingItem(PublishItem item, long stamp) {}
