package io.sluice.protocol;

import java.io.IOException;
import java.time.Duration;

/** A running gateway, somebody's: its ports, and the little that its tests must know of it. */
interface ServerUnderTest extends AutoCloseable {
    /** Whose it is; where the two differ on purpose a test asks. */
    enum Kind {
        SLUICE,
        PUSHPIN,
    }

    /** How long an item waits for its predecessor; servers are started with this. */
    Duration MESSAGE_WAIT = Duration.ofSeconds(2);

    Kind kind();

    int clientPort();

    int controlPort();

    /** Before the request that makes a hold on that channel, so that {@link #awaitSubscribed} can tell. */
    void expectSubscribed(String channel) throws IOException;

    /** Waits until a hold on that channel is in effect. Changes nothing for it. */
    void awaitSubscribed(String channel);

    @Override
    void close() throws IOException;
}
