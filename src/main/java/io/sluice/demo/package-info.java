/**
 * The built-in origin and its page, for {@code ./sluice demo}.
 *
 * <p>Threads: one verticle.
 *
 * <p>May use: nothing of Sluice; used by {@code cli} only.
 */
@NullMarked
package io.sluice.demo;

import org.jspecify.annotations.NullMarked;
