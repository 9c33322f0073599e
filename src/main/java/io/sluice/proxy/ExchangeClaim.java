package io.sluice.proxy;

import io.sluice.grip.ClientPolicy;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The claim of an HTTP client's connection, over all the holds of one request. Event loop of the connection. */
final class ExchangeClaim implements ClaimListener {
    /** A hold that is about to start. */
    private record Waiting(Runnable granted, Runnable declined) {}

    private final ConnectionClaims claims;
    private final ClientExchange exchange;
    private @Nullable ConnectionClaim claim;
    private @Nullable Waiting waiting;
    private @Nullable Consumer<Displacement> holder;

    ExchangeClaim(ConnectionClaims claims, ClientExchange exchange) {
        this.claims = claims;
        this.exchange = exchange;
    }

    /**
     * Claims for a hold; at once where an earlier hold of the same request has the same claim.
     *
     * @param granted starts the hold
     * @param declined in place of that, before the exchange is answered; also when the client goes meanwhile
     */
    void take(String client, ClientPolicy policy, Runnable granted, Runnable declined) {
        ConnectionClaim before = claim;
        if (before != null
                && before.taken()
                && before.client().equals(client)
                && before.policy().equals(policy)) {
            granted.run();
            return;
        }
        release();
        if (claims.isolated(exchange.id(), client)) {
            declined.run();
            exchange.respond(Refusal.CLAIMS_UNCERTAIN.response());
            return;
        }
        waiting = new Waiting(granted, declined);
        ConnectionClaim asked = claims.claim(exchange.id(), client, policy, this);
        claim = asked;
        asked.ask();
    }

    /** Of the claim there is, asked for or taken; null without one. */
    @Nullable
    String client() {
        return claim == null ? null : claim.client();
    }

    /** Who ends the hold; null when there is none. */
    void heldBy(@Nullable Consumer<Displacement> next) {
        holder = next;
    }

    /** The connection, or its request, is over. */
    void release() {
        Waiting start = waiting;
        waiting = null;
        ConnectionClaim own = claim;
        claim = null;
        if (own != null) {
            own.release();
        }
        if (start != null) {
            start.declined().run();
        }
    }

    @Override
    public void granted() {
        Waiting start = waiting;
        waiting = null;
        if (start != null) {
            start.granted().run();
        }
    }

    @Override
    public void refused(Refusal refusal) {
        Waiting start = waiting;
        waiting = null;
        if (start != null) {
            start.declined().run();
            exchange.respond(refusal.response());
        }
    }

    @Override
    public void lost(ClaimLoss loss, long token) {
        Waiting start = waiting;
        Consumer<Displacement> hold = holder;
        waiting = null;
        holder = null;
        if (start != null) {
            start.declined().run();
            exchange.respond(loss.answer());
        } else if (hold != null) {
            hold.accept(new Displacement(loss, exchange.eventStream() ? loss.farewell(token) : new byte[0]));
        } else {
            exchange.displaced(loss);
        }
    }
}
