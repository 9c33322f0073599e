package io.sluice.grip;

/**
 * What to send on a silent stream (GRIP, {@code Grip-Keep-Alive}).
 *
 * @param content decoded bytes; treat as immutable
 * @param timeoutSeconds at least 1
 */
@SuppressWarnings("ArrayRecordComponent") // shared by thousands of holds, never compared
public record KeepAlive(byte[] content, int timeoutSeconds, Mode mode) {
    /** Whether other sends restart the timer. */
    public enum Mode {
        IDLE,
        INTERVAL,
    }
}
