package io.sluice.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.grip.Feature;
import io.sluice.origin.OriginException.Kind;
import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import io.sluice.testing.RawOrigin;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VertxOriginClientTest {
    private final Loop loop = new Loop(Fixtures.LIMITS);

    @AfterEach
    void closeAll() {
        loop.awaitQuiet();
        loop.close();
    }

    static void assertFails(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        OriginException.class,
                        e -> assertThat(e.kind()).as(e.detail()).isEqualTo(kind));
    }

    @Test
    void a_request_goes_out_rewritten_and_its_answer_comes_back() {
        var head = new CompletableFuture<String>();
        try (var origin = RawOrigin.start(c -> {
            head.complete(c.readHead());
            c.send("HTTP/1.1 201 Fine\r\nContent-Length: 5\r\nX-A: 1\r\nX-A: 2\r\n\r\nhello");
            c.awaitClosed();
        })) {
            var answer = loop.answer(Fixtures.get("/a?b=c", Fixtures.route(Fixtures.target(origin.port()))));
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.reason()).isEqualTo("Fine");
            assertThat(answer.body()).isEqualTo("hello");
            assertThat(answer.headers().all("X-A")).containsExactly("1", "2");
            assertThat(head.join())
                    .isEqualTo("GET /a?b=c HTTP/1.1\r\nHost: example.com\r\nGrip-Feature: " + Feature.VALUE + "\r\n");
        }
    }

    @Test
    void connections_are_used_again() {
        try (var origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
            var route = Fixtures.route(Fixtures.target(origin.port()));
            for (int i = 0; i < 5; i++) {
                assertThat(loop.answer(Fixtures.get("/", route)).body()).isEqualTo("ok");
            }
            assertThat(origin.accepted()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
            })
    void connections_that_end_are_not_used_again(String response) {
        try (var origin = RawOrigin.answering(response)) {
            var route = Fixtures.route(Fixtures.target(origin.port()));
            assertThat(loop.answer(Fixtures.get("/", route)).body()).isEqualTo("ok");
            assertThat(loop.answer(Fixtures.get("/", route)).body()).isEqualTo("ok");
            assertThat(origin.accepted()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"HEAD,200", "GET,204", "GET,304"})
    void answers_without_a_body_free_their_connection(String method, int status) {
        try (var origin = RawOrigin.answering("HTTP/1.1 " + status + " X\r\nContent-Length: 7\r\n\r\n")) {
            var route = Fixtures.route(Fixtures.target(origin.port()));
            for (int i = 0; i < 3; i++) {
                var head = loop.head(Fixtures.request(method, "/", RequestBody.EMPTY, route));
                assertThat(head.status()).isEqualTo(status);
                assertThat(head.headers().first("Content-Length")).isEqualTo("7");
                loop.awaitQuiet();
            }
            assertThat(origin.accepted()).isEqualTo(1);
        }
    }

    @Test
    void chunks_and_close_delimit_bodies_too() {
        try (var chunked = RawOrigin.answering(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTr: 1\r\n\r\n");
                var closing = RawOrigin.start(c -> {
                    c.readHead();
                    c.send("HTTP/1.1 200 OK\r\n\r\nab");
                    c.send("cde");
                })) {
            assertThat(loop.answer(Fixtures.get("/", Fixtures.route(Fixtures.target(chunked.port()))))
                            .body())
                    .isEqualTo("abcde");
            assertThat(loop.answer(Fixtures.get("/", Fixtures.route(Fixtures.target(closing.port()))))
                            .body())
                    .isEqualTo("abcde");
        }
    }

    @Test
    void interim_responses_are_swallowed() {
        try (var origin =
                RawOrigin.answering("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                        + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
            assertThat(loop.answer(Fixtures.get("/", Fixtures.route(Fixtures.target(origin.port()))))
                            .body())
                    .isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage\r\n\r\n",
                "HTTP/1.1 xyz OK\r\n\r\n",
                "HTTP/3.0 200 OK\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 099 Low\r\n\r\n",
                "SSH-2.0-OpenSSH_9.2\r\n",
            })
    void what_is_not_http_is_refused(String response) {
        try (var origin = RawOrigin.start(c -> {
            c.readHead();
            c.send(response);
            c.awaitClosed();
        })) {
            assertFails(
                    Kind.MALFORMED,
                    () -> loop.answer(Fixtures.get("/", Fixtures.route(Fixtures.target(origin.port())))));
            assertThat(loop.stats.value(Counter.ORIGIN_FAILURES)).isEqualTo(1);
        }
    }

    @Test
    void a_head_without_end_is_refused() {
        try (var origin = RawOrigin.start(c -> {
            c.readHead();
            c.send("HTTP/1.1 200 OK\r\n");
            String line = "X-Fill: " + "x".repeat(1000) + "\r\n";
            while (true) {
                c.send(line);
            }
        })) {
            assertFails(
                    Kind.MALFORMED,
                    () -> loop.answer(Fixtures.get("/", Fixtures.route(Fixtures.target(origin.port())))));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-Le",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            })
    void an_answer_cut_short_is_a_failure(String response) {
        try (var origin = RawOrigin.start(c -> {
            c.readHead();
            c.send(response);
        })) {
            assertFails(
                    Kind.RESET, () -> loop.answer(Fixtures.get("/", Fixtures.route(Fixtures.target(origin.port())))));
            assertThat(loop.stats.value(Counter.ORIGIN_FAILURES)).isEqualTo(1);
        }
    }

    @Test
    void garbage_after_a_response_never_answers_the_next_request() {
        var answered = new CopyOnWriteArrayList<Integer>();
        try (var origin = RawOrigin.start(c -> {
            while (c.readHead() != null) {
                answered.add(c.number());
                c.send(
                        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngoodHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
            }
        })) {
            var route = Fixtures.route(Fixtures.target(origin.port()));
            for (int i = 0; i < 3; i++) {
                String body = loop.call(() -> loop.sendNow(Fixtures.get("/", route))
                                .compose(first -> loop.sendNow(Fixtures.get("/", route))))
                        .body();
                assertThat(body).isEqualTo("good");
            }
            assertThat(answered).doesNotHaveDuplicates();
        }
    }

    @Test
    void a_rest_behind_a_response_costs_no_idempotent_request() {
        try (var origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more")) {
            var route = Fixtures.route(Fixtures.target(origin.port()));
            for (int i = 0; i < 3; i++) {
                assertThat(loop.answer(Fixtures.get("/", route)).body()).isEqualTo("ok");
            }
            assertThat(origin.accepted()).isEqualTo(3);
        }
    }

    @Test
    void the_next_target_is_tried_when_one_refuses() {
        int closed;
        try (var gone = RawOrigin.answering("")) {
            closed = gone.port();
        }
        try (var origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
            var route = Fixtures.route(Fixtures.target(closed), Fixtures.target(origin.port()));
            var head = loop.head(Fixtures.get("/", route));
            assertThat(head.target().port()).isEqualTo(origin.port());
            assertThat(loop.stats.value(Counter.ORIGIN_FAILURES)).isZero();
        }
        assertFails(Kind.UNREACHABLE, () -> loop.head(Fixtures.get("/", Fixtures.route(Fixtures.target(closed)))));
    }

    @Test
    void no_other_target_is_tried_once_connected() {
        try (var broken = RawOrigin.start(c -> c.readHead());
                var other = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
            var route = Fixtures.route(Fixtures.target(broken.port()), Fixtures.target(other.port()));
            assertFails(Kind.RESET, () -> loop.head(Fixtures.get("/", route)));
            assertThat(other.accepted()).isZero();
            assertThat(broken.accepted()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"GET,true", "PUT,true", "POST,false", "PATCH,false"})
    void a_stale_connection_costs_no_idempotent_request(String method, boolean repeated) {
        try (var origin = RawOrigin.start(c -> {
            c.readRequest();
            c.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            c.readRequest(); // and closes unanswered
        })) {
            var route = Fixtures.route(Fixtures.target(origin.port()));
            var body = new RequestBody.Whole("data".getBytes(StandardCharsets.ISO_8859_1));
            var request = Fixtures.request(method, "/", body, route);
            loop.answer(request);
            if (repeated) {
                assertThat(loop.answer(request).body()).isEqualTo("ok");
                assertThat(origin.accepted()).isEqualTo(2);
            } else {
                assertFails(Kind.RESET, () -> loop.answer(request));
                assertThat(origin.accepted()).isEqualTo(1);
            }
        }
    }

    @Test
    void an_untrusted_target_is_not_found_inside() {
        try (var origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
            for (String host : List.of("127.0.0.1", "localhost", "::1", "127.1")) {
                var route = Fixtures.route(Fixtures.target(host, origin.port(), false, false, true));
                assertFails(Kind.BLOCKED, () -> loop.head(Fixtures.get("/", route)));
            }
            assertThat(origin.accepted()).isZero();
        }
    }

    @Test
    void a_body_can_be_read_in_two_parts() {
        try (var origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789")) {
            var route = Fixtures.route(Fixtures.target(origin.port()));
            var response = loop.head(Fixtures.get("/", route));
            var first = loop.call(() -> response.collect(4));
            assertThat(new String(first.bytes(), StandardCharsets.ISO_8859_1)).isEqualTo("0123");
            assertThat(first.complete()).isFalse();
            var rest = loop.call(() -> response.collect(6));
            assertThat(new String(rest.bytes(), StandardCharsets.ISO_8859_1)).isEqualTo("456789");
            assertThat(rest.complete()).isTrue();
        }
    }

    @Test
    void a_cancelled_exchange_closes_its_connection() {
        var closed = new CompletableFuture<Boolean>();
        try (var origin = RawOrigin.start(c -> {
            c.readHead();
            c.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
            c.awaitClosed();
            closed.complete(true);
        })) {
            var response = loop.head(Fixtures.get("/", Fixtures.route(Fixtures.target(origin.port()))));
            assertThat(loop.stats.value(Gauge.ORIGIN_REQUESTS)).isEqualTo(1);
            loop.call(() -> {
                response.cancel();
                response.cancel();
                return io.vertx.core.Future.succeededFuture();
            });
            assertThat(closed.join()).isTrue();
            assertThat(loop.stats.value(Gauge.ORIGIN_REQUESTS)).isZero();
            assertThat(loop.stats.value(Counter.ORIGIN_FAILURES)).isZero();
        }
    }
}
