@NullMarked
package io.sluice.proxy;

import org.jspecify.annotations.NullMarked;
