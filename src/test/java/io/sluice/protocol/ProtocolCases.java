package io.sluice.protocol;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** What all groups of cases have: the world that the tests around them started. */
abstract class ProtocolCases {
    abstract World world();

    final ScriptedOrigin origin() {
        return world().origin();
    }

    final boolean isSluice() {
        return world().isSluice();
    }

    static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20));
    }
}
