/**
 * The protocol, pure: headers, instructions, channels, publish items and their formats, filters, signatures.
 *
 * <p>Threads: any; values are immutable, stateful parsers belong to their caller.
 *
 * <p>May use: nothing of Sluice; no Vert.x HTTP, no Netty, no Hazelcast.
 */
@NullMarked
package io.sluice.grip;

import org.jspecify.annotations.NullMarked;
