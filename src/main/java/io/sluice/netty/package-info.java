/**
 * The only room that knows Netty channels and Vert.x internals: where a hold's bytes go ({@code Sink}), and the strict request decoder.
 *
 * <p>Threads: everything here belongs to the event loop of its connection.
 *
 * <p>May use: {@code wire}, {@code channel}, {@code grip}, {@code stats}.
 */
@NullMarked
package io.sluice.netty;

import org.jspecify.annotations.NullMarked;
