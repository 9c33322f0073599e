/**
 * The client side: listeners, admission, connection hygiene. Hands each request to the handler of its event loop.
 *
 * <p>Threads: one verticle instance per event loop.
 *
 * <p>May use: all lower rooms; none of {@code proxy}, {@code router}, {@code ingest}, {@code observe}.
 */
@NullMarked
package io.sluice.edge;

import org.jspecify.annotations.NullMarked;
