package io.sluice.netty;

/**
 * @param headBytes request line and headers together
 * @param headers header lines
 * @param chunkBytes largest piece of a body handed on at once
 * @param outboxBytes high-water mark of what waits to be sent; the low one is half of it
 */
public record ClientLimits(int headBytes, int headers, int chunkBytes, int outboxBytes) {}
