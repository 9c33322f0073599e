package io.sluice.protocol;

import org.junit.jupiter.api.Nested;

/** The groups of cases about WebSockets. */
abstract class WebSocketConformance {
    /** The server with its origin; one for all groups. */
    abstract World running();

    @Nested
    class WebSocketAlone extends WebSocketAloneCases {
        @Override
        World world() {
            return running();
        }
    }

    @Nested
    class WebSocketClosing extends WebSocketClosingCases {
        @Override
        World world() {
            return running();
        }
    }

    @Nested
    class WebSocketControl extends WebSocketControlCases {
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
    class WebSocketProxy extends WebSocketProxyCases {
        @Override
        World world() {
            return running();
        }
    }

    @Nested
    class WebSocketProxyGrip extends WebSocketProxyGripCases {
        @Override
        World world() {
            return running();
        }
    }

    @Nested
    class WebSocketPublish extends WebSocketPublishCases {
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
