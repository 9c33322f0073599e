/**
 * What a cluster promises, proven from the outside in the style of Jepsen: clients and publishers write down everything that they do and see
 * while nodes come, go and die; then a checker that knows nothing of the cluster reads it.
 */
@NullMarked
package io.sluice.chaos;

import org.jspecify.annotations.NullMarked;
