package io.sluice.fanout;

import io.sluice.channel.Mode;
import io.sluice.grip.PublishItem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel on one loop: its subscribers, and whether the router has confirmed the loop's subscription. While it hasn't, the router is
 * asked again every 5 s, and after 8 s the subscribers are told that there is no answer. Loop only.
 */
final class LoopChannel {
    static final long RESEND_MILLIS = 5_000;
    static final long OVERDUE_MILLIS = 8_000;

    private static final Logger LOG = LoggerFactory.getLogger(LoopChannel.class);
    private static final Subscribed UNCONFIRMED = new Subscribed(false, false, null);

    private enum State {
        /** The router has been asked, a short time ago. */
        ASKED,
        /** It has been silent for too long. */
        OVERDUE,
        CONFIRMED,
    }

    /** The way to the router. */
    interface Router {
        /** Sends the loop's subscription. */
        void ask(LoopChannel channel);

        /** The last subscriber has left, and no answer is awaited. */
        void forget(LoopChannel channel, Mode last);
    }

    private final String name;
    private final Router router;
    private final TimerWheel timers;
    private final SubscriberTable subscribers = new SubscriberTable();
    private State state = State.ASKED;
    private boolean forgotten;
    private Mode lastLeft = Mode.STREAM;
    private @Nullable String lastId;
    private boolean logged;
    private List<Promise<Subscribed>> waiting = new ArrayList<>(1);
    private TimerWheel.@Nullable Timeout resend;
    private TimerWheel.@Nullable Timeout overdue;

    LoopChannel(String name, TimerWheel timers, Router router) {
        this.name = name;
        this.router = router;
        this.timers = timers;
    }

    String name() {
        return name;
    }

    SubscriberTable subscribers() {
        return subscribers;
    }

    void lastId(@Nullable String id) {
        lastId = id;
    }

    void forget(String id) {
        if (id.equals(lastId)) {
            lastId = null;
        }
    }

    /** Asks the router, until it answers. */
    void ask() {
        overdue = timers.schedule(OVERDUE_MILLIS, this::overdue);
        send();
    }

    private void send() {
        resend = timers.schedule(RESEND_MILLIS, this::send);
        router.ask(this);
    }

    /** The answer that a subscriber who comes now gets. */
    Future<Subscribed> answer() {
        if (state == State.CONFIRMED) {
            return Future.succeededFuture(new Subscribed(true, false, lastId, logged));
        }
        if (state == State.OVERDUE) {
            return Future.succeededFuture(UNCONFIRMED);
        }
        Promise<Subscribed> promise = Promise.promise();
        waiting.add(promise);
        return promise.future();
    }

    /**
     * A subscriber of that mode has left. A question under way is waited for although none is left: its answer must not be
     * taken for that to a later one.
     */
    void left(Mode mode) {
        lastLeft = mode;
        forgetIfEmpty();
    }

    private void forgetIfEmpty() {
        if (subscribers.isEmpty() && state != State.ASKED && !forgotten) {
            forgotten = true;
            cancelTimers();
            router.forget(this, lastLeft);
        }
    }

    private void overdue() {
        LOG.warn("subscription-unconfirmed channel={} waiting={} afterMillis={}", name, waiting.size(), OVERDUE_MILLIS);
        late(UNCONFIRMED);
    }

    /** There is no confirmation for now; the router is asked on. */
    private void late(Subscribed answer) {
        state = State.OVERDUE;
        tell(answer);
        forgetIfEmpty();
    }

    /** The router's answer. One after its time tells subscribers that items may have passed unseen. */
    void answered(Subscribed answer) {
        State before = state;
        if (before == State.CONFIRMED) {
            return;
        }
        if (!answer.confirmed()) {
            cancel(overdue);
            late(answer);
            return;
        }
        state = State.CONFIRMED;
        lastId = answer.lastId();
        logged = answer.logged();
        cancelTimers();
        tell(answer);
        if (before == State.OVERDUE) {
            LOG.info("subscription-confirmed-late channel={} subscribers={}", name, subscribers.size());
            if (logged) {
                gap();
            } else {
                update();
            }
        }
        forgetIfEmpty();
    }

    /** Has every subscriber ask its origin. */
    void update() {
        forAll("update", Subscriber::update);
    }

    /** Has every subscriber's origin asked, where there is one to ask. */
    void refresh() {
        forAll("refresh", Subscriber::refresh);
    }

    /** Tells every subscriber that items are missing. */
    void gap() {
        forAll("gap", Subscriber::gap);
    }

    private void forAll(String call, Consumer<Subscriber> action) {
        long end = subscribers.end();
        for (var entry = subscribers.first(end); entry != null; entry = SubscriberTable.next(entry, end)) {
            try {
                action.accept(entry.subscriber());
            } catch (RuntimeException e) {
                LOG.error("subscriber-failed channel={} call={}", name, call, e);
            }
        }
    }

    /** Forgets the router; who still waits is told that there is no answer. */
    void close() {
        cancelTimers();
        tell(UNCONFIRMED);
    }

    private void tell(Subscribed answer) {
        List<Promise<Subscribed>> told = waiting;
        waiting = new ArrayList<>(0);
        for (Promise<Subscribed> promise : told) {
            try {
                promise.tryComplete(answer);
            } catch (RuntimeException e) {
                LOG.error("subscriber-failed channel={} call=subscribed", name, e);
            }
        }
    }

    private void cancelTimers() {
        cancel(resend);
        cancel(overdue);
    }

    private static void cancel(TimerWheel.@Nullable Timeout timeout) {
        if (timeout != null) {
            timeout.cancel();
        }
    }

    /** Whether a subscriber of that mode takes the item. */
    static boolean takes(Mode mode, PublishItem item) {
        return switch (mode) {
            case RESPONSE -> item.response() != null;
            case STREAM -> item.stream() != null;
            case SOCKET -> item.message() != null;
        };
    }
}
