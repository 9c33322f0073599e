/**
 * Measures a cluster of real processes. Not part of the tests: {@link io.sluice.bench.ClusterBench} is started by hand, on a quiet machine, and prints
 * the tables of {@code docs/benchmarks.md}.
 */
@NullMarked
package io.sluice.bench;

import org.jspecify.annotations.NullMarked;
