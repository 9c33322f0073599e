package io.sluice.origin;

import io.sluice.grip.Headers;
import io.sluice.netty.SocketSink;

/**
 * A WebSocket to an origin.
 *
 * @param headers of the origin's 101
 */
public record OpenedSocket(Headers headers, SocketSink sink) {}
