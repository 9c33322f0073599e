package io.sluice.cli;

import static io.sluice.protocol.HttpWire.exchange;
import static io.sluice.protocol.HttpWire.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.stats.Gauge;
import io.sluice.testing.RawUpgrade;
import io.sluice.testing.RawWebSocket;
import io.sluice.testing.TestGateway;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** One line for each request that is over. */
@Timeout(60)
class AccessLogIT {
    private final Logger log = (Logger) LoggerFactory.getLogger("io.sluice.access");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final HoldOrigin origin = new HoldOrigin();
    private TestGateway gateway;

    AccessLogIT() throws Exception {
        gateway = TestGateway.start(
                List.of(
                        "only.example,id=r1 " + origin.address() + ",over_http",
                        "localhost,id=r2 " + origin.address() + ",over_http"),
                Map.of());
    }

    @BeforeEach
    void listen() {
        lines.list = new CopyOnWriteArrayList<>();
        lines.start();
        log.addAppender(lines);
        log.setLevel(Level.INFO);
    }

    @AfterEach
    void close() throws Exception {
        log.setLevel(Level.OFF);
        log.detachAppender(lines);
        gateway.close();
        origin.close();
    }

    private String line() {
        await().atMost(20, TimeUnit.SECONDS).until(() -> !lines.list.isEmpty());
        assertThat(lines.list).hasSize(1);
        return lines.list.get(0).getFormattedMessage();
    }

    @Test
    void aRequestIsToldWithoutItsQuery() throws Exception {
        exchange(gateway.httpPort(), request("GET", "/plain?token=secret", null));
        assertThat(line())
                .startsWith("access kind=request method=GET path=/plain status=200 over=answered bytes=6 millis=")
                .contains(" route=r2 connection=", " client=- from=127.0.0.1")
                .doesNotContain("secret");
    }

    @Test
    void aRequestWithoutARouteIsToldToo() throws Exception {
        HeldClient client = HeldClient.connect(gateway.httpPort());
        client.send("POST /x?token=secret HTTP/1.1\r\nHost: elsewhere\r\nContent-Length: 0\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 502");
        assertThat(line())
                .contains("kind=request method=POST path=/x status=502 over=refused")
                .contains(" route=- ")
                .doesNotContain("secret");
        client.close();
    }

    @Test
    void aStreamIsToldWhenItIsOver() throws Exception {
        HeldClient client = HeldClient.connect(gateway.httpPort()).get("/stream/c");
        client.head();
        assertThat(lines.list).isEmpty();
        client.close();
        assertThat(line()).contains("kind=stream method=GET path=/stream/c status=200 over=gone bytes=-1");
    }

    @Test
    void aLongPollIsToldWhenItIsOver() throws Exception {
        HeldClient client = HeldClient.connect(gateway.httpPort()).get("/poll/c");
        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> gateway.gateway().stats().value(Gauge.RESPONSE_HOLDS) == 1);
        client.close();
        assertThat(line()).contains("kind=long-poll method=GET path=/poll/c status=0 over=gone");
    }

    @Test
    void aWebSocketIsToldWhenItIsOver() throws Exception {
        RawWebSocket socket = RawUpgrade.to("/socket/c?token=secret").open(gateway.httpPort());
        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> gateway.gateway().stats().value(Gauge.SOCKETS) == 1);
        socket.close();
        assertThat(line())
                .contains("kind=websocket method=GET path=/socket/c status=101 over=gone")
                .doesNotContain("secret");
    }
}
