package io.sluice.grip;

/** What an instruction asks to do with the connection (GRIP, {@code Grip-Hold}). */
public enum HoldMode {
    /** Answer and be done, unless a next link follows. */
    NONE,
    /** Long-poll: keep the request waiting for one published response, or the timeout. */
    RESPONSE,
    /** Send the head and the body so far, keep the body open. */
    STREAM,
}
