/**
 * Per event loop: who subscribes to what, the fan-out loop, the one timer wheel.
 *
 * <p>Threads: each object belongs to one event loop, but for the methods that say otherwise.
 *
 * <p>May use: {@code netty}, {@code wire}, {@code channel}, {@code bus}, {@code grip}, {@code stats}, {@code config}.
 */
@NullMarked
package io.sluice.fanout;

import org.jspecify.annotations.NullMarked;
