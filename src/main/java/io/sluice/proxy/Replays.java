package io.sluice.proxy;

import io.sluice.bus.Replayed;
import io.sluice.fanout.Subscribed;
import io.sluice.stats.DropReason;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a session go on at its position from a channel's log, where there is one: the client that comes back, to whatever node, gets what it has missed
 * without its origin being asked.
 */
final class Replays {
    private static final Logger LOG = LoggerFactory.getLogger(Replays.class);

    private Replays() {}

    /**
     * @param answer to the session's subscription
     * @return the answer that counts: where the log covers the position, nothing is missing, and the items missed are in the flow
     */
    static Future<Subscribed> after(
            Subscribed answer, Subscription subscription, ItemFlow flow, SessionParts parts, SessionClient client) {
        String position = subscription.position();
        if (!answer.logged() || position == null) {
            return Future.succeededFuture(answer);
        }
        return parts.fanout().replay(subscription.fullName(), position).transform(result -> {
            if (result.failed() || !result.result().covered()) {
                subscription.notInLog(result.succeeded());
                parts.stats().drop(DropReason.NOT_IN_LOG);
                LOG.warn(
                        "not-in-log connection={} channel={} position={} reason={}",
                        client.id(),
                        subscription.fullName(),
                        position,
                        result.failed() ? result.cause().getMessage() : "the log does not go back that far");
                return Future.succeededFuture(answer);
            }
            Replayed replayed = result.result();
            if (!position.equals(subscription.position())) {
                return Future.succeededFuture(answer);
            }
            subscription.placedAt(replayed.at());
            flow.replay(replayed.items());
            return Future.succeededFuture(new Subscribed(answer.confirmed(), false, position, true));
        });
    }
}
