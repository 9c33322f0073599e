/** What tests of several rooms share: scripted origins, whole gateways, processes, fresh keys. */
@NullMarked
package io.sluice.testing;

import org.jspecify.annotations.NullMarked;
