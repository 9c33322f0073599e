/** What tests of several rooms share: scripted origins, fresh keys. */
@NullMarked
package io.sluice.testing;

import org.jspecify.annotations.NullMarked;
