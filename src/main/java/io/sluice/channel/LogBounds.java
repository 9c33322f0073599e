package io.sluice.channel;

/**
 * How much a channel's log keeps.
 *
 * @param items newest items
 * @param bytes of these; one larger item is kept alone
 * @param millis age
 * @param idMillis how long an item's id is remembered, to drop duplicates, whether the item is kept or not
 */
public record LogBounds(int items, int bytes, long millis, long idMillis) {}
