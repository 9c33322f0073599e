package io.sluice.grip;

/**
 * A whole response, small enough to keep.
 *
 * @param status 0 to 999
 * @param reason never empty for a known status
 * @param body treat as immutable
 */
@SuppressWarnings("ArrayRecordComponent") // kept for its bytes, never compared
public record GripResponse(int status, String reason, Headers headers, byte[] body) {}
