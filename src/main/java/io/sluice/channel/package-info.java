/**
 * Pure domain of a channel: position, de-duplication window, sequencing by prev-id, interest, gap tracking.
 *
 * <p>Threads: single-threaded objects, owned by the router instance that made them.
 *
 * <p>May use: {@code grip}, {@code stats}.
 */
@NullMarked
package io.sluice.channel;

import org.jspecify.annotations.NullMarked;
