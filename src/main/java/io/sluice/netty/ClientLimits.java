package io.sluice.netty;

/**
 * @param headBytes request line and headers together
 * @param headers header lines
 * @param chunkBytes largest piece of a body handed on at once
 * @param outboxBytes of what waits to be sent; how much of it the socket is given is up to the connection
 */
public record ClientLimits(int headBytes, int headers, int chunkBytes, int outboxBytes) {}
