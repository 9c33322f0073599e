package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawConnection.RawRequest;
import io.sluice.testing.RawOrigin;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Cross-origin headers and JSON-P, on what is passed, answered and held. */
@Timeout(60)
class ShapingTest {
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<RawRequest> requests = new CopyOnWriteArrayList<>();
    private ProxyBench bench = start("");

    private ProxyBench start(String answer) {
        RawOrigin origin = RawOrigin.start(connection -> {
            RawRequest request;
            while ((request = connection.readRequest()) != null) {
                requests.add(request);
                connection.send(answer);
            }
        });
        opened.add(origin);
        bench = ProxyBench.start("*,aco " + origin.address());
        opened.add(bench);
        bench.sessions.onAccept = RecordedSessions::finish;
        return bench;
    }

    private RawClient client(ProxyBench to) {
        RawClient client = to.connect();
        opened.add(client);
        return client;
    }

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    @Test
    void opens_all_kinds_of_answers_to_other_sites() {
        for (String answer : List.of(
                "HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nX-A: 1\r\nGrip-Foo: a\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nX-A: 1\r\nGrip-Hold: response\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nX-A: 1\r\nGrip-Hold: stream\r\nContent-Length: 2\r\n\r\nok")) {
            RawClient.Answer sent = client(start(answer))
                    .send("GET / HTTP/1.1\r\nHost: h\r\nOrigin: https://a.example\r\n\r\n")
                    .answer();

            assertThat(sent.header("Access-Control-Allow-Origin")).as(answer).isEqualTo("https://a.example");
            assertThat(sent.header("Access-Control-Expose-Headers")).isEqualTo("X-A");
            assertThat(sent.body()).isEqualTo("ok");
        }
    }

    @Test
    void opens_errors_to_other_sites() {
        RawClient.Answer answer = client(start("nonsense\r\n\r\n")).get("/").answer();

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("*");
    }

    @Test
    void wraps_what_it_passes() {
        RawClient.Answer answer = client(start(
                        "HTTP/1.1 404 Not Found\r\nX-A: 1\r\nCache-Control: no-cache\r\nContent-Length: 2\r\n\r\nno"))
                .get("/a?callback=cb&_method=POST&_body=b&c=d")
                .answer();

        assertThat(answer.line()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(answer.header("Content-Type")).isEqualTo("application/javascript");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(answer.body())
                .isEqualTo("/**/cb({\"code\": 404, \"reason\": \"Not Found\", \"headers\": "
                        + "{\"X-A\": \"1\", \"Cache-Control\": \"no-cache\"}, \"body\": \"no\"});\n");
        assertThat(requests.get(0).line()).isEqualTo("POST /a?c=d HTTP/1.1");
        assertThat(requests.get(0).text()).isEqualTo("b");
        assertThat(Objects.requireNonNull(requests.get(0).header("Accept"))).isEqualTo("*/*");
    }

    @Test
    void wraps_what_was_held() {
        RawClient.Answer answer = client(start("HTTP/1.1 200 OK\r\nGrip-Hold: response\r\nContent-Length: 2\r\n\r\nok"))
                .get("/?callback=cb")
                .answer();

        assertThat(answer.body())
                .isEqualTo("/**/cb({\"code\": 200, \"reason\": \"OK\", \"headers\": {}, \"body\": \"ok\"});\n");
        assertThat(answer.header("Content-Length")).isNotNull();
    }

    @Test
    void cannot_stream_a_script() {
        RawClient.Answer answer = client(start("HTTP/1.1 200 OK\r\nGrip-Hold: stream\r\nContent-Length: 2\r\n\r\nok"))
                .get("/?callback=cb")
                .answer();

        assertThat(answer.body()).startsWith("/**/cb({\"code\": 502,");
    }

    @Test
    void says_so_when_a_body_is_not_text() {
        RawClient.Answer passed = client(start("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\u00ff\u00fe"))
                .get("/?callback=cb")
                .answer();
        RawClient.Answer answered = client(start("HTTP/1.1 200 OK\r\nGrip-Foo: a\r\nContent-Length: 1\r\n\r\n\u00ff"))
                .get("/?callback=cb")
                .answer();

        assertThat(passed.status()).isEqualTo(500);
        assertThat(passed.body()).isEqualTo("Upstream response could not be JSON-P encoded.\n");
        assertThat(answered.status()).isEqualTo(500);
    }

    @Test
    void refuses_a_callback_that_is_code() {
        RawClient.Answer answer = client(start("")).get("/?callback=alert(1)").answer();

        assertThat(answer.line()).isEqualTo("HTTP/1.1 400 Bad Request");
        assertThat(answer.body()).isEqualTo("Invalid callback parameter.\n");
        assertThat(requests).isEmpty();
    }
}
