/**
 * The few bus addresses, the message records, and who sends what where.
 *
 * <p>Threads: sends from any Vert.x context.
 *
 * <p>May use: {@code wire}, {@code channel}, {@code grip}, {@code stats}.
 */
@NullMarked
package io.sluice.bus;

import org.jspecify.annotations.NullMarked;
