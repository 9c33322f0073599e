package io.sluice.chaos;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/**
 * Publishes to one channel, one item after the other: the next a while after the one before was accepted, which is repeated with the same id
 * until it is. Belongs to the event loop of its Vert.x.
 */
final class SteadyPublisher {
    private final Vertx vertx;
    private final PublishClient client;
    private final ChannelOrder order;
    private final String name;
    private final long pauseMillis;
    private final Promise<Void> over = Promise.promise();
    private int number;
    private boolean stopping;

    SteadyPublisher(Vertx vertx, PublishClient client, ChannelOrder order, String name, long pauseMillis) {
        this.vertx = vertx;
        this.client = client;
        this.order = order;
        this.name = name;
        this.pauseMillis = pauseMillis;
    }

    void next() {
        if (stopping) {
            over.complete();
            return;
        }
        String id = name + "." + ++number;
        client.publish(order.channel(), id, null).onFailure(over::fail).onSuccess(done -> {
            order.accepted(id);
            vertx.setTimer(pauseMillis, timer -> next());
        });
    }

    /** Completes once its last item was accepted; fails when one never was. */
    Future<Void> stop() {
        stopping = true;
        return over.future();
    }
}
