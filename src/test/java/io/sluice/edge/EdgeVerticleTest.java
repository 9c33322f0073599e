package io.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.config.Settings;
import io.sluice.fanout.Loops;
import io.sluice.netty.RawClient;
import io.sluice.netty.Sink;
import io.sluice.netty.StartupSinks;
import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EdgeVerticleTest {
    private static final String PING = "GET /ping HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String HOLD = "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String CHUNKED = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

    private record Held(Context context, Sink sink) {}

    private final BlockingQueue<Held> held = new LinkedBlockingQueue<>();
    private StartupSinks sinks;
    private EdgeWorld world;

    @BeforeAll
    void start() {
        world = world(EdgeWorld.settings(100, 60));
        sinks = EdgeWorld.await(StartupSinks.choose(world.vertx));
    }

    @AfterAll
    void stop() {
        world.close();
    }

    private EdgeWorld world(Settings.Http settings) {
        return new EdgeWorld(settings, this::answer);
    }

    private void answer(HttpServerRequest request) {
        switch (request.path()) {
            case "/hold" -> {
                Sink sink = sinks.take(request);
                request.connection().shutdownHandler(nothing -> sink.end());
                held.add(new Held(Vertx.currentContext(), sink));
            }
            case "/broken" -> throw new IllegalStateException("on purpose");
            case "/half" -> {
                request.response().setChunked(true).write("half");
                throw new IllegalStateException("on purpose");
            }
            case "/echo" -> {
                request.pause();
                if ("100-continue".equals(request.getHeader("Expect"))) {
                    request.response().writeContinue();
                }
                request.body().onSuccess(body -> request.response().end(body));
                request.resume();
            }
            default -> request.response().end(request.uri() + " " + request.getHeader("Host"));
        }
    }

    private static Held take(BlockingQueue<Held> held) throws InterruptedException {
        Held hold = held.poll(10, TimeUnit.SECONDS);
        assertThat(hold).isNotNull();
        return hold;
    }

    private RawClient.Answer ask(String request) throws IOException {
        try (RawClient client = world.client().send(request)) {
            return client.answer();
        }
    }

    @Test
    void connections_are_spread_over_all_loops_on_one_free_port() throws Exception {
        var threads = ConcurrentHashMap.<Thread>newKeySet();
        try (EdgeWorld own = new EdgeWorld(EdgeWorld.settings(100, 60), request -> {
            threads.add(Thread.currentThread());
            request.response().end();
        })) {
            for (int i = 0; i < 2 * EdgeWorld.LOOPS; i++) {
                try (RawClient client = own.client().send(PING)) {
                    assertThat(client.answer().status()).isEqualTo(200);
                }
            }
            assertThat(threads).hasSize(EdgeWorld.LOOPS);
            assertThat(own.stats.value(Counter.REQUESTS)).isEqualTo(4);
            await().until(() -> own.stats.value(Gauge.CONNECTIONS) == 0 && own.port.connections() == 0);
        }
    }

    @Test
    void keep_alive_and_pipelining() throws Exception {
        try (RawClient client = world.client()) {
            client.send(PING + CHUNKED + "3\r\nabc\r\n0\r\n\r\n" + PING);
            assertThat(client.answer().body()).isEqualTo("/ping x");
            assertThat(client.answer().body()).isEqualTo("abc");
            assertThat(client.answer().body()).isEqualTo("/ping x");
            assertThat(client.send("GET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                            .answer()
                            .body())
                    .isEqualTo("/2 x");
            assertThat(client.closed()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET /a HTTP/1.0\\r\\n\\r\\n, /a localhost",
        "GET /a HTTP/1.0\\r\\nHost: y\\r\\n\\r\\n, /a y",
        "GET http://y:80/a?b HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n, /a?b y:80",
        "GET https://y HTTP/1.1\\r\\n\\r\\n, / y",
        "OPTIONS * HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n, * x",
    })
    void forms_of_requests(String request, String body) throws Exception {
        assertThat(ask(request.translateEscapes()).body()).isEqualTo(body);
    }

    @Test
    void old_clients_may_keep_the_connection() throws Exception {
        try (RawClient client = world.client()) {
            String request = "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
            assertThat(client.send(request).answer().head()).containsIgnoringCase("connection: keep-alive");
            assertThat(client.send(request).answer().body()).isEqualTo("/a localhost");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET / HTTP/1.1\\r\\n\\r\\n, 400, Failed to parse request: no Host header.",
        "POST / HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 3\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n, 400, "
                + "Failed to parse request: both Content-Length and Transfer-Encoding.",
        "nonsense\\r\\n\\r\\n, 400, 'Failed to parse request: the request line is not method, target and version.'",
    })
    void refusals_say_which_rule(String request, int status, String text) throws Exception {
        try (RawClient client = world.client()) {
            long before = world.stats.value(Counter.REQUESTS_REFUSED);
            client.send(request.translateEscapes() + PING);
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.head()).contains("Content-Type: text/plain\r\n", "Connection: close\r\n");
            assertThat(answer.body()).isEqualTo(text + "\n");
            assertThat(client.closed()).isTrue();
            assertThat(world.stats.value(Counter.REQUESTS_REFUSED)).isEqualTo(before + 1);
        }
    }

    @Test
    void oversized_heads_are_refused_although_the_client_goes_on_sending() throws Exception {
        try (RawClient client = world.client()) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(300_000));
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(431);
            assertThat(answer.body()).isEqualTo("Request header size exceeded limit of 8192 bytes.\n");
            assertThat(client.closed()).isTrue();
        }
        assertThat(ask("GET /" + "x".repeat(100_000)).status()).isEqualTo(414);
        assertThat(ask("GET / HTTP/1.1\r\nHost: x\r\n" + "A: b\r\n".repeat(64) + "\r\n")
                        .body())
                .isEqualTo("The number of request headers exceeded limit of 64.\n");
    }

    @Test
    void a_refusal_waits_for_the_responses_before_it() throws Exception {
        try (RawClient client = world.client()) {
            client.send(HOLD + "bad\r\n\r\n");
            Held hold = take(held);
            client.head();
            hold.context().runOnContext(nothing -> {
                hold.sink().write("done".getBytes(StandardCharsets.US_ASCII));
                hold.sink().end();
            });
            assertThat(client.chunk()).isEqualTo("done");
            assertThat(client.chunk()).isEmpty();
            assertThat(client.answer().status()).isEqualTo(400);
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void a_broken_chunk_is_refused_while_there_is_no_answer() throws Exception {
        try (RawClient client = world.client()) {
            client.send(CHUNKED + "3\r\nabc\r\nzz\r\n");
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).isEqualTo("Failed to parse request: invalid chunk.\n");
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void continue_is_not_said_before_the_request_is_taken() throws Exception {
        try (RawClient client = world.client()) {
            String head = " HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
            client.send("POST /echo" + head);
            assertThat(client.head()).startsWith("HTTP/1.1 100 Continue");
            assertThat(client.send("abc").answer().body()).isEqualTo("abc");
            client.send("POST /ping" + head);
            assertThat(client.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void what_the_edge_answers_itself() throws Exception {
        RawClient.Answer check = ask("GET / HTTP/1.1\r\nHost: x\r\nPushpin-Check: 1\r\n\r\n");
        assertThat(check.status()).isEqualTo(200);
        assertThat(check.body()).startsWith("Sluice");
        String upgrade = "GET /up HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n%s\r\n";
        RawClient.Answer plain = ask(upgrade.formatted("HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n"));
        assertThat(plain.body()).isEqualTo("/up x");
    }

    @Test
    void a_handler_that_throws_gives_500_or_cuts_what_had_begun() throws Exception {
        try (RawClient client = world.client()) {
            RawClient.Answer answer =
                    client.send(PING.replace("/ping", "/broken")).answer();
            assertThat(answer.status()).isEqualTo(500);
            assertThat(client.closed()).isTrue();
        }
        try (RawClient client = world.client()) {
            assertThat(client.send(PING.replace("/ping", "/half")).closed()).isTrue();
        }
    }

    @Test
    void connections_over_the_limit_get_503() throws Exception {
        try (EdgeWorld small = world(EdgeWorld.settings(2, 60));
                RawClient two = small.client().send(PING)) {
            RawClient one = small.client().send(PING);
            assertThat(one.answer().status() + two.answer().status()).isEqualTo(400);
            try (RawClient three = small.client().send(PING)) {
                RawClient.Answer answer = three.answer();
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.head())
                        .contains("Connection: close\r\n")
                        .containsPattern("Retry-After: ([5-9]|10)\r\n");
                assertThat(three.closed()).isTrue();
            }
            one.close();
            await().until(() -> small.port.connections() == 1);
            assertThat(two.send(PING).answer().status()).isEqualTo(200);
            try (RawClient four = small.client().send(PING)) {
                assertThat(four.answer().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void idle_connections_are_closed_but_not_those_with_traffic_either_way() throws Exception {
        try (EdgeWorld quick = world(EdgeWorld.settings(10, 1));
                RawClient silent = quick.client();
                RawClient streaming = quick.client().send(HOLD)) {
            Held hold = take(held);
            var beats = new ArrayList<Long>();
            long start = System.nanoTime();
            hold.context()
                    .runOnContext(nothing -> quick.vertx.setPeriodic(200, id -> {
                        hold.sink().write(new byte[] {'.'});
                        hold.sink().flush();
                    }));
            assertThat(silent.closed()).isTrue();
            assertThat(System.nanoTime() - start).isGreaterThan(900_000_000L);
            streaming.head();
            while (System.nanoTime() - start < 3_000_000_000L) {
                assertThat(streaming.chunk()).isEqualTo(".");
                beats.add(System.nanoTime());
            }
            assertThat(beats).hasSizeGreaterThan(10);
        }
    }

    @Test
    void a_client_that_takes_nothing_is_idle_although_it_is_written_to() throws Exception {
        try (EdgeWorld quick = world(EdgeWorld.settings(10, 1));
                RawClient stalled = new RawClient(quick.number, 8_192)) {
            stalled.send(HOLD);
            Held hold = take(held);
            hold.context()
                    .runOnContext(nothing -> quick.vertx.setPeriodic(100, id -> {
                        hold.sink().write(new byte[hold.sink().writable() ? 1 << 20 : 1]);
                        hold.sink().flush();
                    }));
            await().until(() -> quick.port.connections() == 0);
        }
    }

    @Test
    void a_head_that_does_not_come_to_an_end_is_refused_but_nobody_who_waits_for_an_answer() throws Exception {
        try (EdgeWorld quick = world(EdgeWorld.settings(10, 60, 1));
                RawClient late = quick.client().send("GET / HTTP/1.1\r\nHost: ");
                RawClient second = quick.client().send(PING + "G");
                RawClient holding = quick.client().send(HOLD + "GET / HT")) {
            Held hold = take(held);
            holding.head();
            assertThat(late.answer().head()).startsWith("HTTP/1.1 408 Request Timeout\r\n");
            assertThat(late.closed()).isTrue();
            second.answer();
            assertThat(second.answer().head()).startsWith("HTTP/1.1 408 ");
            hold.context().runOnContext(nothing -> {
                hold.sink().write(new byte[] {'.'});
                hold.sink().flush();
            });
            assertThat(holding.chunk()).isEqualTo(".");
        }
    }

    @Test
    void draining_lets_responses_end_and_accepts_no_more() throws Exception {
        try (EdgeWorld leaving = world(EdgeWorld.settings(10, 60));
                RawClient idle = leaving.client().send(PING);
                RawClient holding = leaving.client().send(HOLD)) {
            idle.answer();
            take(held);
            leaving.drain();
            assertThat(idle.closed()).isTrue();
            assertThat(holding.answer().complete()).isTrue();
            assertThat(holding.closed()).isTrue();
            assertThatThrownBy(leaving::client).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void without_a_proxy_on_its_loop_an_edge_does_not_start() {
        Vertx vertx = Vertx.vertx();
        try {
            var port = new ClientPort(Settings.defaults());
            assertThatThrownBy(() ->
                            EdgeWorld.await(vertx.deployVerticle(new EdgeVerticle(port, new Loops(1), new Stats()))))
                    .hasMessageContaining("no proxy on this event loop");
            assertThat(port.actual().failed()).isTrue();
        } finally {
            EdgeWorld.await(vertx.close());
        }
    }
}
