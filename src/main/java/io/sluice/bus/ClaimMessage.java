package io.sluice.bus;

/** To a node, about the claim of a connection that lives on it. Answered by {@link ClaimHeld}. */
public sealed interface ClaimMessage {
    String client();

    String connection();

    /** Of the claim that is meant: a newer one of the same connection is another matter. */
    long token();

    /** It has given way to another: close the connection, and answer then. */
    record Evict(String client, String connection, long token, String byNode, String byConnection, long byToken)
            implements ClaimMessage {}

    /** Does it still stand? */
    record Confirm(String client, String connection, long token) implements ClaimMessage {}
}
