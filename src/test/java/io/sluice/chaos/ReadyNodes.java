package io.sluice.chaos;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A load balancer: asks nodes for their readiness, and sends clients to those that are. Belongs to the event loop of its Vert.x. */
final class ReadyNodes {
    private static final long CHECK_MILLIS = 200;

    private final Vertx vertx;
    private final HttpClient http;
    private final Random random;
    private final List<ForkedNode> listed = new ArrayList<>();
    private final List<ForkedNode> ready = new ArrayList<>();

    ReadyNodes(Vertx vertx, HttpClient http, Random random) {
        this.vertx = vertx;
        this.http = http;
        this.random = random;
    }

    void start() {
        vertx.setPeriodic(CHECK_MILLIS, timer -> List.copyOf(listed).forEach(this::check));
    }

    void list(ForkedNode node) {
        listed.add(node);
    }

    /** Its process has ended. */
    void unlist(ForkedNode node) {
        listed.remove(node);
        ready.remove(node);
    }

    private void check(ForkedNode node) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(node.host())
                .setPort(node.opsPort())
                .setURI("/health/ready")
                .setTimeout(5000);
        http.request(options)
                .compose(request -> request.send())
                .map(HttpClientResponse::statusCode)
                .recover(failure -> Future.succeededFuture(503))
                .onSuccess(status -> note(node, status == 200));
    }

    private void note(ForkedNode node, boolean isReady) {
        if (!isReady) {
            ready.remove(node);
        } else if (listed.contains(node) && !ready.contains(node)) {
            ready.add(node);
        }
    }

    int count() {
        return ready.size();
    }

    /** Where a client goes; null when there is nowhere to go. */
    @Nullable
    Node any() {
        return ready.isEmpty() ? null : ready.get(random.nextInt(ready.size()));
    }

    /** Any whose process lives, ready or not, for who doesn't ask. */
    Node anyAlive() {
        return listed.get(random.nextInt(listed.size()));
    }
}
