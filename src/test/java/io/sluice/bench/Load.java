package io.sluice.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Publishers, subscribers and the origin of their streams, on one event loop. */
final class Load implements AutoCloseable {
    private static final String FILL = "x".repeat(80);
    /** What stands before an item's channel and tag. */
    private static final byte MARK = '#';

    final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final HttpServer origin;
    private final HttpClient http;
    private final NetClient net = vertx.createNetClient();

    Load() throws TimeoutException {
        origin = vertx.createHttpServer()
                .requestHandler(request -> request.response()
                        .putHeader("Content-Type", "text/event-stream")
                        .putHeader("Grip-Hold", "stream")
                        .putHeader("Grip-Channel", request.getParam("c"))
                        .end("open\n"))
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
        http = vertx.createHttpClient(
                new HttpClientOptions().setPipelining(false), new PoolOptions().setHttp1MaxSize(16));
    }

    int originPort() {
        return origin.actualPort();
    }

    /** An item of some 100 bytes to each of the channels, in one call; fails unless the answer is 200. */
    Future<Void> publish(BenchNode node, List<String> channels, String tag) {
        var items = new JsonArray();
        for (String channel : channels) {
            String content = (char) MARK + channel + " " + tag + " " + FILL + "\n";
            items.add(new JsonObject()
                    .put("channel", channel)
                    .put("formats", new JsonObject().put("http-stream", new JsonObject().put("content", content))));
        }
        var options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("127.0.0.1")
                .setPort(node.controlPort())
                .setURI("/publish")
                .setTimeout(8000);
        Buffer body = new JsonObject().put("items", items).toBuffer();
        return http.request(options)
                .compose(request -> request.send(body))
                .compose(response -> response.body()
                        .compose(text -> response.statusCode() == 200
                                ? Future.succeededFuture()
                                : Future.failedFuture(response.statusCode() + " " + text)));
    }

    /**
     * A stream; completes once it is subscribed.
     *
     * @param got is told the channel and the tag of each item, on the event loop
     */
    Future<NetSocket> open(BenchNode node, List<String> channels, BiConsumer<String, String> got) {
        return net.connect(node.httpPort(), "127.0.0.1").compose(socket -> {
            Promise<NetSocket> subscribed = Promise.promise();
            var lines = new Lines(line -> {
                if (line.startsWith("HTTP/1.1") && !line.contains(" 200 ")) {
                    subscribed.tryFail(line);
                } else if (line.equals("open")) {
                    subscribed.tryComplete(socket);
                } else if (!line.isEmpty() && line.charAt(0) == MARK) {
                    String[] parts = line.substring(1).split(" ", 3);
                    got.accept(parts[0], parts[1]);
                }
            });
            socket.handler(lines::take);
            socket.closeHandler(closed -> subscribed.tryFail("closed"));
            socket.exceptionHandler(e -> {});
            socket.write("GET /s?c=" + String.join(",%20", channels) + " HTTP/1.1\r\nHost: bench\r\n\r\n");
            return subscribed.future();
        });
    }

    /** Cuts a stream of bytes into lines. */
    private static final class Lines {
        private final Consumer<String> line;
        private String rest = "";

        Lines(Consumer<String> line) {
            this.line = line;
        }

        void take(Buffer bytes) {
            String text = rest + bytes.toString(StandardCharsets.ISO_8859_1);
            int from = 0;
            for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
                int stop = end > from && text.charAt(end - 1) == '\r' ? end - 1 : end;
                line.accept(text.substring(from, stop));
                from = end + 1;
            }
            rest = text.substring(from);
        }
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
