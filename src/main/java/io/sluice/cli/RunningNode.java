package io.sluice.cli;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A node that accepts traffic.
 *
 * @param name of the node
 * @param http where clients connect, {@code HOST:PORT} with the port bound
 * @param control where publishers connect
 * @param ops where operators look
 * @param https where clients connect over TLS; null without
 * @param closing drains and closes
 */
record RunningNode(
        String name,
        String http,
        String control,
        String ops,
        @Nullable String https,
        Closing closing) {
    /** Ends a node. Any thread. */
    interface Closing {
        /**
         * Begins to drain, if nobody has. Done when connections are drained, or the drain's time is over, and everything is closed.
         */
        Future<?> close();

        /** Ends a drain's pacing. */
        default void hurry() {}

        /** Done when the drain begins, whoever asked for it. */
        default Future<?> begun() {
            return Promise.promise().future();
        }

        /** How long a drain takes at most. */
        default Duration limit() {
            return Duration.ofSeconds(60);
        }
    }

    /** What tools wait for on standard output. */
    String readyLine() {
        return "sluice ready node=" + name + " http=" + http + " control=" + control + " ops=" + ops
                + (https == null ? "" : " https=" + https);
    }
}
