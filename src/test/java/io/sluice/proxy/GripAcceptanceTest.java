package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.grip.ChannelSpec;
import io.sluice.grip.Headers;
import io.sluice.grip.HoldMode;
import io.sluice.netty.Sink;
import io.sluice.stats.Counter;
import io.sluice.testing.RawConnection.RawRequest;
import io.sluice.testing.RawOrigin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GripAcceptanceTest {
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<RawRequest> requests = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private static String response(String head, String body) {
        return "HTTP/1.1 200 OK\r\n" + head + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** A bench whose origin answers the n-th request with what the function gives. */
    private ProxyBench bench(String condition, Function<Integer, String> answers) {
        RawOrigin origin = RawOrigin.start(connection -> {
            RawRequest request;
            while ((request = connection.readRequest()) != null) {
                requests.add(request);
                connection.send(answers.apply(requests.size()));
            }
        });
        opened.add(origin);
        ProxyBench bench = ProxyBench.start(condition + " " + origin.address());
        opened.add(bench);
        return bench;
    }

    private ProxyBench bench(String answer) {
        return bench("*", n -> answer);
    }

    private RawClient client(ProxyBench bench) {
        RawClient client = bench.connect();
        opened.add(client);
        return client;
    }

    @Test
    void strips_and_answers_without_a_hold() {
        ProxyBench bench = bench(response(
                "Grip-Foo: bar\r\nGrip-Status: 404 Nope\r\nX-A: 1\r\nX-B: 2\r\nGrip-Expose-Headers: X-A\r\nKeep-Alive: timeout=1\r\n",
                "gone"));

        RawClient.Answer answer = client(bench).get("/").answer();

        assertThat(answer.line()).isEqualTo("HTTP/1.1 404 Nope");
        assertThat(answer.body()).isEqualTo("gone");
        assertThat(answer.header("X-A")).isEqualTo("1");
        assertThat(answer.header("Content-Length")).isEqualTo("4");
        assertThat(answer.head().toLowerCase(java.util.Locale.ROOT)).doesNotContain("grip-", "x-b", "keep-alive");
    }

    @Test
    void hands_holds_to_the_sessions() {
        ProxyBench bench = bench(response("Grip-Hold: response\r\nGrip-Channel: c; prev-id=1\r\n", "timeout"));
        bench.sessions.onAccept = RecordedSessions::finish;

        RawClient.Answer answer = client(bench).get("/poll").answer();

        assertThat(answer.body()).isEqualTo("timeout");
        assertThat(bench.sessions.accepted).hasSize(1);
        assertThat(bench.sessions.accepted.get(0).hold()).isEqualTo(HoldMode.RESPONSE);
        assertThat(bench.sessions.accepted.get(0).channels()).containsExactly(new ChannelSpec("c", "1", List.of()));
        Exchange exchange = bench.sessions.exchanges.get(0);
        assertThat(exchange.id()).startsWith("node-0-");
        assertThat(exchange.uri().toString()).isEqualTo("http://example.com/poll");
        assertThat(exchange.peer()).isEqualTo("127.0.0.1");
        assertThat(exchange.retried()).isFalse();
        assertThat(exchange.target()).isEqualTo(exchange.route().targets().get(0));
    }

    @Test
    void hands_next_links_to_the_sessions() {
        ProxyBench bench = bench(response("Grip-Link: </next>; rel=next\r\n", "page"));
        bench.sessions.onAccept = RecordedSessions::finish;

        assertThat(client(bench).get("/").answer().body()).isEqualTo("page");
        assertThat(bench.sessions.accepted.get(0).hold()).isEqualTo(HoldMode.NONE);
    }

    @Test
    void streams_through_a_sink() {
        ProxyBench bench = bench(response("Grip-Hold: stream\r\nContent-Type: text/x\r\n", "[open]"));
        bench.sessions.onAccept = RecordedSessions::finish;

        RawClient modern = client(bench);
        RawClient.Answer answer = modern.get("/").answer();
        RawClient.Answer old = client(bench)
                .send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                .answer();

        assertThat(answer.header("Transfer-Encoding")).isEqualTo("chunked");
        assertThat(answer.header("Content-Length")).isNull();
        assertThat(answer.header("Content-Type")).isEqualTo("text/x");
        assertThat(answer.body()).isEqualTo("[open]");
        assertThat(modern.get("/").answer().body()).as("connection goes on").isEqualTo("[open]");
        assertThat(old.body()).isEqualTo("[open]");
        assertThat(old.header("Connection")).isEqualTo("close");
        assertThat(old.complete()).isTrue();
    }

    @Test
    void tells_when_the_client_goes() {
        ProxyBench bench = bench(response("Grip-Hold: response\r\nGrip-Channel: c\r\n", ""));
        RawClient client = client(bench).get("/");
        await().until(() -> bench.sessions.accepted.size() == 1);

        client.close();

        await().until(() -> bench.sessions.events.contains("gone"));
    }

    @Test
    void sends_the_request_again() {
        ProxyBench bench = bench(
                "*",
                n -> n == 1
                        ? response("Grip-Hold: response\r\nGrip-Channel: c; prev-id=1\r\n", "")
                        : response("", "fresh"));
        bench.sessions.onAccept = (exchange, instruction) ->
                exchange.retry(Headers.of("Grip-Last", "c; last-id=1"), () -> bench.sessions.events.add("answered"));

        RawClient.Answer answer = client(bench)
                .send("POST /x HTTP/1.1\r\nHost: h\r\nX-A: b\r\nContent-Length: 4\r\n\r\nbody")
                .answer();

        assertThat(answer.body()).isEqualTo("fresh");
        assertThat(requests).hasSize(2);
        assertThat(requests.get(1).line()).isEqualTo("POST /x HTTP/1.1");
        assertThat(requests.get(1).text()).isEqualTo("body");
        assertThat(requests.get(1).header("X-A")).isEqualTo("b");
        assertThat(requests.get(1).header("Grip-Last")).isEqualTo("c; last-id=1");
        await().until(() -> bench.sessions.events.equals(List.of("answered")));
        assertThat(bench.stats.value(Counter.RETRIES)).isEqualTo(1);
    }

    @Test
    void comes_back_to_the_sessions_when_a_retry_holds_again() {
        ProxyBench bench = bench("*", n -> response("Grip-Hold: response\r\nGrip-Channel: c" + n + "\r\n", "t"));
        bench.sessions.onAccept = (exchange, instruction) -> {
            if (exchange.retried()) {
                exchange.respond(instruction.response());
            } else {
                exchange.retry(Headers.EMPTY, () -> bench.sessions.events.add("answered"));
            }
        };

        assertThat(client(bench).get("/").answer().body()).isEqualTo("t");
        assertThat(bench.sessions.accepted).hasSize(2);
        assertThat(bench.sessions.exchanges.get(1)).isSameAs(bench.sessions.exchanges.get(0));
        assertThat(bench.sessions.events).isEmpty();
    }

    @Test
    void refuses_an_instruction_to_a_request_too_large_to_keep() {
        ProxyBench bench = bench(response("Grip-Hold: response\r\n", ""));
        int size = ProxyBench.MAX_GRIP_BODY + 1;

        RawClient.Answer answer = client(bench)
                .send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + size + "\r\n\r\n" + "x".repeat(size))
                .answer();

        assertThat(answer.line()).isEqualTo("HTTP/1.1 400 Bad Request");
        assertThat(answer.body()).isEqualTo("Request too large to accept GRIP instruct.\n");
        assertThat(requests.get(0).body()).hasSize(size);
    }

    @Test
    void refuses_what_it_cannot_parse() {
        RawClient.Answer answer =
                client(bench(response("Grip-Hold: bad\r\n", "x"))).get("/").answer();
        RawClient.Answer debug = client(bench("*,debug", n -> response("Grip-Hold: bad\r\n", "x")))
                .get("/")
                .answer();

        assertThat(answer.line()).isEqualTo("HTTP/1.1 502 Bad Gateway");
        assertThat(answer.body()).isEqualTo("Error while proxying to origin.\n");
        assertThat(debug.body())
                .isEqualTo("Failed to parse accept instructions: "
                        + "Grip-Hold must be set to either 'response' or 'stream'\n");
    }

    @Test
    void reads_a_compressed_instruction() {
        byte[] body = ContentCodingTest.gzip("{\"response\":{\"body\":\"plain\"}}".getBytes(StandardCharsets.UTF_8));
        RawClient.Answer answer = client(bench(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/grip-instruct\r\nContent-Encoding: gzip\r\nContent-Length: "
                                + body.length + "\r\n\r\n" + new String(body, StandardCharsets.ISO_8859_1)))
                .get("/")
                .answer();

        assertThat(answer.body()).isEqualTo("plain");
        assertThat(answer.header("Content-Encoding")).isNull();
    }

    @Test
    void refuses_an_instruction_in_an_unknown_coding() {
        RawClient.Answer answer = client(
                        bench("*,debug", n -> response("Grip-Hold: stream\r\nContent-Encoding: br\r\n", "x")))
                .get("/")
                .answer();

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.body()).contains("'br'");
        assertThat(client(bench(response("Grip-Foo: a\r\nContent-Encoding: gzip\r\n", "")))
                        .get("/")
                        .answer()
                        .status())
                .isEqualTo(200);
    }

    @Test
    void streams_a_large_response_that_goes_on() {
        String large = "x".repeat(5 * ProxyBench.MAX_GRIP_BODY);
        ProxyBench bench = bench(response("Grip-Hold: stream\r\nGrip-Channel: c\r\nGrip-Status: 201\r\n", large));

        RawClient.Answer answer = client(bench).get("/").answer();

        assertThat(answer.line()).isEqualTo("HTTP/1.1 201 Created");
        assertThat(answer.body()).isEqualTo(large);
        assertThat(answer.head()).doesNotContain("Grip-");
        assertThat(bench.sessions.sent).hasSize(1);
        assertThat(bench.sessions.sent.get(0).instruction().channels()).hasSize(1);
        assertThat(bench.sessions.accepted).isEmpty();
    }

    @Test
    void makes_no_session_for_a_script_which_cannot_be_streamed() throws Exception {
        var closed = new CompletableFuture<Boolean>();
        RawOrigin origin = RawOrigin.start(connection -> {
            connection.readRequest();
            connection.send(
                    "HTTP/1.1 200 OK\r\nGrip-Hold: stream\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(5000));
            connection.awaitClosed();
            closed.complete(true);
        });
        opened.add(origin);
        ProxyBench bench = ProxyBench.start("*,aco " + origin.address());
        opened.add(bench);

        RawClient.Answer answer = client(bench).get("/?callback=f").answer();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).startsWith("/**/f({\"code\": 502");
        assertThat(closed.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(bench.sessions.sent).isEmpty();
    }

    @Test
    void gives_up_the_origin_when_the_client_goes_in_a_large_response() throws Exception {
        var closed = new CompletableFuture<Boolean>();
        RawOrigin origin = RawOrigin.start(connection -> {
            connection.readRequest();
            connection.send(
                    "HTTP/1.1 200 OK\r\nGrip-Hold: stream\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(5000));
            connection.awaitClosed();
            closed.complete(true);
        });
        opened.add(origin);
        ProxyBench bench = ProxyBench.start("* " + origin.address());
        opened.add(bench);
        RawClient client = client(bench).get("/");
        client.head();

        client.close();

        assertThat(closed.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(bench.sessions.sent).isEmpty();
    }

    @Test
    void cuts_the_client_when_a_large_response_is_cut() {
        RawOrigin origin = RawOrigin.start(connection -> {
            connection.readRequest();
            connection.send(
                    "HTTP/1.1 200 OK\r\nGrip-Hold: stream\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(5000));
        });
        opened.add(origin);
        ProxyBench bench = ProxyBench.start("* " + origin.address());
        opened.add(bench);

        RawClient.Answer answer = client(bench).get("/").answer();

        assertThat(answer.complete()).isFalse();
        assertThat(bench.sessions.sent).isEmpty();
    }

    @Test
    void refuses_other_large_responses() {
        String large = "x".repeat(2 * ProxyBench.MAX_GRIP_BODY);
        for (String head : List.of(
                "Grip-Hold: response\r\n",
                "Grip-Foo: a\r\n",
                "Grip-Hold: stream\r\nGrip-Channel: c; filter=build-id\r\n",
                "Content-Type: application/grip-instruct\r\n")) {
            RawClient.Answer answer = client(bench("*,debug", n -> response(head, large)))
                    .get("/")
                    .answer();

            assertThat(answer.status()).as(head).isEqualTo(502);
            assertThat(answer.body()).startsWith("GRIP instruct response too large from 127.0.0.1:");
        }
    }

    @Test
    void reads_json_instructions() {
        ProxyBench bench = bench(
                response(
                        "Content-Type: application/grip-instruct\r\n",
                        "{\"hold\":{\"mode\":\"response\",\"channels\":[{\"name\":\"c\"}]},\"response\":{\"code\":201,\"body\":\"b\"}}"));
        bench.sessions.onAccept = RecordedSessions::finish;

        RawClient.Answer answer = client(bench).get("/").answer();

        assertThat(answer.line()).isEqualTo("HTTP/1.1 201 Created");
        assertThat(answer.body()).isEqualTo("b");
    }

    @Test
    void holds_nothing_for_a_head_request() {
        ProxyBench bench = bench("HTTP/1.1 200 OK\r\nGrip-Hold: stream\r\nX-A: 1\r\nContent-Length: 12\r\n\r\n");

        RawClient.Answer answer =
                client(bench).send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n").answer("HEAD");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("X-A")).isEqualTo("1");
        assertThat(answer.header("Grip-Hold")).isNull();
        assertThat(bench.sessions.accepted).isEmpty();
    }

    @Test
    void refuses_a_status_that_ends_nothing() {
        assertThat(client(bench(response("Grip-Status: 100\r\n", "x")))
                        .get("/")
                        .answer()
                        .status())
                .isEqualTo(502);
    }

    @Test
    void builds_ids_in_an_answer() {
        String head = "Grip-Channel: c; filter=build-id\r\nGrip-Set-Meta: id_format=\"v-%(c)s\"\r\n";
        RawClient.Answer built =
                client(bench(response(head, "a %(7)I 100%%"))).get("/").answer();
        RawClient.Answer plain = client(bench(response("Grip-Channel: c; filter=build-id\r\n", "no directive")))
                .get("/")
                .answer();
        RawClient.Answer missing = client(
                        bench("*,debug", n -> response("Grip-Channel: c; filter=build-id\r\n", "id: %I")))
                .get("/")
                .answer();

        assertThat(built.body()).isEqualTo("a 7 100%");
        assertThat(plain.body()).isEqualTo("no directive");
        assertThat(missing.status()).isEqualTo(502);
        assertThat(missing.body())
                .startsWith("Failed to parse accept instructions: filter error: build-id: no sub meta 'id_format'");
    }

    @Test
    void a_sink_of_a_gone_client_takes_everything() {
        ProxyBench bench = bench(response("Grip-Hold: stream\r\n", ""));
        RawClient client = client(bench).get("/");
        await().until(() -> bench.sessions.exchanges.size() == 1);
        client.close();
        await().until(() -> bench.sessions.events.contains("gone"));

        Sink sink = bench.sessions.exchanges.get(0).stream(200, "OK", Headers.EMPTY, new byte[0]);
        sink.write("x".getBytes(StandardCharsets.UTF_8));
        sink.flush();
        sink.end();

        assertThat(sink.writable()).isTrue();
        assertThat(sink.pendingBytes()).isZero();
    }
}
