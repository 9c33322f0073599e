package io.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Origins that cannot answer (GRIP, proxying: errors before the response starts). */
abstract class FailureCases extends ProtocolCases {
    static final String PLAIN = "Error while proxying to origin.\n";

    @Test
    void aRefusedConnection() throws IOException {
        Reply reply = world().get("/x", "Host: down.test");
        assertThat(reply.status()).isEqualTo(502);
        assertThat(reply.header("Content-Type")).startsWith("text/plain");
        assertThat(reply.text()).isEqualTo(PLAIN);
    }

    @Test
    void aRefusedConnectionInDebugMode() throws IOException {
        Reply reply = world().get("/x", "Host: down-debug.test");
        assertThat(reply.status()).isEqualTo(502);
        assertThat(reply.text())
                .startsWith("Unable to connect to any targets. Tried: ")
                .contains("127.0.0.1:");
    }

    @Test
    void theNextTargetIsTried() throws IOException {
        String path = "/" + World.name("failover");
        origin().on(path, request -> Answer.ok("second got " + request.text()));
        Reply reply = HttpWire.exchange(
                world().server().clientPort(), HttpWire.request("POST", path, "this", "Host: failover.test"));
        assertThat(reply.text()).isEqualTo("second got this");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            })
    void anOriginThatMakesNoSense(String bytes) throws IOException {
        String path = "/" + World.name("broken");
        origin().on(path, Answer.raw(bytes));
        try (var wire = world().client()) {
            wire.send(HttpWire.request("GET", path, null));
            Reply head = wire.head();
            if (head.status() == 200) {
                // The head was fine and has gone out: then the response must be seen as cut.
                org.assertj.core.api.Assertions.assertThatThrownBy(wire::textToEnd)
                        .isInstanceOf(IOException.class);
            } else {
                assertThat(head.status()).isEqualTo(502);
                assertThat(wire.textToEnd()).isEqualTo(PLAIN);
            }
        }
        assertThat(origin().received(path)).hasSizeBetween(1, 2);
    }

    /** Pushpin waits for as long as the client does. */
    @Test
    void anOriginThatSaysNothing() throws Exception {
        assumeTrue(isSluice(), "Pushpin has no time-out here");
        String path = "/" + World.name("silent");
        origin().onRaw(path, (head, in, out) -> in.readAllBytes());
        Reply reply = world().get(path);
        assertThat(reply.status()).isEqualTo(504);
        assertThat(reply.header("Content-Type")).startsWith("text/plain");
        assertThat(reply.text()).endsWith("\n").doesNotContain("127.0.0.1");
    }
}
