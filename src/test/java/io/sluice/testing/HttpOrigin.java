package io.sluice.testing;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A simple HTTP origin: a handler of requests. On an event loop of its own; made and closed outside of event loops. */
public final class HttpOrigin implements AutoCloseable {
    private final HttpServer server;

    private HttpOrigin(HttpServer server) {
        this.server = server;
    }

    public static HttpOrigin start(Vertx vertx, Handler<HttpServerRequest> handler) {
        HttpServer server = vertx.createHttpServer().requestHandler(handler);
        try {
            return new HttpOrigin(server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS));
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Answers every request with 200 and the text. */
    public static HttpOrigin answering(Vertx vertx, String text) {
        return start(vertx, request -> request.response().end(text));
    }

    public int port() {
        return server.actualPort();
    }

    /** {@code 127.0.0.1:PORT}. */
    public String address() {
        return "127.0.0.1:" + port();
    }

    @Override
    public void close() {
        try {
            server.close().await(10, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
