package io.sluice.grip;

/**
 * Where to fetch more of a stream (GRIP, {@code Grip-Link; rel=next}).
 *
 * @param uri absolute or relative, as the origin wrote it
 * @param timeoutSeconds after how long a holding stream polls it; 0 polls at once
 */
public record NextLink(String uri, int timeoutSeconds) {}
