/** Clients and origins that mean no good, and bodies without end. */
@NullMarked
package io.sluice.hostile;

import org.jspecify.annotations.NullMarked;
