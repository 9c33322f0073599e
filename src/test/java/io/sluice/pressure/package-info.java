/** Slow, stalled and dead clients, against a whole gateway in the test's own process. */
@NullMarked
package io.sluice.pressure;

import org.jspecify.annotations.NullMarked;
