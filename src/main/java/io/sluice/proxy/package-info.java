/**
 * Turns a request into an exchange with an origin, and a GRIP response into a hold; the sessions that holds live in.
 *
 * <p>Threads: one verticle instance per event loop; a session never leaves its loop.
 *
 * <p>May use: all lower rooms; none of {@code edge}, {@code router}, {@code ingest}, {@code observe}.
 */
@NullMarked
package io.sluice.proxy;

import org.jspecify.annotations.NullMarked;
