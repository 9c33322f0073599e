/**
 * What an operator sees: health and metrics on the ops port.
 *
 * <p>Threads: one verticle.
 *
 * <p>May use: all lower rooms; none of {@code edge}, {@code proxy}, {@code router}, {@code ingest}.
 */
@NullMarked
package io.sluice.observe;

import org.jspecify.annotations.NullMarked;
