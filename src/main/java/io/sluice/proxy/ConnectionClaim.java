package io.sluice.proxy;

import io.sluice.bus.ClaimMessage;
import io.sluice.claim.Claim;
import io.sluice.claim.ClaimAnswer;
import io.sluice.claim.ClaimAnswer.Verdict;
import io.sluice.grip.ClientPolicy;
import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import io.vertx.core.Context;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection's claim to be its client's, from the question to its end. Event loop of the connection, but for what says otherwise.
 */
final class ConnectionClaim {
    private enum State {
        /** The store has yet to answer. */
        ASKED,
        /** Taken; the connections that have given way are closing. */
        CLEARING,
        HELD,
        OVER,
    }

    private final ConnectionClaims claims;
    private final Context context;
    private final String client;
    private final ClientPolicy policy;
    private final ClaimListener listener;
    /** Without a token while it is asked for. */
    private volatile Claim own;

    private volatile State state = State.ASKED;
    /** Who has displaced it before it knew its own token. */
    private ClaimMessage.@Nullable Evict early;

    private boolean again;

    ConnectionClaim(
            ConnectionClaims claims,
            Context context,
            String client,
            ClientPolicy policy,
            Claim wanted,
            ClaimListener listener) {
        this.claims = claims;
        this.context = context;
        this.client = client;
        this.policy = policy;
        this.own = wanted;
        this.listener = listener;
    }

    /** Any thread. */
    Context context() {
        return context;
    }

    /** Any thread. */
    String client() {
        return client;
    }

    /** Any thread. */
    ClientPolicy policy() {
        return policy;
    }

    /** Any thread. */
    Claim own() {
        return own;
    }

    /** Any thread: whether the claim is taken, and not given up. */
    boolean taken() {
        return state == State.CLEARING || state == State.HELD;
    }

    boolean over() {
        return state == State.OVER;
    }

    void ask() {
        claims.store().take(client, own, policy).onComplete((answer, failure) -> {
            if (answer == null) {
                failed(String.valueOf(failure));
            } else {
                answered(answer);
            }
        });
    }

    private void failed(String reason) {
        boolean wanted = state != State.OVER;
        state = State.OVER;
        claims.forget(this);
        // It may have been taken all the same.
        claims.releaseSurely(client, own.connection(), 0);
        if (wanted) {
            claims.stats().count(Counter.CLAIMS_REFUSED_FAILED);
            ClaimLog.failed(client, own, reason);
            listener.refused(Refusal.CLAIMS_UNCERTAIN);
        }
    }

    private void answered(ClaimAnswer answer) {
        if (answer.verdict() == Verdict.REFUSED) {
            refused(answer.others());
            return;
        }
        Claim mine = own;
        own = new Claim(answer.token(), mine.node(), mine.incarnation(), mine.connection(), mine.sinceMillis());
        if (state == State.OVER) {
            // The client went while the store was asked.
            claims.releaseSurely(client, own.connection(), answer.token());
            return;
        }
        state = State.CLEARING;
        claims.stats().move(Gauge.CLAIMS, 1);
        claims.stats().count(Counter.CLAIMS_TAKEN);
        ClaimLog.taken(client, own, answer.others());
        ClaimMessage.Evict by = early;
        if (by != null && by.token() >= answer.token()) {
            displaced(by.byNode(), by.byConnection(), by.byToken());
        } else if (answer.verdict() == Verdict.DISPLACED) {
            displacedBy(answer.others());
        } else {
            clear(answer.others());
        }
    }

    private void clear(List<Claim> others) {
        if (others.isEmpty()) {
            hold();
            return;
        }
        claims.clear(client, own, others).onComplete(cleared -> context.runOnContext(turn -> hold()));
    }

    private void hold() {
        if (state == State.CLEARING) {
            state = State.HELD;
            listener.granted();
        }
    }

    /** Those in the way may be ghosts of a store that was divided: they are asked, once. */
    private void refused(List<Claim> holders) {
        if (state == State.OVER) {
            return;
        }
        if (again) {
            refuse(holders);
            return;
        }
        again = true;
        claims.anyGhost(client, holders)
                .onComplete((ghosts, failure) -> context.runOnContext(turn -> {
                    if (state == State.OVER) {
                        return;
                    }
                    if (ghosts != null && ghosts) {
                        ask();
                    } else {
                        refuse(holders);
                    }
                }));
    }

    private void refuse(List<Claim> holders) {
        state = State.OVER;
        claims.forget(this);
        claims.stats().count(Counter.CLAIMS_REFUSED_HELD);
        ClaimLog.refused(client, own, holders);
        listener.refused(Refusal.CLIENT_CONNECTED);
    }

    /** The connection is over by itself. Once; later calls do nothing. */
    void release() {
        State before = state;
        if (before == State.OVER) {
            return;
        }
        state = State.OVER;
        claims.forget(this);
        if (before != State.ASKED) {
            claims.stats().move(Gauge.CLAIMS, -1);
            ClaimLog.released(client, own);
            claims.releaseSurely(client, own.connection(), own.token());
        }
    }

    /**
     * Another connection has taken its place.
     *
     * @return whether there was something to give up: then it is given up
     */
    boolean evict(ClaimMessage.Evict by) {
        if (!concerns(by)) {
            return false;
        }
        if (state == State.ASKED) {
            early = by;
        } else {
            displaced(by.byNode(), by.byConnection(), by.byToken());
        }
        return true;
    }

    /** Whether the message is about this claim, and not about an older one. */
    boolean concerns(ClaimMessage message) {
        return state != State.OVER
                && client.equals(message.client())
                && (state == State.ASKED || own.token() <= message.token());
    }

    /** The store says that it does not stand. */
    void displacedBy(List<Claim> holders) {
        if (holders.isEmpty()) {
            displaced("?", "?", 0);
        } else {
            Claim newest = holders.get(holders.size() - 1);
            displaced(newest.node(), newest.connection(), newest.token());
        }
    }

    private void displaced(String byNode, String byConnection, long byToken) {
        if (taken()) {
            claims.stats().count(Counter.CLAIMS_DISPLACED);
            ClaimLog.displaced(client, own, byNode, byConnection, byToken);
            lose(ClaimLoss.NEWER_CONNECTION);
        }
    }

    /** The node can't vouch for it any more. */
    void isolated() {
        if (taken()) {
            claims.stats().count(Counter.CLAIMS_ISOLATED);
            ClaimLog.isolated(client, own);
            lose(ClaimLoss.CLUSTER_DIVIDED);
        }
    }

    private void lose(ClaimLoss loss) {
        state = State.OVER;
        claims.forget(this);
        claims.stats().move(Gauge.CLAIMS, -1);
        claims.releaseSurely(client, own.connection(), own.token());
        listener.lost(loss, own.token());
    }
}
