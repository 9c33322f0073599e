package io.sluice.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.transport.Transport;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StartupSinksTest {
    @Test
    void raw_writes_pass_the_test_on_this_platform() throws Exception {
        for (Transport transport : new Transport[] {Transport.NIO, Transport.nativeTransport()}) {
            if (transport == null) {
                continue;
            }
            Vertx vertx = Vertx.builder().withTransport(transport).build();
            try {
                StartupSinks sinks = StartupSinks.choose(vertx)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS);
                assertThat(sinks.isRaw()).as(transport.name()).isTrue();
            } finally {
                vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
            }
        }
    }
}
