/** What tests of several rooms share: scripted origins. */
@NullMarked
package io.sluice.testing;

import org.jspecify.annotations.NullMarked;
