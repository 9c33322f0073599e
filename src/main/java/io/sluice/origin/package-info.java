/**
 * Talking to origins: target selection and fail-over, header hygiene, signing, streaming exchanges.
 *
 * <p>Threads: each client object belongs to one event loop.
 *
 * <p>May use: {@code netty}, {@code grip}, {@code config}, {@code stats}.
 */
@NullMarked
package io.sluice.origin;

import org.jspecify.annotations.NullMarked;
