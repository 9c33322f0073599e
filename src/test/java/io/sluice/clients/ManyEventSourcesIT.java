package io.sluice.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.HttpWire;
import io.sluice.stats.Gauge;
import io.sluice.testing.Browser;
import io.sluice.testing.HttpOrigin;
import io.sluice.testing.TestCertificates;
import io.sluice.testing.TestGateway;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A page that opens 30 EventSources, in a browser: over HTTP/1.1 it stops at 6 connections, over HTTP/2 all receive. */
@Timeout(90)
class ManyEventSourcesIT {
    private static final int SOURCES = 30;
    private static final int CONNECTIONS = 6;

    /** Tells the origin, past the gateway, how many are open and how many have received, some time after the first has. */
    private static final String PAGE = """
            <!doctype html><title>many</title><script>
            let open = 0, received = 0
            for (let i = 0; i < %d; i++) {
              const source = new EventSource('/stream?n=' + i)
              source.onopen = () => open++
              source.onmessage = () => {
                if (received++ === 0) setTimeout(report, 1500)
              }
            }
            const report = () => fetch('http://%s/report?open=' + open + '&received=' + received, {mode: 'no-cors'})
            </script>
            """;

    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<String> reports = new LinkedBlockingQueue<>();
    private final HttpOrigin origin = HttpOrigin.start(vertx, this::answer);
    private TestGateway gateway;

    @TempDir
    Path directory;

    @BeforeAll
    static void browser() {
        Browser.assumeInstalled();
    }

    @BeforeEach
    void start() throws Exception {
        TestCertificates.server(directory, "default", "EC", "localhost");
        gateway = TestGateway.start(
                List.of("* " + origin.address()),
                Map.of("http.tls-certificates", directory.toString(), "http.tls-port", "0"));
    }

    @AfterEach
    void close() {
        gateway.close();
        origin.close();
        vertx.close().await();
    }

    private void answer(HttpServerRequest request) {
        switch (request.path()) {
            case "/stream" ->
                request.response()
                        .putHeader("Content-Type", "text/event-stream")
                        .putHeader("Grip-Hold", "stream")
                        .putHeader("Grip-Channel", "news")
                        .end(": open\n\n");
            case "/report" -> {
                reports.add(String.valueOf(request.query()));
                request.response().end();
            }
            case "/" ->
                request.response()
                        .putHeader("Content-Type", "text/html")
                        .end(PAGE.formatted(SOURCES, origin.address()));
            default -> request.response().setStatusCode(404).end();
        }
    }

    private String report(String url, int holds) throws Exception {
        try (Browser browser = Browser.open(directory, url)) {
            assertThat(browser).isNotNull();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(40))
                    .untilAsserted(() -> assertThat(gateway.gateway().stats().value(Gauge.STREAM_HOLDS))
                            .isEqualTo(holds));
            String body =
                    "{\"items\":[{\"channel\":\"news\",\"formats\":{\"http-stream\":{\"content\":\"data: x\\n\\n\"}}}]}";
            assertThat(HttpWire.exchange(gateway.controlPort(), HttpWire.request("POST", "/publish/", body))
                            .status())
                    .isEqualTo(200);
            return String.valueOf(reports.poll(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void over_http2_all_receive() throws Exception {
        assertThat(report("https://localhost:" + gateway.gateway().httpsPort() + "/", SOURCES))
                .isEqualTo("open=" + SOURCES + "&received=" + SOURCES);
    }

    @Test
    void over_http1_the_browser_stops_at_its_limit() throws Exception {
        assertThat(report("http://127.0.0.1:" + gateway.httpPort() + "/", CONNECTIONS))
                .isEqualTo("open=" + CONNECTIONS + "&received=" + CONNECTIONS);
    }
}
