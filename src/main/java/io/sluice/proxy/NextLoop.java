package io.sluice.proxy;

import io.sluice.fanout.TimerWheel.Timeout;
import io.sluice.grip.GripException;
import io.sluice.grip.Headers;
import io.sluice.grip.Instruction;
import io.sluice.grip.NextLink;
import io.sluice.netty.Sink;
import io.sluice.origin.ClientUri;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When and how one stream asks its next link (GRIP, next loop): page after page, by poll, on a hint, and whenever there is
 * doubt. Event loop only.
 */
final class NextLoop implements NextPage.Reader {
    private static final Logger LOG = LoggerFactory.getLogger(NextLoop.class);

    private static final int RETRIES = 5;
    private static final int RETRY_MILLIS = 1000;
    private static final int BLOCKED_CHECK_MILLIS = 1000;
    private static final int CIRCLE_MILLIS = 1000;

    /** Between an origin's answer and the items that it covers already lies the publisher's way: time for them to show. */
    static final int SETTLE_MILLIS = 500;

    /** What the loop is about. Timers and tickets belong to the state that made them. */
    private enum State {
        /** Holding; asks when due. */
        RESTING,
        /** A fetch is under way. */
        FETCHING,
        /** Would fetch, but the client does not take what it has. */
        BLOCKED,
        /** The last fetch failed; the next one waits. */
        BACKOFF,
        CLOSED,
    }

    /** Sessions that would ask the same wait together. */
    private record UpdateKey(ClientUri uri, Headers lastIds) {}

    private final SessionParts parts;
    private final Exchange exchange;
    private final SessionChannels channels;
    private final ItemFlow flow;
    private final NextStream stream;
    /** Null as long as no page has led to another. */
    private @Nullable PageCircle circle;

    private State state = State.RESTING;
    private ClientUri base;
    private @Nullable ClientUri next;
    private int timeoutSeconds;
    private int failures;
    private boolean paging;
    private boolean sure;
    private @Nullable NextPage page;
    private UpdateLimiter.@Nullable Ticket ticket;
    /** Whether the ticket stands among the polls. */
    private boolean idleTicket;

    private @Nullable Timeout poll;
    private @Nullable Timeout settle;
    private @Nullable Timeout wake;

    NextLoop(SessionParts parts, Exchange exchange, SessionChannels channels, ItemFlow flow, NextStream stream) {
        this.parts = parts;
        this.exchange = exchange;
        this.channels = channels;
        this.flow = flow;
        this.stream = stream;
        this.base = exchange.uri();
    }

    /** Takes on the link of an instruction, relative to where that came from; null for none. */
    void link(@Nullable NextLink link) throws GripException {
        next = link == null ? null : LinkUri.resolve(base, link.uri());
        timeoutSeconds = link == null ? 0 : link.timeoutSeconds();
    }

    boolean linked() {
        return next != null;
    }

    /** What links are relative to. */
    ClientUri base() {
        return base;
    }

    private boolean circleClosedBy(ClientUri due) {
        PageCircle chain = circle;
        if (chain == null) {
            chain = new PageCircle();
            circle = chain;
        }
        return chain.closedBy(due, channels.lastIds());
    }

    /**
     * The response is a page among others: the next one is due as soon as the client can take it. Pages that go round in a circle are
     * turned once a second, so that they don't keep an origin busy for nothing.
     */
    void turnPage() {
        paging = true;
        ClientUri due = next;
        if (due == null || !circleClosedBy(due)) {
            fetch();
            return;
        }
        LOG.debug(
                "next-circle connection={} route={} uri={}",
                exchange.id(),
                exchange.route().id(),
                due);
        state = State.BACKOFF;
        wake = parts.timers().schedule(CIRCLE_MILLIS, this::tryAgain);
    }

    /** The stream holds: the link is polled in its time, or at once if something asked for it meanwhile. */
    void rest() {
        state = State.RESTING;
        paging = false;
        circle = null;
        armPoll();
        if (sure) {
            update();
        }
    }

    /** Asks at low priority, but before polls, for certain. */
    void update() {
        sure = true;
        submit();
    }

    /** A channel of the stream is behind, perhaps: asks at low priority, unless {@link #caughtUp} comes first. */
    void suspect() {
        submit();
    }

    /** As {@link #suspect}, but items shall have time to show where they belong. */
    void suspectUnsettled() {
        if (settle == null && ticket == null && next != null && state == State.RESTING) {
            settle = parts.timers().schedule(SETTLE_MILLIS, () -> {
                settle = null;
                if (channels.anyInDoubt()) {
                    submit();
                }
            });
        }
    }

    /** Asks now. */
    void hint() {
        if (next != null) {
            flow.discardKnowingly();
            fetch();
        }
    }

    /** Doubts may be gone. */
    void caughtUp() {
        if (sure) {
            submit(idleTicket);
        } else if ((ticket != null || settle != null) && !channels.anyInDoubt()) {
            ticket = cancelled(ticket);
            settle = cancelled(settle);
        }
    }

    /** Now if the client can take it, else as soon as it can. */
    void fetch() {
        rouse();
        Sink sink = stream.sink();
        if (next == null || sink == null || state == State.CLOSED) {
            return;
        }
        stream.leave();
        if (!stream.canTake()) {
            state = State.BLOCKED;
            wake = parts.timers().schedule(BLOCKED_CHECK_MILLIS, this::fetch);
            return;
        }
        state = State.FETCHING;
        sure = false;
        flow.abandonCovered();
        send(next, sink, false);
    }

    /** The client takes bytes again. */
    void writable() {
        if (page != null) {
            page.writable();
        } else if (state == State.BLOCKED) {
            fetch();
        }
    }

    /** Whether the client has a part of a response whose rest is still to come. */
    boolean midway() {
        return page != null && page.midway();
    }

    /** Whether a fetch is sure to come, and will cover what is published before it. */
    boolean fetchToCome() {
        return state == State.BLOCKED || (state == State.BACKOFF && paging);
    }

    void close() {
        state = State.CLOSED;
        rouse();
        if (page != null) {
            page.cancel();
        }
    }

    @Override
    public void page(byte[] bytes) {
        stream.page(bytes);
    }

    @Override
    public void pageDone(Instruction instruction, Map<String, String> meta, long stamp) {
        ClientUri from = next;
        if (from != null) {
            base = from;
        }
        page = null;
        failures = 0;
        stream.instruct(instruction, meta, stamp);
    }

    @Override
    public void pageFailed(String message) {
        page = null;
        LOG.info(
                "next-failed connection={} route={} uri={} failures={} reason={}",
                exchange.id(),
                exchange.route().id(),
                next,
                failures + 1,
                message);
        if (failures == RETRIES) {
            stream.broken("Failed to retrieve next link.");
            return;
        }
        state = State.BACKOFF;
        long delay = ((long) RETRY_MILLIS << failures) + parts.random().nextInt(RETRY_MILLIS);
        failures++;
        wake = parts.timers().schedule(delay, this::tryAgain);
        if (!paging) {
            stream.comeBack();
        }
    }

    @Override
    public void pageBroken(String message) {
        page = null;
        stream.broken(message);
    }

    @Override
    public void pageTooLargeToShare() {
        ClientUri uri = next;
        Sink sink = stream.sink();
        if (uri != null && sink != null) {
            send(uri, sink, true);
        }
    }

    private void tryAgain() {
        if (flow.asking()) {
            wake = parts.timers().schedule(RETRY_MILLIS, this::tryAgain);
        } else {
            fetch();
        }
    }

    private void send(ClientUri uri, Sink sink, boolean alone) {
        var request = new NextRequest(
                uri,
                channels.lastIds(),
                exchange.route(),
                exchange.uri(),
                exchange.peer(),
                exchange.target().untrusted());
        var asked = new NextPage(this, sink, stream.meta());
        page = asked;
        asked.at(
                alone
                        ? parts.fetches().fetchAlone(request, asked)
                        : parts.fetches().fetch(request, flow.needStamp(), asked));
    }

    private void submit() {
        submit(false);
    }

    /** @param polling nothing suggests that there is news */
    private void submit(boolean polling) {
        ClientUri uri = next;
        if (uri == null) {
            sure = false;
        } else if (state == State.RESTING && stream.holding() && (ticket == null || (idleTicket && !polling))) {
            settle = cancelled(settle);
            ticket = cancelled(ticket);
            idleTicket = polling;
            ticket = parts.updates()
                    .submit(channels.names(), new UpdateKey(uri, channels.lastIds()), polling, this::updateNow);
        }
    }

    private void updateNow() {
        ticket = null;
        if (flow.asking()) {
            // Its answer comes first, and then asks for this again.
            sure = true;
        } else {
            fetch();
        }
    }

    private void armPoll() {
        if (next == null) {
            return;
        }
        channels.takeAllSent();
        if (timeoutSeconds == 0) {
            sure = true;
            submit(true);
            return;
        }
        // A tenth more or less: streams that began together shall not poll together.
        double jitter = 0.9 + 0.2 * parts.random().nextDouble();
        poll = parts.timers().schedule((long) (timeoutSeconds * 1000L * jitter), this::pollDue);
    }

    private void pollDue() {
        poll = null;
        if (channels.takeAllSent()) {
            armPoll();
        } else {
            sure = true;
            submit(true);
        }
    }

    /** Nothing else shall wake the loop. */
    private void rouse() {
        ticket = cancelled(ticket);
        poll = cancelled(poll);
        settle = cancelled(settle);
        wake = cancelled(wake);
    }

    private static @Nullable Timeout cancelled(@Nullable Timeout timeout) {
        if (timeout != null) {
            timeout.cancel();
        }
        return null;
    }

    private static UpdateLimiter.@Nullable Ticket cancelled(UpdateLimiter.@Nullable Ticket ticket) {
        if (ticket != null) {
            ticket.cancel();
        }
        return null;
    }
}
