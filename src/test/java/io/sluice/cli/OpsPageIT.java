package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.protocol.HttpWire;
import io.sluice.stats.Gauge;
import io.sluice.testing.Chromium;
import io.sluice.testing.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The ops page in a browser, against a whole node. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OpsPageIT {
    private static final String TOKEN = "0123456789abcdefghij";
    /** What a channel or an item may be called by somebody who means harm. */
    private static final String HOSTILE = "<img src=x onerror=\"document.title='broken'\">";

    @TempDir
    static Path profile;

    private final HoldOrigin origin = new HoldOrigin();
    private final List<HeldClient> clients = new ArrayList<>();
    private TestGateway gateway;
    private Chromium page;

    @BeforeAll
    void start() throws Exception {
        gateway = TestGateway.start(
                List.of("* " + origin.address() + ",over_http"),
                Map.of("ops.token", TOKEN, "drain.wait-seconds", "3", "drain.hold-seconds", "1"));
        page = Chromium.start(profile);
    }

    @AfterAll
    void stop() throws Exception {
        if (page != null) {
            page.close();
        }
        gateway.close();
        for (HeldClient client : clients) {
            client.close();
        }
        origin.close();
    }

    @BeforeEach
    void open() throws IOException {
        HeldClient client = HeldClient.connect(gateway.httpPort()).get("/stream/c");
        clients.add(client);
        client.head();
        page.size(1280, 900);
        page.open("http://127.0.0.1:" + gateway.gateway().opsPort() + "/");
        until("document.querySelector('#nodes .pill')?.textContent", "ready");
    }

    private void screenshot(String name) throws IOException {
        String directory = System.getProperty("sluice.screenshots");
        if (directory != null) {
            for (boolean dark : List.of(true, false)) {
                page.dark(dark);
                Files.write(Path.of(directory, "ops-" + name + (dark ? "-dark" : "") + ".png"), page.screenshot());
            }
        }
    }

    @AfterEach
    void nothingWasRefusedOrFailed() throws IOException {
        screenshot(String.valueOf(clients.size()));
        assertThat(page.complaints()).isEmpty();
        assertThat(page.evaluate("document.title")).isNotEqualTo("broken");
    }

    private void until(String expression, String shown) {
        await().atMost(20, TimeUnit.SECONDS)
                .pollInterval(50, TimeUnit.MILLISECONDS)
                .untilAsserted(
                        () -> assertThat(page.evaluate(expression)).asString().contains(shown));
    }

    private String text(String selector) {
        return "document.querySelector(" + quoted(selector) + ").textContent";
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private void fill(String form, String field, String value) {
        page.evaluate("document.querySelector('#" + form + "').elements." + field + ".value = " + quoted(value));
    }

    private void submit(String form) {
        page.evaluate("document.querySelector('#" + form + "').requestSubmit()");
    }

    private void unlock(String token) {
        page.evaluate("document.querySelector('#lock').click()");
        page.evaluate("document.querySelector('#ask input').value = '" + token + "'");
        page.evaluate("document.querySelector('#ask button[value=yes]').click()");
        until(text("#lock"), "Forget");
    }

    @Test
    @Order(1)
    void it_shows_the_node_and_its_numbers() {
        until(text("#summary"), gateway.gateway().name() + ", alone");
        until(text("#state"), "ready");
        until(text("#nodes"), gateway.gateway().name());
        until(text("#tiles"), "streams " + clients.size());
        until(text("#drain"), "serving");
    }

    @Test
    @Order(2)
    void without_the_token_nothing_is_changed() {
        until(text("#lock"), "Read only");
        fill("publish", "channel", "stream-c");
        fill("publish", "content", "x");
        submit("publish");
        until(text("#published"), "The token is needed");
        unlock("wrong-wrong-wrong-wrong");
        submit("publish");
        until(text("#published"), "The token is not that of the setting");
        until(text("#lock"), "Read only");
        // The browser notes that answer in red.
        page.complaints().removeIf(line -> line.contains("/api/publish"));
    }

    @Test
    @Order(3)
    void what_is_published_is_followed_and_traced() throws Exception {
        fill("tail", "channel", "stream-c");
        submit("tail");
        until(text("#tail-state"), "following stream-c");
        unlock(TOKEN);
        fill("publish", "channel", "stream-c");
        fill("publish", "id", HOSTILE);
        fill("publish", "content", "hello " + HOSTILE);
        submit("publish");
        until(text("#published"), "accepted, number ");
        until(text("#tailed"), "hello " + HOSTILE);
        until(text("#channels"), "stream-c");
        fill("trace", "channel", "stream-c");
        fill("trace", "id", HOSTILE);
        submit("trace");
        until(text("#traced"), "got it");
        assertThat(page.evaluate("document.querySelectorAll('main img').length"))
                .isEqualTo(0);
        assertThat(clients.get(0).read(10)).contains("open");
        submit("tail");
        until(text("#tail-state"), "stopped");
        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> ask("/api/channels/stream-c").contains("\"webSockets\":0"));
    }

    @Test
    @Order(4)
    void a_narrow_page_does_not_run_over() {
        page.size(360, 800);
        page.dark(true);
        until("document.documentElement.scrollWidth <= 360", "true");
        page.dark(false);
    }

    @Test
    @Order(5)
    void everything_comes_from_the_node_and_under_a_strict_policy() throws Exception {
        HttpResponse<String> html = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        "http://127.0.0.1:" + gateway.gateway().opsPort() + "/"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(html.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy)
                        .contains(
                                "default-src 'none'",
                                "script-src 'self';",
                                "connect-src 'self'",
                                "frame-ancestors 'none'")
                        .doesNotContain("unsafe"));
        assertThat(
                        page.evaluate(
                                "performance.getEntriesByType('resource').filter(r => !r.name.startsWith(location.origin)).length"))
                .isEqualTo(0);
    }

    private String ask(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + gateway.gateway().opsPort() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** A client that takes nothing, under a name that means harm. */
    private Socket stalled() throws Exception {
        var socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.httpPort()));
        socket.getOutputStream()
                .write(("GET /stream/slow HTTP/1.1\r\nHost: localhost\r\nUser-Agent: " + HOSTILE + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        String item = "{\"items\":[{\"channel\":\"stream-slow\",\"formats\":{\"http-stream\":{\"content\":\""
                + "x".repeat(200_000) + "\"}}}]}";
        await().atMost(20, TimeUnit.SECONDS).until(() -> {
            HttpWire.exchange(gateway.controlPort(), HttpWire.request("POST", "/publish/", item));
            return gateway.gateway().stats().value(Gauge.OUTBOXES) == 1;
        });
        return socket;
    }

    @Test
    @Order(6)
    void the_desk_shows_who_is_slow_and_ends_it() throws Exception {
        if (!String.valueOf(page.evaluate(text("#lock"))).contains("Forget")) {
            unlock(TOKEN);
        }
        until(text("#slow"), "nobody is behind");
        try (Socket slow = stalled()) {
            until(text("#slow"), "stream-slow");
            screenshot("slow");
            fill("find", "text", "IMG SRC");
            submit("find");
            until(text("#found"), HOSTILE);
            page.evaluate("document.querySelector('#slow button').click()");
            until(text("#detail"), HOSTILE);
            screenshot("detail");
            page.evaluate("document.querySelector('#detail button.danger').click()");
            until("document.querySelector('#ask').open", "true");
            page.evaluate("document.querySelector('#ask button[value=yes]').click()");
            until(text("#detail"), "Disconnected.");
            assertThat(page.evaluate("document.querySelectorAll('main img, dialog img').length"))
                    .isEqualTo(0);
            assertThat(slow.getInputStream().readAllBytes()).isNotEmpty();
        }
        page.evaluate("document.querySelector('#detail').close()");
        until(text("#slow"), "nobody is behind");
    }

    @Test
    @Order(7)
    void a_drain_is_seen_to_its_end() {
        page.evaluate("document.querySelector('#drain-begin').click()");
        until("document.querySelector('#ask').open", "true");
        page.evaluate("document.querySelector('#ask button[value=yes]').click()");
        until(text("#drain-of") + " + " + text("#drain") + " + " + text("#state"), "on its way out");
        await().atMost(30, TimeUnit.SECONDS)
                .until(() -> gateway.gateway().ending().isComplete());
        until(text("#state"), "connection lost");
        // What is asked of a node that has left fails.
        page.complaints().clear();
    }
}
