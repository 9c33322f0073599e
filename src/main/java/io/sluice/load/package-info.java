/**
 * A load generator for users: {@code sluice bench}. Opens streams at a GRIP server, publishes, and counts what arrives. Nothing of a running node
 * depends on it.
 *
 * <p>Threads: one event loop of its own for each run.
 *
 * <p>May use nothing of Sluice but {@code grip}.
 */
@NullMarked
package io.sluice.load;

import org.jspecify.annotations.NullMarked;
