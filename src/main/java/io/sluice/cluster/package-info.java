/**
 * The only room that knows Hazelcast: membership, the home of a channel, channel interest as a clustered map.
 *
 * <p>Threads: asynchronous; callbacks come back on the caller's Vert.x context.
 *
 * <p>May use: {@code channel}, {@code bus}, {@code config}, {@code stats}.
 */
@NullMarked
package io.sluice.cluster;

import org.jspecify.annotations.NullMarked;
