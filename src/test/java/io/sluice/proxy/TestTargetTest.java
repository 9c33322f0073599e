package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.grip.HoldMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TestTargetTest {
    private final ProxyBench bench = ProxyBench.start(
            "* test", "*,path_beg=/sub test", "fallback.example 127.0.0.1:1 test", "plain.example,no_grip test");

    @AfterEach
    void close() {
        bench.close();
    }

    private RawClient.Answer get(String path) {
        return get("example.com", path);
    }

    private RawClient.Answer get(String host, String path) {
        bench.sessions.onAccept = RecordedSessions::finish;
        try (RawClient client = bench.connect()) {
            return client.send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                    .answer();
        }
    }

    @Test
    void says_hello() {
        RawClient.Answer answer = get("/");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("text/plain");
        assertThat(answer.body()).isEqualTo("Hello from the Sluice test handler!\n");
        assertThat(get("/sub").body()).isEqualTo("Hello from the Sluice test handler!\n");
        assertThat(get("fallback.example", "/").body()).isEqualTo("Hello from the Sluice test handler!\n");
    }

    @Test
    void holds_responses_and_streams() {
        assertThat(get("/response").body()).isEqualTo("nothing for now\n");
        assertThat(get("/sub/stream?channel=a%20b&channel=c").body()).isEqualTo("[stream opened]\n");

        assertThat(bench.sessions.accepted.get(0).hold()).isEqualTo(HoldMode.RESPONSE);
        assertThat(bench.sessions.accepted.get(0).channels())
                .extracting(channel -> channel.name())
                .containsExactly("test");
        assertThat(bench.sessions.accepted.get(1).hold()).isEqualTo(HoldMode.STREAM);
        assertThat(bench.sessions.accepted.get(1).channels())
                .extracting(channel -> channel.name())
                .containsExactly("a b", "c");
    }

    @Test
    void knows_nothing_else() {
        assertThat(get("/other").status()).isEqualTo(404);
        assertThat(get("/other").body()).isEqualTo("no such test resource\n");
        assertThat(get("/stream?channel=a%0Ab").status()).isEqualTo(400);
        assertThat(get("/stream?channel=a%zz").status()).isEqualTo(400);
    }

    @Test
    void passes_its_own_instructions_on_where_the_route_says_so() {
        assertThat(get("plain.example", "/stream").header("Grip-Hold")).isEqualTo("stream");
    }

    @Test
    void refuses_a_large_body() {
        try (RawClient client = bench.connect()) {
            RawClient.Answer answer = client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100001\r\n\r\n")
                    .send(new byte[100_001])
                    .answer();

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).isEqualTo("request too large\n");
        }
    }
}
