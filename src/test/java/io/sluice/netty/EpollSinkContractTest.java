package io.sluice.netty;

import io.vertx.core.transport.Transport;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The same where raw bytes go past the pipeline. */
@EnabledOnOs(OS.LINUX)
class EpollSinkContractTest extends SinkContractTest {
    @Override
    Transport transport() {
        return Transport.EPOLL;
    }
}
