package io.sluice.netty;

import io.sluice.channel.Position;
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.PublishItem;
import io.sluice.wire.EncodedItem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Holds two pipelined responses and one of HTTP/1.0 with raw sinks, behind the strict decoder, and compares the bytes that a socket receives. The second pipelined
 * response comes only if Vert.x knows that the first has ended.
 */
final class SinkSelfTest {
    private static final String HOST = "127.0.0.1";
    private static final int TIMEOUT_SECONDS = 3;
    private static final ClientLimits LIMITS = new ClientLimits(4_096, 16, 4_096, 65_536);
    private static final String NEW = "GET / HTTP/1.1\r\nHost: self\r\n\r\n";
    private static final String OLD = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    private static final String NEW_ANSWER = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + "5\r\nbegin\r\n"
            + "4\r\nitem\r\n".repeat(3) + "3\r\nown\r\n0\r\n\r\n";
    private static final String OLD_ANSWER = "HTTP/1.0 200 OK\r\nconnection: close\r\n\r\nbeginitemitemitemown";

    private final Vertx vertx;
    private final StartupSinks sinks = StartupSinks.raw();

    SinkSelfTest(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Succeeds when all bytes were right. */
    Future<Void> run() {
        HttpServer server;
        NetClient client;
        try {
            server = vertx.createHttpServer(new HttpServerOptions()
                            .setHost(HOST)
                            .setPort(0)
                            .setStrictThreadMode(true)
                            .setHttp2ClearTextEnabled(false))
                    .connectionHandler(connection -> ClientConnection.take(connection, LIMITS))
                    .requestHandler(this::answer);
            client = vertx.createNetClient();
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
        return server.listen()
                .compose(listening -> exchange(client, listening, NEW + NEW, NEW_ANSWER + NEW_ANSWER))
                .compose(passed -> exchange(client, server, OLD, OLD_ANSWER))
                .eventually(client::close)
                .eventually(server::close);
    }

    private void answer(HttpServerRequest request) {
        var item = new EncodedItem(
                new PublishItem(
                        "self-test",
                        null,
                        null,
                        false,
                        -1,
                        Map.of(),
                        null,
                        new Format.HttpStream(Action.SEND, bytes("item"), null),
                        null),
                new Position(0, 0));
        try {
            Sink sink = sinks.take(request, bytes("begin"));
            sink.write(item);
            sink.flush();
            sink.write(item);
            sink.write(item);
            sink.flush();
            sink.write(bytes("own"));
            sink.flush();
            sink.end();
        } finally {
            item.release();
        }
    }

    private Future<Void> exchange(NetClient client, HttpServer server, String request, String answer) {
        Promise<Void> seen = Promise.promise();
        client.connect(server.actualPort(), HOST).onComplete(connected -> {
            if (connected.succeeded()) {
                compare(connected.result(), request, answer, seen);
            } else {
                seen.tryFail(connected.cause());
            }
        });
        return seen.future().timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    private static void compare(NetSocket socket, String request, String answer, Promise<Void> seen) {
        Buffer received = Buffer.buffer();
        socket.handler(bytes -> {
            received.appendBuffer(bytes);
            if (received.length() >= answer.length()) {
                finish(received, answer, seen);
                var unused = socket.close();
            }
        });
        socket.closeHandler(nothing -> finish(received, answer, seen));
        var unused = socket.write(request);
    }

    private static void finish(Buffer received, String answer, Promise<Void> seen) {
        String text = received.toString(StandardCharsets.ISO_8859_1);
        if (text.equals(answer)) {
            seen.tryComplete();
        } else {
            seen.tryFail(new IllegalStateException("raw writes arrive as \"" + text + "\""));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
