@NullMarked
package io.sluice.origin;

import org.jspecify.annotations.NullMarked;
