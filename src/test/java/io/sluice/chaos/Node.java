package io.sluice.chaos;

/** A node of the cluster under test, from the outside. */
interface Node {
    String name();

    /** Where its clients and publishers reach it. */
    String host();

    int httpPort();

    int controlPort();

    /** Ends it without a word to anybody. */
    void kill() throws Exception;

    /** Has it leave in order; returns when it has. */
    void leave() throws Exception;
}
