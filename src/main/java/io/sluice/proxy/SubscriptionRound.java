package io.sluice.proxy;

import io.sluice.channel.Mode;
import io.sluice.fanout.Subscribed;
import io.sluice.fanout.Subscriber;
import io.sluice.grip.ChannelSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a session's subscriptions in line with an instruction, and tells when all of them have taken effect. One round at a
 * time. Event loop only.
 */
final class SubscriptionRound {
    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionRound.class);

    /** The session. */
    interface Listener {
        /** A new channel is subscribed. */
        void subscribed(Subscription subscription, Subscribed answer);

        /** All are. */
        void allSubscribed();
    }

    private final SessionParts parts;
    private final Exchange exchange;
    private final SessionChannels channels;
    private final ItemFlow flow;
    private final Mode mode;
    private final Subscriber subscriber;
    private final Listener listener;
    private int unconfirmed;
    private boolean over;

    <S extends Subscriber & Listener> SubscriptionRound(
            SessionParts parts, Exchange exchange, SessionChannels channels, ItemFlow flow, Mode mode, S session) {
        this.parts = parts;
        this.exchange = exchange;
        this.channels = channels;
        this.flow = flow;
        this.mode = mode;
        this.subscriber = session;
        this.listener = session;
    }

    void start(List<ChannelSpec> specs) {
        SessionChannels.Change change = channels.replace(specs);
        if (!change.ignored().isEmpty()) {
            LOG.warn(
                    "too-many-subscriptions connection={} route={} uri={} ignored={}",
                    exchange.id(),
                    exchange.route().id(),
                    exchange.uri(),
                    change.ignored());
        }
        for (Subscription removed : change.removed()) {
            parts.fanout().unsubscribe(removed.fullName(), mode, subscriber);
            flow.left(removed);
        }
        for (Subscription kept : channels.all()) {
            String stale = kept.takeStale();
            if (stale != null) {
                parts.fanout().forget(kept.fullName(), stale);
            }
        }
        // One more than there are, so that answers at once don't end it early.
        unconfirmed = change.added().size() + 1;
        for (Subscription added : change.added()) {
            parts.fanout()
                    .subscribe(added.fullName(), mode, subscriber)
                    .compose(answer -> Replays.after(answer, added, flow, parts, exchange))
                    .onComplete(answer -> confirmed(added, answer.result()));
        }
        confirmedOne();
    }

    /** The session is over: leaves all channels. */
    void close() {
        over = true;
        for (Subscription subscription : channels.all()) {
            parts.fanout().unsubscribe(subscription.fullName(), mode, subscriber);
        }
    }

    private void confirmed(Subscription subscription, @Nullable Subscribed answer) {
        if (over) {
            return;
        }
        if (answer != null) {
            listener.subscribed(subscription, answer);
        }
        confirmedOne();
    }

    private void confirmedOne() {
        if (--unconfirmed == 0 && !over) {
            listener.allSubscribed();
        }
    }
}
