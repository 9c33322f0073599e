package io.sluice.protocol;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The conformance cases against a node of ours, in this process. */
class SluiceProtocolIT extends Conformance {
    private static @Nullable World shared;

    @BeforeAll
    static void start() throws Exception {
        shared = new World(SluiceServer::start);
    }

    @AfterAll
    static void stop() throws Exception {
        if (shared != null) {
            shared.close();
        }
    }

    @Override
    World running() {
        if (shared == null) {
            throw new IllegalStateException("not started");
        }
        return shared;
    }
}
