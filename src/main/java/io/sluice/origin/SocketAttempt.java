package io.sluice.origin;

import io.sluice.config.Settings;
import io.sluice.config.Target;
import io.sluice.grip.Header;
import io.sluice.grip.Headers;
import io.sluice.netty.OriginChannel;
import io.sluice.netty.SocketHandshake;
import io.sluice.netty.SocketListener;
import io.sluice.netty.SocketTerms;
import io.sluice.origin.OriginException.Kind;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** The handshake of one WebSocket, on a connection that was made for it (RFC 6455, 4.1). One event loop. */
final class SocketAttempt {
    private static final int SWITCHING = 101;

    private final Vertx vertx;
    private final Context context;
    private final Settings settings;
    private final Target target;
    private final SocketTerms terms;
    private final SocketListener listener;
    private final String key = key();
    private final Promise<OpenedSocket> opened = Promise.promise();

    SocketAttempt(Vertx vertx, Settings settings, Target target, SocketTerms terms, SocketListener listener) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.settings = settings;
        this.target = target;
        this.terms = terms;
        this.listener = listener;
    }

    private static String key() {
        var bytes = new byte[16];
        ThreadLocalRandom.current().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Fails with {@link OriginException} or {@link SocketRejected}; the connection is closed then. */
    Future<OpenedSocket> start(HttpClientConnection connection, Outgoing outgoing, Cancellation cancellation) {
        long seconds = settings.origin().firstByteTimeoutSeconds();
        long timer = vertx.setTimer(
                seconds * 1000, id -> fail(new OriginException(Kind.TIMEOUT, target + ": no response in time")));
        opened.future().onComplete(done -> {
            vertx.cancelTimer(timer);
            cancellation.onCancel(null);
            if (done.failed()) {
                var unused = connection.close();
            }
        });
        cancellation.onCancel(() -> fail(new OriginException(Kind.CLIENT_GONE, "cancelled")));
        connection
                .request(new RequestOptions().setMethod(HttpMethod.GET).setURI(outgoing.path()))
                .onSuccess(request -> send(connection, request, outgoing))
                .onFailure(this::lost);
        return opened.future();
    }

    private void send(HttpClientConnection connection, HttpClientRequest request, Outgoing outgoing) {
        try {
            request.headers().add("Host", outgoing.host(target));
            for (Header line : outgoing.headers()) {
                request.headers().add(line.name(), line.value());
            }
            request.headers()
                    .set("Connection", "Upgrade")
                    .set("Upgrade", "websocket")
                    .set("Sec-WebSocket-Version", "13")
                    .set("Sec-WebSocket-Key", key);
        } catch (IllegalArgumentException e) {
            fail(new OriginException(Kind.MALFORMED, "request not sent: " + e.getMessage()));
            return;
        }
        request.exceptionHandler(this::lost);
        request.response().onSuccess(response -> answered(connection, response)).onFailure(this::lost);
        var unused = request.connect();
    }

    private void answered(HttpClientConnection connection, HttpClientResponse response) {
        if (opened.future().isComplete()) {
            return;
        }
        Headers headers = headers(response);
        if (response.statusCode() == SWITCHING) {
            String accept = headers.first("Sec-WebSocket-Accept");
            if (!SocketHandshake.accept(key).equals(accept)) {
                fail(new OriginException(Kind.MALFORMED, target + ": wrong Sec-WebSocket-Accept"));
                return;
            }
            int outbox = settings.http().outboxBytes();
            opened.tryComplete(new OpenedSocket(headers, OriginChannel.upgrade(connection, outbox, terms, listener)));
            return;
        }
        if (response.statusCode() < 200 || response.statusCode() > 999) {
            fail(new OriginException(Kind.MALFORMED, target + ": unexpected status " + response.statusCode()));
            return;
        }
        reject(response, headers);
    }

    private void reject(HttpClientResponse response, Headers headers) {
        response.pause();
        var body = new OriginBody(context, response);
        response.handler(body::chunk);
        response.endHandler(end -> body.end());
        response.exceptionHandler(
                cause -> body.fail(new OriginException(Kind.RESET, target + ": " + cause.getMessage())));
        String reason = response.statusMessage() == null ? "" : response.statusMessage();
        body.collect(settings.origin().maxGripBodyBytes()).onComplete(collected -> {
            if (collected.failed()) {
                opened.tryFail(collected.cause());
            } else if (!collected.result().complete()) {
                fail(new OriginException(
                        Kind.MALFORMED,
                        target + ": rejection of more than " + settings.origin().maxGripBodyBytes() + " bytes"));
            } else {
                opened.tryFail(new SocketRejected(
                        response.statusCode(),
                        reason,
                        headers,
                        collected.result().bytes()));
            }
        });
        body.pull();
    }

    private static Headers headers(HttpClientResponse response) {
        List<Header> lines = new ArrayList<>();
        for (Map.Entry<String, String> line : response.headers()) {
            lines.add(new Header(line.getKey(), line.getValue().strip()));
        }
        return Headers.copyOf(lines);
    }

    private void lost(Throwable cause) {
        fail(new OriginException(Lost.is(cause) ? Kind.RESET : Kind.MALFORMED, target + ": " + cause.getMessage()));
    }

    private void fail(OriginException cause) {
        opened.tryFail(cause);
    }
}
