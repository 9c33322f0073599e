package io.sluice.cli;

import io.vertx.core.Future;

/**
 * A node that accepts traffic.
 *
 * @param name of the node
 * @param http where clients connect, {@code HOST:PORT} with the port bound
 * @param control where publishers connect
 * @param ops where operators look
 * @param closing drains and closes; called once
 */
record RunningNode(String name, String http, String control, String ops, Closing closing) {
    /** Ends a node. */
    interface Closing {
        /** Done when connections are drained, or the drain's time is over, and everything is closed. */
        Future<?> close();
    }

    /** What tools wait for on standard output. */
    String readyLine() {
        return "sluice ready node=" + name + " http=" + http + " control=" + control + " ops=" + ops;
    }
}
