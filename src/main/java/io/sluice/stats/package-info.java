/**
 * Counters of what happened, drops with their reason among them. Everybody counts here; {@code observe} shows it.
 *
 * <p>Threads: any.
 *
 * <p>May use: nothing of Sluice.
 */
@NullMarked
package io.sluice.stats;

import org.jspecify.annotations.NullMarked;
