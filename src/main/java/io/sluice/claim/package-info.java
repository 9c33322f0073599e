/**
 * One connection per client: what the cluster keeps of a client's connections, and every rule by which that changes. Pure: no I/O, no
 * clock.
 *
 * <p>Threads: values are immutable; stores say so.
 *
 * <p>May use: {@code grip}.
 */
@NullMarked
package io.sluice.claim;

import org.jspecify.annotations.NullMarked;
