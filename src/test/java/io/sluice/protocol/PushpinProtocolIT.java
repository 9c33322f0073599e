package io.sluice.protocol;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The conformance cases against Pushpin, where it is installed: what the cases say of it is true, not remembered. */
class PushpinProtocolIT extends Conformance {
    private static @Nullable World shared;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(
                PushpinServer.installed(),
                "Pushpin is not installed on this machine: its half of the conformance cases is skipped");
        shared = new World(PushpinServer::start);
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
