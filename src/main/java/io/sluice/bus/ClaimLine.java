package io.sluice.bus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;

/** Asks a node about a claim of its connections. Any thread. */
public final class ClaimLine {
    private final Vertx vertx;
    private final String self;

    public ClaimLine(Vertx vertx, String self) {
        this.vertx = vertx;
        this.self = self;
    }

    /** Whether the connection had the claim; false when there is no such node. Fails when there is no answer in time. */
    public Future<Boolean> ask(String node, ClaimMessage message, long timeoutMillis) {
        var options = new DeliveryOptions().setSendTimeout(timeoutMillis).setLocalOnly(node.equals(self));
        return vertx.eventBus()
                .<ClaimHeld>request(Addresses.claims(node), message, options)
                .map(reply -> reply.body().there())
                .recover(failure ->
                        failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS
                                ? Future.succeededFuture(false)
                                : Future.failedFuture(failure));
    }
}
