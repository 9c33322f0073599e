package io.sluice.proxy;

import io.sluice.channel.Mode;
import io.sluice.fanout.Subscribed;
import io.sluice.fanout.TimerWheel.Timeout;
import io.sluice.grip.ChannelSpec;
import io.sluice.grip.ControlMessage;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A WebSocket's subscriptions: those of its target from the start, and those that its origin makes and ends. Event loop only. */
final class SocketSubscriptions {
    private final SessionParts parts;
    private final SocketClient client;
    private final SessionChannels channels;
    private final ItemFlow flow;
    private final SocketSession session;
    private @Nullable Timeout firstUpdate;
    private int unconfirmed;
    private boolean over;

    SocketSubscriptions(
            SessionParts parts, SocketClient client, SessionChannels channels, ItemFlow flow, SocketSession session) {
        this.parts = parts;
        this.client = client;
        this.channels = channels;
        this.flow = flow;
        this.session = session;
    }

    /** Subscribes to the channels of the target; runs the task when all of that has taken effect. */
    void start(Runnable subscribed) {
        SessionChannels.Change change = channels.replace(List.of());
        unconfirmed = change.added().size() + 1;
        for (Subscription added : change.added()) {
            ask(added).onComplete(answer -> confirmed(subscribed));
        }
        confirmed(subscribed);
    }

    private void confirmed(Runnable subscribed) {
        if (--unconfirmed == 0 && !over) {
            subscribed.run();
        }
    }

    private Future<Subscribed> ask(Subscription added) {
        SocketLog.subscribed(client, added.fullName());
        return parts.fanout()
                .subscribe(added.fullName(), Mode.SOCKET, session)
                .compose(answer -> Replays.after(answer, added, flow, parts, client));
    }

    /** What the origin subscribes; a channel that is subscribed takes on its filters and its position. */
    void subscribe(ChannelSpec spec) {
        if (spec.filters().size() > ControlMessage.MAX_FILTERS) {
            session.close("filters", SocketCloses.refused("too many filters for channel '" + spec.name() + "'"));
            return;
        }
        Subscription known = channels.named(spec.name());
        if (known != null) {
            session.recovery().instruct(known, spec);
            String stale = known.takeStale();
            if (stale != null) {
                parts.fanout().forget(known.fullName(), stale);
            }
            channels.changed();
            session.resettle();
            return;
        }
        Subscription added = channels.add(spec);
        if (added == null) {
            session.complaints().tooManySubscriptions(spec.name());
            return;
        }
        session.recovery().added(added);
        session.resettle();
        Future<Subscribed> asked = ask(added);
        if (asked.isComplete()) {
            settle(added, asked.result());
        } else {
            session.subscribing(true);
            asked.onComplete(answer -> {
                if (!over) {
                    settle(added, answer.result());
                    session.subscribing(false);
                }
            });
        }
    }

    /** Whether something was published between the origin's reading and the subscription. */
    private void settle(Subscription added, @Nullable Subscribed answer) {
        String position = added.position();
        if (position == null || answer == null) {
            return;
        }
        String lastId = answer.lastId();
        if (lastId != null && !lastId.equals(position)) {
            added.suspect(lastId);
            session.recovery().suspect();
        } else if (firstUpdate == null
                && session.recovers()
                && parts.firsts().mayHaveMissed(added.fullName(), answer)) {
            firstUpdate = parts.timers().schedule(FirstSubscriptions.UPDATE_MILLIS, () -> {
                firstUpdate = null;
                session.update();
            });
        }
    }

    /** Ends a subscription that the origin made; there may be none. */
    void unsubscribe(String channel) {
        Subscription removed = channels.remove(channel);
        if (removed != null) {
            parts.fanout().unsubscribe(removed.fullName(), Mode.SOCKET, session);
            flow.left(removed);
            session.resettle();
        }
    }

    void close() {
        over = true;
        if (firstUpdate != null) {
            firstUpdate.cancel();
        }
        for (Subscription subscription : channels.all()) {
            parts.fanout().unsubscribe(subscription.fullName(), Mode.SOCKET, session);
        }
    }
}
