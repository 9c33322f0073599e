package io.sluice.claim;

import io.sluice.grip.ClientPolicy;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The claims of a node that stands alone: in its own memory. Any thread; answers at once. */
public final class HeapClaims implements ClaimStore {
    private final String incarnation = UUID.randomUUID().toString();
    private final Map<String, ClaimState> clients = new ConcurrentHashMap<>();
    /** In place of each forgotten client's last token. */
    private final AtomicLong forgotten = new AtomicLong();

    private final LongSupplier nowMillis;

    public HeapClaims() {
        this(System::currentTimeMillis);
    }

    HeapClaims(LongSupplier nowMillis) {
        this.nowMillis = nowMillis;
    }

    @Override
    public String incarnation() {
        return incarnation;
    }

    @Override
    public boolean live(Claim claim) {
        return claim.incarnation().equals(incarnation);
    }

    @Override
    public Future<ClaimAnswer> take(String client, Claim wanted, ClientPolicy policy) {
        return change(client, state -> state.take(wanted, policy, List.of(), nowMillis.getAsLong()));
    }

    @Override
    public Future<ClaimAnswer> stand(String client, Claim own, ClientPolicy policy) {
        return change(client, state -> state.stand(own, policy.max(), List.of()));
    }

    @Override
    public Future<Void> release(String client, String connection, long token) {
        clients.computeIfPresent(client, (id, before) -> kept(before.release(connection, token)));
        return Future.succeededFuture();
    }

    /** Clients with a connection. */
    int size() {
        return clients.size();
    }

    private Future<ClaimAnswer> change(String client, Function<ClaimState, ClaimState.Change> change) {
        var answer = new AtomicReference<ClaimAnswer>();
        clients.compute(client, (id, before) -> {
            ClaimState.Change made =
                    change.apply(before == null ? new ClaimState(forgotten.get(), 1, List.of(), List.of()) : before);
            answer.set(made.answer());
            return kept(made.after());
        });
        return Future.succeededFuture(answer.get());
    }

    private @Nullable ClaimState kept(ClaimState state) {
        if (!state.vacant()) {
            return state;
        }
        forgotten.accumulateAndGet(state.lastToken(), Math::max);
        return null;
    }
}
