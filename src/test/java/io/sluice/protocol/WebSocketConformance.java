package io.sluice.protocol;

import org.junit.jupiter.api.Nested;

/** The groups of cases about WebSockets. */
abstract class WebSocketConformance {
    /** The server with its origin; one for all groups. */
    abstract World running();

    @Nested
    class WebSocketClosing extends WebSocketClosingCases {
        @Override
        World world() {
            return running();
        }
    }

    @Nested
    class WebSocketHandshake extends WebSocketHandshakeCases {
        @Override
        World world() {
            return running();
        }
    }

    @Nested
    class WebSocketMessage extends WebSocketMessageCases {
        @Override
        World world() {
            return running();
        }
    }

    @Nested
    class WebSocketOpening extends WebSocketOpeningCases {
        @Override
        World world() {
            return running();
        }
    }

    @Nested
    class WebSocketRefusal extends WebSocketRefusalCases {
        @Override
        World world() {
            return running();
        }
    }
}
