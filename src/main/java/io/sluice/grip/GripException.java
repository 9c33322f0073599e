package io.sluice.grip;

/** Input that breaks a rule of the protocol. The message is the text that the protocol (or its peer) gives for it. */
public final class GripException extends Exception {
    public GripException(String message) {
        super(message, null, false, false);
    }

    /** The text; never absent. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
