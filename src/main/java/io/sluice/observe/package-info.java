/**
 * What an operator sees: the page, health and metrics on the ops port, and the form of the log.
 *
 * <p>Threads: one verticle.
 *
 * <p>May use: all lower rooms; none of {@code edge}, {@code proxy}, {@code router}, {@code ingest}.
 */
@NullMarked
package io.sluice.observe;

import org.jspecify.annotations.NullMarked;
