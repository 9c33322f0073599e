package io.sluice.chaos;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Something that a client, a publisher or the test itself did or saw. Times are nanoseconds since the history began. */
sealed interface Event {
    /** When it was over. */
    long at();

    /** What became of a try to publish. */
    enum Outcome {
        ACCEPTED,
        /** Its id was known. */
        DUPLICATE,
        /** Accepted, but its predecessor is to come first. */
        WAITING,
        /** No answer, or one that says that it may have been accepted. */
        UNCERTAIN,
        /** Certainly not accepted. */
        REFUSED;

        boolean acknowledged() {
            return this == ACCEPTED || this == DUPLICATE || this == WAITING;
        }
    }

    /** One try to publish an item; there may be several with the same id. */
    record Published(long begin, long at, String channel, String id, String node, Outcome outcome) implements Event {}

    /**
     * A subscriber has seen the head of a stream: it is subscribed.
     *
     * @param life this connection of it, unique in the history
     * @param resumes whether this connection takes up where the subscriber's last one ended
     * @param client the client id that the connection claims; null when it claims none
     */
    record Subscribed(
            long at,
            String life,
            String subscriber,
            Set<String> channels,
            String node,
            boolean resumes,
            @Nullable String client)
            implements Event {}

    /** An item has arrived, after all that arrived before on the same life. */
    record Delivered(long at, String life, String channel, String id) implements Event {}

    /** The subscriber was told that it has missed something of the channel, or may have. */
    record GapTold(long at, String life, String channel, String reason) implements Event {}

    /** A connection is over. */
    record Ended(long at, String life, String reason) implements Event {}

    /** What was done to the cluster, for the reader. */
    record Note(long at, String text) implements Event {}
}
