package io.sluice.demo;

import static io.sluice.protocol.HttpWire.exchange;
import static io.sluice.protocol.HttpWire.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.Reply;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The demo's backend as a gateway sees it. There is none here: what is said stays in the log, and can't be published. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoChatTest {
    private final Vertx vertx = Vertx.vertx();
    private final DemoOriginVerticle origin = new DemoOriginVerticle();

    @BeforeAll
    void start() throws Exception {
        vertx.deployVerticle(origin).await(10, TimeUnit.SECONDS);
    }

    @AfterAll
    void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private Reply post(String target, String body, String... headers) throws IOException {
        return exchange(origin.port(), request("POST", target, body, headers));
    }

    private Reply events(String target, String body) throws IOException {
        return post(target, body, "Content-Type: application/websocket-events");
    }

    /** The lines of the answer: types, and contents. */
    private static List<String> lines(Reply reply) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo("application/websocket-events");
        return reply.text().lines().toList();
    }

    /** Says it, and gives the position before it. */
    private long say(String text) throws IOException {
        String opened = lines(events("/chat", "OPEN\r\n")).get(8);
        assertThat(events("/chat", "TEXT " + Integer.toHexString(text.length()) + "\r\n" + text + "\r\n")
                        .status())
                .isEqualTo(502);
        return new JsonObject(opened.substring(2)).getLong("last");
    }

    @Test
    void open_is_accepted_with_subscriptions_and_a_position() throws Exception {
        Reply reply = events("/chat", "OPEN\r\n");

        assertThat(reply.header("Sec-WebSocket-Extensions")).isEqualTo("grip");
        List<String> lines = lines(reply);
        assertThat(lines.get(0)).isEqualTo("OPEN");
        assertThat(lines.get(2)).contains("c:{", "\"type\":\"keep-alive\"");
        assertThat(lines.get(4)).contains("c:{", "\"type\":\"subscribe\"", "\"channel\":\"demo\"");
        assertThat(lines.get(6))
                .contains("c:{", "\"type\":\"subscribe\"", "\"channel\":\"demo-log\"", "\"prev-id\":\"");
        assertThat(lines.get(8)).startsWith("m:{\"last\":");
        assertThat(lines).hasSize(9);
    }

    @Test
    void what_could_not_be_published_is_there_for_who_comes_back() throws Exception {
        long before = say("hello");

        assertThat(events("/chat?since=" + before, "OPEN\r\n").text())
                .contains("m:{\"id\":" + (before + 1) + ",\"text\":\"hello\"");
        assertThat(events("/chat?since=" + (before + 1), "OPEN\r\n").text()).doesNotContain("hello");
    }

    @Test
    void the_gateway_is_told_what_a_client_misses() throws Exception {
        long before = say("missed");

        Reply reply = post(
                "/chat?since=1",
                "",
                "Content-Type: application/websocket-events",
                "Grip-Last: demo-log; last-id=" + before);

        assertThat(lines(reply)).hasSize(4);
        assertThat(reply.text())
                .contains("\"channel\":\"demo-log\"", "\"prev-id\":\"" + (before + 1) + "\"", "\"text\":\"missed\"");
    }

    @Test
    void pings_and_closes_are_answered_in_kind() throws Exception {
        assertThat(events("/chat", "PING 2\r\n\r\n\r\nPING\r\nPONG\r\nBINARY 1\r\nx\r\nCLOSE 5\r\n\17\177bye\r\n")
                        .text())
                .isEqualTo("PONG 2\r\n\r\n\r\nPONG\r\nCLOSE 5\r\n\17\177bye\r\n");
        assertThat(events("/chat", "DISCONNECT\r\n").text()).isEmpty();
        assertThat(events("/chat", "").text()).isEmpty();
        assertThat(events("/chat", "SOMETHING 1\r\nx\r\n").text()).isEmpty();
    }

    @Test
    void a_message_that_is_too_long_or_empty_is_told_to_its_sender() throws Exception {
        assertThat(events("/chat", "TEXT\r\n").text()).contains("m:{\"error\":\"A message has 1 to 500 characters.\"}");
        assertThat(events("/chat", "TEXT 1f5\r\n" + "x".repeat(501) + "\r\n").text())
                .contains("m:{\"error\":");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    OPEN                 | A line ends with CRLF.
                    OPEN\\n              | A line ends with CRLF.
                    TEXT 3\\r\\nabc      | An event's content is as long as its line says, and CRLF follows.
                    TEXT 3\\r\\nabcd\\r\\n | An event's content is as long as its line says, and CRLF follows.
                    TEXT 4\\r\\nabc\\r\\n | An event's content is as long as its line says, and CRLF follows.
                    TEXT fffffff\\r\\na\\r\\n | An event's content is as long as its line says, and CRLF follows.
                    TEXT -1\\r\\n        | The length of an event's content is hexadecimal.
                    TEXT 3 4\\r\\n       | The length of an event's content is hexadecimal.
                    TEXT 100000000\\r\\n | The length of an event's content is hexadecimal.
                    TEXT \\r\\n          | The length of an event's content is hexadecimal.
                    text\\r\\n           | An event begins with its type, in capital letters.
                    \\r\\n               | An event begins with its type, in capital letters.
                    PING\\r\\nOPEN\\r\\n | OPEN is the first event.
                    CLOSE 1\\r\\nx\\r\\n | A CLOSE has no code, or one of two bytes.
                    """)
    void malformed_events_are_refused_with_the_rule(String body, String rule) throws Exception {
        Reply reply = events("/chat", body.translateEscapes());

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text()).isEqualTo(rule + "\n");
    }

    @Test
    void other_requests_are_refused() throws Exception {
        assertThat(post("/chat", "OPEN\r\n", "Content-Type: text/plain").text())
                .isEqualTo("The chat is a WebSocket: Content-Type is application/websocket-events.\n");
        assertThat(exchange(origin.port(), request("GET", "/chat", null)).status())
                .isEqualTo(400);
    }
}
