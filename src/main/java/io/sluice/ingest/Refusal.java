package io.sluice.ingest;

/** A request that is answered with an error: always plain text, and a newline after the text. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final boolean framingLost;

    private Refusal(int status, String text, boolean framingLost) {
        super(text, null, false, false);
        this.status = status;
        this.framingLost = framingLost;
    }

    static Refusal of(int status, String text) {
        return new Refusal(status, text, false);
    }

    /** What follows on the connection is not a request: it must be closed after the answer. */
    static Refusal andClose(int status, String text) {
        return new Refusal(status, text, true);
    }

    int status() {
        return status;
    }

    String text() {
        return String.valueOf(getMessage());
    }

    boolean framingLost() {
        return framingLost;
    }
}
