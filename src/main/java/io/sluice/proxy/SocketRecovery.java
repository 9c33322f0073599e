package io.sluice.proxy;

import io.sluice.fanout.TimerWheel.Timeout;
import io.sluice.grip.ChannelSpec;
import io.sluice.grip.Headers;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When a WebSocket's origin is asked for what its reliable channels miss, and what its answer covers: the rules of streams (GRIP, next
 * loop), with a request of WebSocket-over-HTTP in place of the next link. Event loop only.
 */
final class SocketRecovery {
    private final SessionParts parts;
    private final SessionChannels channels;
    private final ItemFlow flow;
    private final Runnable recover;
    /** Channels that the answer at hand gave a position. */
    private Set<Subscription> instructed = Set.of();

    private boolean sure;
    /** The origin is to be asked as soon as it can be. */
    private boolean wanted;
    /** It is being asked: items wait. */
    private boolean underway;

    private boolean answered;
    private boolean over;
    private long stamp;
    private @Nullable Timeout settle;
    private UpdateLimiter.@Nullable Ticket ticket;

    /** @param recover has the origin asked */
    SocketRecovery(SessionParts parts, SessionChannels channels, ItemFlow flow, Runnable recover) {
        this.parts = parts;
        this.channels = channels;
        this.flow = flow;
        this.recover = recover;
    }

    /** Something is missing for certain. */
    void sure() {
        sure = true;
        submit();
    }

    /** Something may be missing, unless items that are on their way clear it up. */
    void suspect() {
        if (settle == null && ticket == null && !wanted && !underway && !over) {
            settle = parts.timers().schedule(NextLoop.SETTLE_MILLIS, () -> {
                settle = null;
                if (channels.anyInDoubt()) {
                    submit();
                }
            });
        }
    }

    /** Doubts may be gone. */
    void caughtUp() {
        if (sure) {
            submit();
        } else if (!channels.anyInDoubt()) {
            cancel();
        }
    }

    private void submit() {
        if (ticket == null && !wanted && !underway && !over) {
            cancel();
            ticket = parts.updates().submit(channels.names(), this, false, this::due);
        }
    }

    private void due() {
        ticket = null;
        if (flow.asking()) {
            // Its answer comes first, and then asks for this again.
            sure = true;
            return;
        }
        wanted = true;
        recover.run();
    }

    /** The origin is asked now; with these lines. */
    Headers asking() {
        wanted = false;
        sure = false;
        underway = true;
        cancel();
        flow.abandonCovered();
        stamp = parts.fetches().asked();
        return channels.lastIds();
    }

    /** Whether something is missing that the origin has not been asked for, or not answered. */
    boolean owed() {
        return sure || wanted || (underway && !answered);
    }

    boolean underway() {
        return underway;
    }

    /** The answer comes next. */
    void answered() {
        answered = true;
        instructed = new HashSet<>();
        flow.coveredBefore(stamp);
    }

    /** Takes on an origin's word about a channel that is subscribed already. */
    void instruct(Subscription subscription, ChannelSpec spec) {
        if (answered) {
            instructed.add(subscription);
            subscription.instruct(spec);
        } else {
            subscription.instructMeanwhile(spec);
        }
    }

    /** A channel is new, with a position or without: the answer that made it says nothing about what its home knows of it. */
    void added(Subscription subscription) {
        if (answered) {
            instructed.add(subscription);
        }
    }

    /** An answer has been taken in; whether it was to such a question. */
    boolean taken() {
        if (!answered) {
            return false;
        }
        answered = false;
        underway = false;
        for (Subscription subscription : channels.all()) {
            if (!instructed.contains(subscription)) {
                subscription.assumeCovered();
            }
        }
        instructed = Set.of();
        if (sure) {
            submit();
        }
        return true;
    }

    void close() {
        over = true;
        cancel();
    }

    private void cancel() {
        if (settle != null) {
            settle.cancel();
            settle = null;
        }
        if (ticket != null) {
            ticket.cancel();
            ticket = null;
        }
    }
}
