package io.sluice.bus;

import io.vertx.core.eventbus.ReplyException;

/** Items could not be brought to their home. Publishing again is what to do, with the same ids. */
public final class PublishException extends RuntimeException {
    /** Why; the code crosses the bus as a reply's failure code. */
    public enum Reason {
        /** The node that was asked is not the channel's home, and has accepted nothing. */
        NOT_HOME(1),
        /** The home's store did not answer. Some items may have been accepted. */
        STORE_FAILED(2),
        /** No answer in time. Some items may have been accepted. */
        TIMEOUT(3),
        /** There is nobody at the home's address: it has just left, or just come. It has accepted nothing. */
        NO_HOME(4),
        /** This part of a divided cluster is the smaller one, and the channel has a log. Nothing accepted; publish again once the cluster is whole. */
        ISOLATED(6),
        /** The home has left the cluster, or died, before it answered. Some items may have been accepted. */
        HOME_LEFT(7),
        /** Whatever else. Some items may have been accepted. */
        FAILED(5);

        private final int code;

        Reason(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }

        static Reason of(int code) {
            for (Reason reason : values()) {
                if (reason.code == code) {
                    return reason;
                }
            }
            return FAILED;
        }

        /** Whether it is certain that nothing was accepted, and another try may go better. */
        public boolean nothingAccepted() {
            return this == NOT_HOME || this == NO_HOME;
        }
    }

    private final Reason reason;

    public PublishException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** What the failure of a request to that node says. */
    public static PublishException of(Throwable failure, String home) {
        if (failure instanceof PublishException known) {
            return known;
        }
        String text = "home " + home + ": " + failure.getMessage();
        if (!(failure instanceof ReplyException reply)) {
            return new PublishException(Reason.FAILED, text);
        }
        return new PublishException(
                switch (reply.failureType()) {
                    case TIMEOUT -> Reason.TIMEOUT;
                    case NO_HANDLERS -> Reason.NO_HOME;
                    case RECIPIENT_FAILURE -> Reason.of(reply.failureCode());
                    case ERROR -> Reason.FAILED;
                },
                text);
    }

    /** The text; never absent. */
    public String text() {
        return String.valueOf(getMessage());
    }

    public Reason reason() {
        return reason;
    }
}
