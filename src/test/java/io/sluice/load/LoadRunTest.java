package io.sluice.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server that does not always do what it should. */
class LoadRunTest {
    private final Vertx vertx = Vertx.vertx();
    private final List<HttpServerResponse> streams = new ArrayList<>();
    private int port;
    /** How often each stream gets the message of that number. */
    private java.util.function.LongUnaryOperator times = number -> 1;

    private long published;
    private int publishStatus = 200;

    @BeforeEach
    void listen() {
        port = vertx.createHttpServer()
                .requestHandler(this::handle)
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private void handle(HttpServerRequest request) {
        if (request.path().equals("/stream")) {
            streams.add(request.response());
            request.response().setChunked(true).writeHead();
        } else if (request.path().equals("/publish/")) {
            request.body().onSuccess(body -> {
                body.toJsonObject().getJsonArray("items").forEach(item -> send((JsonObject) item));
                request.response().setStatusCode(publishStatus).end();
            });
        } else {
            request.response().setStatusCode(404).end();
        }
    }

    private void send(JsonObject item) {
        String content =
                item.getJsonObject("formats").getJsonObject("http-stream").getString("content");
        long copies = times.applyAsLong(published++);
        for (long i = 0; i < copies; i++) {
            streams.forEach(stream -> stream.write(content));
        }
    }

    private LoadResult run(String path, int rate) throws Exception {
        var plan = new LoadPlan(
                "http://127.0.0.1:" + port + path + "?channel={channel}",
                "http://127.0.0.1:" + port + "/publish/",
                3,
                1,
                rate,
                100,
                0.3);
        return new LoadRun(vertx, plan, line -> {}, 300)
                .start()
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    @Test
    void all_that_arrives_is_counted() throws Exception {
        LoadResult result = run("/stream", 200);
        assertThat(result.whole()).isTrue();
        assertThat(result.published()).isPositive();
        assertThat(result.deliveries()).isEqualTo(3 * result.published());
        assertThat(result.latencies().getTotalCount()).isEqualTo(result.deliveries());
        assertThat(result.text()).contains("lost         0").contains("streams      3 on 1 channels");
    }

    @Test
    void the_next_message_follows_the_last_delivery() throws Exception {
        LoadResult result = run("/stream", 0);
        assertThat(result.whole()).isTrue();
        assertThat(result.published()).isGreaterThan(1);
    }

    @Test
    void what_does_not_arrive_is_lost() throws Exception {
        times = number -> number == 2 ? 0 : 1;
        LoadResult result = run("/stream", 100);
        assertThat(result.lost()).isEqualTo(3);
        assertThat(result.whole()).isFalse();
    }

    @Test
    void what_arrives_twice_is_a_duplicate() throws Exception {
        times = number -> number == 1 ? 2 : 1;
        LoadResult result = run("/stream", 100);
        assertThat(result.duplicates()).isEqualTo(3);
        assertThat(result.lost()).isZero();
        assertThat(result.whole()).isFalse();
    }

    @Test
    void what_the_server_refuses_is_told() throws Exception {
        publishStatus = 503;
        LoadResult result = run("/stream", 100);
        assertThat(result.refused()).isPositive();
        assertThat(result.published()).isZero();
        assertThat(result.whole()).isFalse();
    }

    @Test
    void a_stream_that_is_refused_ends_the_run() {
        assertThatThrownBy(() -> run("/elsewhere", 100)).hasMessageContaining("answered 404");
    }
}
