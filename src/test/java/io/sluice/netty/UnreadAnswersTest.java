package io.sluice.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.Channel;
import io.sluice.stats.Counter;
import io.sluice.stats.Stats;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that ask and do not read. */
class UnreadAnswersTest {
    private static final String GET = "GET %s HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final int ANSWER_BYTES = 16 << 10;
    /** Of the client's kernel, so that the server's socket is soon full. */
    private static final int RECEIVE_BYTES = 8 << 10;

    private final Vertx vertx = Vertx.vertx();
    private final Stats stats = new Stats();

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** The port. */
    private int serve(long stallMillis, Handler<HttpServerRequest> requests) throws Exception {
        var options = new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(0)
                .setStrictThreadMode(true)
                .setHttp2ClearTextEnabled(false);
        return StrictServer.on(
                        vertx.createHttpServer(options),
                        "test",
                        new ClientLimits(4096, 16, 4096, 1 << 20),
                        new Patience(100, 60_000, 60_000, stallMillis, new Stalls("test", stats)),
                        requests)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
    }

    private static Channel channel(HttpServerRequest request) {
        return ((HttpServerConnection) request.connection())
                .channelHandlerContext()
                .channel();
    }

    @Test
    void requests_wait_until_the_answers_before_them_are_taken() throws Exception {
        int requests = 2000;
        var most = new AtomicLong();
        var channel = new CompletableFuture<Channel>();
        int port = serve(60_000, request -> {
            channel.complete(channel(request));
            most.accumulateAndGet(TrafficMark.pending(channel(request)), Math::max);
            var unused = request.response().end(Buffer.buffer(request.uri()).appendBytes(new byte[ANSWER_BYTES]));
        });
        try (var client = new RawClient(port, RECEIVE_BYTES)) {
            var all = new StringBuilder();
            for (int i = 0; i < requests; i++) {
                all.append(GET.formatted("/" + i));
            }
            client.send(all.toString());
            Channel asked = channel.get(10, TimeUnit.SECONDS);
            await().until(() -> !asked.isWritable() && !asked.config().isAutoRead());
            for (int i = 0; i < requests; i++) {
                assertThat(client.answer().body()).startsWith("/" + i + "\0").hasSizeGreaterThan(ANSWER_BYTES);
            }
            assertThat(client.send(GET.formatted("/last")).answer().body()).startsWith("/last");
        }
        assertThat(most.get()).isLessThan(HoldMark.HIGH + 1024L);
    }

    @Test
    void a_client_that_takes_nothing_is_cut_but_not_while_it_is_a_hold() throws Exception {
        var held = new CompletableFuture<Sink>();
        var context = new CompletableFuture<Context>();
        var holding = new CompletableFuture<Channel>();
        var asking = new CompletableFuture<Channel>();
        int port = serve(300, request -> {
            if (request.uri().equals("/hold")) {
                Sink sink = StartupSinks.raw().take(request);
                sink.write(new byte[16 << 20]);
                sink.flush();
                context.complete(Vertx.currentContext());
                holding.complete(channel(request));
                held.complete(sink);
            } else {
                var unused = request.response().end(Buffer.buffer(new byte[16 << 20]));
                asking.complete(channel(request));
            }
        });
        try (var hold = new RawClient(port, RECEIVE_BYTES).send(GET.formatted("/hold"))) {
            Sink sink = held.get(10, TimeUnit.SECONDS);
            try (var unread = new RawClient(port, RECEIVE_BYTES).send(GET.formatted("/"))) {
                assertThat(asking.get(10, TimeUnit.SECONDS).closeFuture().await(10, TimeUnit.SECONDS))
                        .isTrue();
                assertThat(unread.answer().complete()).isFalse();
            }
            assertThat(stats.value(Counter.CLIENTS_STALLED)).isEqualTo(1);
            assertThat(holding.join().isActive()).isTrue();
            context.join().runOnContext(nothing -> sink.end());
            assertThat(holding.join().closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(stats.value(Counter.CLIENTS_STALLED)).isEqualTo(2);
            assertThat(hold.answer().complete()).isFalse();
        }
    }
}
