/**
 * Conformance over sockets: what a client, an origin and a publisher see. The same tests run against Sluice and against Pushpin; where
 * the two differ on purpose, the test says so and holds each to its own.
 */
@NullMarked
package io.sluice.protocol;

import org.jspecify.annotations.NullMarked;
