/**
 * What became of the last items on this node: rings of fixed size, in memory.
 *
 * <p>Threads: any, but for {@link io.sluice.trace.LoopTrace}.
 *
 * <p>May use: {@code channel}, {@code stats}.
 */
@NullMarked
package io.sluice.trace;

import org.jspecify.annotations.NullMarked;
