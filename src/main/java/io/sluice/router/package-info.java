/**
 * The home side of channels (de-duplicate, sequence, forward) and the node side (subscribe, hand to the loops).
 *
 * <p>Threads: a channel belongs to one instance by its hash.
 *
 * <p>May use: all lower rooms; none of {@code edge}, {@code proxy}, {@code ingest}, {@code observe}.
 */
@NullMarked
package io.sluice.router;

import org.jspecify.annotations.NullMarked;
