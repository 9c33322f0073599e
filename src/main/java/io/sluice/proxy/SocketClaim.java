package io.sluice.proxy;

import io.sluice.grip.ClientPolicy;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The claim of a WebSocket, from before it is opened. Event loop of the connection. */
final class SocketClaim implements ClaimListener {
    private final SocketClient client;
    private final Supplier<SocketSession> begin;
    private final Consumer<Refusal> refuse;
    private @Nullable ConnectionClaim claim;
    private @Nullable SocketSession session;
    private boolean over;

    /**
     * @param begin goes on with the opening that waits for the claim
     * @param refuse ends it
     */
    SocketClaim(SocketClient client, Supplier<SocketSession> begin, Consumer<Refusal> refuse) {
        this.client = client;
        this.begin = begin;
        this.refuse = refuse;
    }

    void take(ConnectionClaims claims, String id, ClientPolicy policy) {
        if (claims.isolated(client.id(), id)) {
            over = true;
            refuse.accept(Refusal.CLAIMS_UNCERTAIN);
            return;
        }
        client.clientId(id);
        client.onOver(this::release);
        ConnectionClaim asked = claims.claim(client.id(), id, policy, this);
        claim = asked;
        asked.ask();
    }

    private void release() {
        over = true;
        if (claim != null) {
            claim.release();
        }
    }

    @Override
    public void granted() {
        if (!over) {
            session = begin.get();
        }
    }

    @Override
    public void refused(Refusal refusal) {
        if (!over) {
            over = true;
            refuse.accept(refusal);
        }
    }

    /** Also who has not been opened yet is opened, to be told: a handshake that fails tells a browser's script nothing. */
    @Override
    public void lost(ClaimLoss loss, long token) {
        if (!over) {
            over = true;
            SocketSession open = session == null ? begin.get() : session;
            open.close("claim", loss.close());
        }
    }
}
