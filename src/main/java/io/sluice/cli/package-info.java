/**
 * Commands and the composition root: builds Vert.x, deploys the verticles, signals, exit codes.
 *
 * <p>Threads: the main thread; may block.
 *
 * <p>May use: everything.
 */
@NullMarked
package io.sluice.cli;

import org.jspecify.annotations.NullMarked;
