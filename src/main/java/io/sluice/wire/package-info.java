/**
 * Bytes: an item's encoded forms, made once and shared, and the codec of the records that cross the bus.
 *
 * <p>Threads: encoded items are reference counted and may be handed between event loops.
 *
 * <p>May use: {@code grip}, {@code channel}.
 */
@NullMarked
package io.sluice.wire;

import org.jspecify.annotations.NullMarked;
