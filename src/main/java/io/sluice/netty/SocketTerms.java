package io.sluice.netty;

import io.sluice.wire.MessageDeflate;
import org.jspecify.annotations.Nullable;

/**
 * What both ends of a WebSocket keep to.
 *
 * @param maxMessageBytes of a message in all its frames; a larger one ends the connection with 1009
 * @param closeMillis how long the peer has to answer a close
 * @param deflate to compress with; null where that was not agreed to
 */
public record SocketTerms(
        int maxMessageBytes, long closeMillis, @Nullable MessageDeflate deflate) {}
