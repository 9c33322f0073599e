package io.sluice.pressure;

import io.sluice.testing.HttpOrigin;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.atomic.AtomicInteger;

/** An origin of streams with a position, which is asked about each item, and lets two of three pass. */
final class CheckingOrigin implements AutoCloseable {
    final AtomicInteger unanswered = new AtomicInteger();
    /** The position that it tells. */
    volatile int at;
    /** Whether it leaves questions about items without an answer. */
    volatile boolean silent;

    private final AtomicInteger asked = new AtomicInteger();
    private final HttpOrigin server;

    CheckingOrigin(Vertx vertx) {
        server = HttpOrigin.start(vertx, this::answer);
    }

    String address() {
        return server.address();
    }

    private void answer(HttpServerRequest request) {
        var response = request.response();
        if (!request.path().equals("/own/check")) {
            response.putHeader("Grip-Hold", "stream")
                    .putHeader("Grip-Channel", "r; prev-id=" + at + "; filter=http-check")
                    .putHeader("Grip-Set-Meta", "url=/own/check")
                    .putHeader("Grip-Link", "</own/next>; rel=next");
        } else if (silent) {
            unanswered.incrementAndGet();
            return;
        } else if (asked.incrementAndGet() % 3 == 0) {
            response.putHeader("Action", "drop");
        }
        var unused = response.end("\n");
    }

    @Override
    public void close() {
        server.close();
    }
}
