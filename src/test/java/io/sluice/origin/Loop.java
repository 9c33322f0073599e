package io.sluice.origin;

import io.sluice.config.Settings;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** An event loop with an origin client, driven from a test's thread. */
final class Loop implements AutoCloseable {
    /** A whole response. */
    record Answer(int status, String reason, io.sluice.grip.Headers headers, String body) {}

    final Vertx vertx;
    final Stats stats = new Stats();
    private final Context context;
    private final VertxOriginClient client;

    Loop(Settings.Origins limits) {
        this(limits, null);
    }

    Loop(Settings.Origins limits, @Nullable TrustOptions trust) {
        vertx = Vertx.vertx();
        context = vertx.getOrCreateContext();
        client = call(() -> Future.succeededFuture(
                new VertxOriginClient(vertx, Fixtures.settings(limits), stats, route -> null, trust)));
    }

    /** Runs on the event loop and waits for what comes of it. */
    <T> T call(Supplier<Future<T>> task) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(v -> {
            try {
                task.get().onComplete(promise);
            } catch (RuntimeException | AssertionError e) {
                promise.tryFail(e);
            }
        });
        try {
            return promise.future().await(20, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer", e);
        }
    }

    OriginResponse head(OriginRequest request) {
        return call(() -> client.send(request));
    }

    OriginResponse head(OriginRequest request, Cancellation cancellation) {
        return call(() -> client.send(request, cancellation));
    }

    Answer answer(OriginRequest request) {
        return call(() -> client.send(request).compose(Loop::whole));
    }

    Answer answer(SessionRequest request) {
        return call(() -> client.send(request).compose(Loop::whole));
    }

    /** Without waiting; on the event loop only. */
    Future<OriginResponse> send(OriginRequest request, Cancellation cancellation) {
        return client.send(request, cancellation);
    }

    /** Without waiting; on the event loop only. */
    Future<Answer> sendNow(SessionRequest request) {
        return client.send(request).compose(Loop::whole);
    }

    Future<Answer> sendNow(OriginRequest request) {
        return client.send(request).compose(Loop::whole);
    }

    /** As before; the task runs once there is a head. */
    Future<Answer> sendNow(OriginRequest request, java.util.function.Consumer<OriginResponse> head) {
        return client.send(request).compose(response -> {
            Future<Answer> answer = whole(response);
            head.accept(response);
            return answer;
        });
    }

    private static Future<Answer> whole(OriginResponse response) {
        return response.collect(1_000_000)
                .map(body -> new Answer(
                        response.status(),
                        response.reason(),
                        response.headers(),
                        new String(body.bytes(), StandardCharsets.ISO_8859_1)));
    }

    /** Waits until no request is under way, as the gauge says. */
    void awaitQuiet() {
        Awaitility.await().until(() -> stats.value(Gauge.ORIGIN_REQUESTS) == 0);
    }

    @Override
    public void close() {
        try {
            call(client::close);
            vertx.close().await(20, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
