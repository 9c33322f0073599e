/** One connection per client, seen from the outside. */
@NullMarked
package io.sluice.claims;

import org.jspecify.annotations.NullMarked;
