package io.sluice.netty;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.wire.EncodedItem;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.transport.Transport;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every sink promises, over real sockets. */
class SinkContractTest {
    enum Kind {
        RAW_CHUNK(true, "1.1"),
        RAW_CONTENT(true, "1.0"),
        RESPONSE_CHUNK(false, "1.1"),
        RESPONSE_CONTENT(false, "1.0");

        private final boolean raw;
        private final String version;

        Kind(boolean raw, String version) {
            this.raw = raw;
            this.version = version;
        }

        Sinks sinks() {
            return raw ? StartupSinks.raw() : StartupSinks.response();
        }

        String get(String path) {
            return "GET " + path + " HTTP/" + version + "\r\nHost: x\r\n\r\n";
        }

        boolean chunked() {
            return version.equals("1.1");
        }
    }

    private record Held(Context context, HttpServerRequest request, Sink sink, CompletableFuture<Void> gone) {
        <T> T on(Callable<T> call) throws Exception {
            var result = new CompletableFuture<T>();
            context.runOnContext(nothing -> {
                try {
                    result.complete(call.call());
                } catch (Throwable e) {
                    result.completeExceptionally(e);
                }
            });
            return result.get(10, TimeUnit.SECONDS);
        }

        void run(Runnable task) throws Exception {
            on(() -> {
                task.run();
                return true;
            });
        }
    }

    private final BlockingQueue<Held> held = new LinkedBlockingQueue<>();
    private final Vertx vertx = Vertx.builder().withTransport(transport()).build();
    private Sinks sinks = StartupSinks.raw();
    private int port;

    Transport transport() {
        return Transport.NIO;
    }

    @BeforeEach
    void listen() throws Exception {
        HttpServer server = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0).setStrictThreadMode(true))
                .requestHandler(request -> {
                    if (request.path().equals("/ping")) {
                        request.response().end("pong");
                        return;
                    }
                    var gone = new CompletableFuture<Void>();
                    request.response().closeHandler(gone::complete);
                    Sink sink = request.path().equals("/begun")
                            ? sinks.take(request, bytes("begun\n"))
                            : sinks.take(request);
                    held.add(new Held(vertx.getOrCreateContext(), request, sink, gone));
                });
        port = server.listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private Held take() throws InterruptedException {
        return requireNonNull(held.poll(10, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @EnumSource
    void content_arrives_in_order_and_the_end_completes_it(Kind kind) throws Exception {
        sinks = kind.sinks();
        try (var client = new RawClient(port)) {
            client.send(kind.get("/"));
            Held hold = take();
            EncodedItem item = Items.stream("c", null, "shared\n");
            var chunk = requireNonNull(item.streamChunk());
            hold.run(() -> {
                hold.sink().write(item);
                hold.sink().write(bytes("own\n"));
                hold.sink().write(new byte[0]);
                hold.sink().write(item);
                assertThat(hold.sink().pendingBytes()).isGreaterThanOrEqualTo(18);
                hold.sink().flush();
                item.release();
                hold.sink().write(bytes("x".repeat(70_000)));
                hold.sink().end();
                hold.sink().write(bytes("too late"));
                hold.sink().flush();
                hold.sink().end();
                hold.sink().abort();
            });
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("shared\nown\nshared\n" + "x".repeat(70_000));
            assertThat(answer.complete()).isTrue();
            await().until(() -> chunk.refCnt() == 0);
            await().until(() -> hold.on(() -> hold.sink().pendingBytes()) == 0);
            if (kind.chunked()) {
                assertThat(client.send(kind.get("/ping")).answer().body()).isEqualTo("pong");
            } else {
                assertThat(answer.head()).contains("connection: close").doesNotContain("transfer-encoding");
                assertThat(client.closed()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_there_is_of_the_body_comes_before_all_else(Kind kind) throws Exception {
        sinks = kind.sinks();
        try (var client = new RawClient(port)) {
            client.send(kind.get("/begun"));
            Held hold = take();
            hold.run(() -> {
                hold.sink().flush();
                hold.sink().write(bytes("own\n"));
                hold.sink().end();
            });
            RawClient.Answer answer = client.answer();
            assertThat(answer.body()).isEqualTo("begun\nown\n");
            assertThat(answer.complete()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_sinks_share_arrives_at_each_as_it_was_written_there(Kind kind) throws Exception {
        sinks = kind.sinks();
        var items = List.of(
                Items.stream("c", null, "one\n"),
                Items.stream("c", null, "two\n"),
                Items.stream("c", null, "y".repeat(40_000)),
                Items.stream("c", null, "three\n"));
        try (var first = new RawClient(port);
                var second = new RawClient(port)) {
            first.send(kind.get("/"));
            Held one = take();
            second.send(kind.get("/"));
            Held other = take();
            for (Held hold : List.of(one, other)) {
                hold.run(() -> {
                    for (EncodedItem item : items) {
                        hold.sink().write(item);
                        hold.sink().write(item);
                    }
                    hold.sink().flush();
                    if (hold.equals(other)) {
                        hold.sink().write(items.get(1));
                        hold.sink().write(bytes("own\n"));
                    }
                    hold.sink().write(items.get(0));
                    hold.sink().flush();
                    hold.sink().flush();
                    hold.sink().write(items.get(3));
                    hold.sink().end();
                });
            }
            String long2 = "y".repeat(80_000);
            assertThat(first.answer().body())
                    .isEqualTo("one\none\ntwo\ntwo\n" + long2 + "three\nthree\n" + "one\n" + "three\n");
            assertThat(second.answer().body())
                    .isEqualTo("one\none\ntwo\ntwo\n" + long2 + "three\nthree\n" + "two\nown\none\n" + "three\n");
            items.forEach(EncodedItem::release);
            for (EncodedItem item : items) {
                var chunk = requireNonNull(item.streamChunk());
                await().until(() -> chunk.refCnt() == 0);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RAW_CHUNK", "RESPONSE_CHUNK"})
    void a_pipelined_request_waits_for_the_end(Kind kind) throws Exception {
        sinks = kind.sinks();
        try (var client = new RawClient(port)) {
            client.send(kind.get("/") + kind.get("/ping") + kind.get("/"));
            Held hold = take();
            hold.run(() -> {
                hold.sink().write(bytes("first"));
                hold.sink().flush();
            });
            client.head();
            assertThat(client.chunk()).isEqualTo("first");
            hold.run(hold.sink()::end);
            assertThat(client.chunk()).isEmpty();
            assertThat(client.answer().body()).isEqualTo("pong");
            Held second = take();
            second.run(second.sink()::end);
            assertThat(client.answer().complete()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(names = "RESPONSE_CONTENT", mode = EnumSource.Mode.EXCLUDE)
    void an_abort_is_not_an_end(Kind kind) throws Exception {
        sinks = kind.sinks();
        try (var client = new RawClient(port)) {
            client.send(kind.get("/"));
            Held hold = take();
            hold.run(() -> {
                hold.sink().write(bytes("part"));
                hold.sink().flush();
            });
            client.head();
            assertThat(kind.chunked() ? client.chunk() : client.exactlyText(4)).isEqualTo("part");
            hold.run(() -> {
                hold.sink().abort();
                hold.sink().end();
                hold.sink().write(bytes("too late"));
                hold.sink().flush();
            });
            var rest = new ByteArrayOutputStream();
            assertThat(kind.chunked() ? client.chunks(rest) : client.rest(rest)).isFalse();
            assertThat(rest.size()).isZero();
            hold.gone().get(10, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_reader_that_stalls_is_seen_and_so_is_its_return(Kind kind) throws Exception {
        sinks = kind.sinks();
        try (var client = new RawClient(port, 8192)) {
            client.send(kind.get("/"));
            Held hold = take();
            EncodedItem item = Items.stream("c", null, "x".repeat(10_000));
            var returns = new AtomicInteger();
            hold.run(() -> hold.sink().onWritable(returns::incrementAndGet));
            int written = 0;
            while (hold.on(() -> hold.sink().writable())) {
                hold.run(() -> {
                    hold.sink().write(item);
                    hold.sink().flush();
                });
                written++;
                assertThat(written).isLessThan(10_000);
            }
            assertThat(hold.on(() -> hold.sink().pendingBytes())).isGreaterThan(32 << 10);
            assertThat(returns).hasValue(0);
            client.head();
            for (int i = 0; i < written; i++) {
                String content = kind.chunked() ? client.chunk() : client.exactlyText(10_000);
                assertThat(content).isEqualTo("x".repeat(10_000));
            }
            await().until(() -> returns.get() == 1);
            assertThat(hold.on(() -> hold.sink().writable())).isTrue();
            hold.run(() -> {
                hold.sink().end();
                item.release();
            });
            var chunk = requireNonNull(item.streamChunk());
            await().until(() -> chunk.refCnt() == 0);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RAW_CHUNK", "RAW_CONTENT"})
    void an_abort_does_not_wait_for_a_stalled_reader(Kind kind) throws Exception {
        sinks = kind.sinks();
        try (var client = new RawClient(port, 8192)) {
            client.send(kind.get("/"));
            Held hold = take();
            EncodedItem item = Items.stream("c", null, "x".repeat(100_000));
            while (hold.on(() -> hold.sink().writable())) {
                hold.run(() -> {
                    hold.sink().write(item);
                    hold.sink().flush();
                });
            }
            hold.run(() -> {
                hold.sink().abort();
                item.release();
            });
            hold.gone().get(10, TimeUnit.SECONDS);
            var chunk = requireNonNull(item.streamChunk());
            await().until(() -> chunk.refCnt() == 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void writes_after_the_client_has_gone_are_ignored(Kind kind) throws Exception {
        sinks = kind.sinks();
        var chunks = new ArrayList<io.netty.buffer.ByteBuf>();
        Held hold;
        try (var client = new RawClient(port)) {
            client.send(kind.get("/"));
            hold = take();
        }
        hold.gone().get(10, TimeUnit.SECONDS);
        hold.run(() -> {
            EncodedItem item = Items.stream("c", null, "nobody");
            chunks.add(requireNonNull(item.streamChunk()));
            hold.sink().write(item);
            hold.sink().write(bytes("nobody"));
            hold.sink().flush();
            item.release();
            assertThat(hold.sink().pendingBytes()).isZero();
            hold.sink().end();
        });
        assertThat(chunks.get(0).refCnt()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void a_response_to_head_has_no_body(Kind kind) throws Exception {
        sinks = kind.sinks();
        try (var client = new RawClient(port)) {
            client.send(kind.get("/").replace("GET", "HEAD"));
            Held hold = take();
            hold.run(() -> {
                hold.sink().write(bytes("no body"));
                hold.sink().flush();
                hold.sink().end();
            });
            assertThat(client.head()).startsWith("HTTP/" + kind.version + " 200 OK");
            if (kind.chunked()) {
                assertThat(client.send(kind.get("/ping")).answer().body()).isEqualTo("pong");
            } else {
                assertThat(client.closed()).isTrue();
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
