package io.sluice.proxy;

import io.sluice.bus.Addresses;
import io.sluice.bus.ClaimHeld;
import io.sluice.bus.ClaimLine;
import io.sluice.bus.ClaimMessage;
import io.sluice.channel.ChannelHomes;
import io.sluice.claim.Claim;
import io.sluice.claim.ClaimStore;
import io.sluice.config.Settings;
import io.sluice.grip.ClientPolicy;
import io.sluice.stats.Counter;
import io.sluice.stats.Stats;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The claims of this node's connections: takes them, closes the connections of others for them, and gives way to others' (GRIP, one
 * connection per client). One for each node; any thread.
 */
public final class ConnectionClaims {
    private static final int RELEASE_TRIES = 6;
    private static final long FIRST_RELEASE_RETRY_MILLIS = 500;

    private final Vertx vertx;
    private final ClaimStore store;
    private final ChannelHomes homes;
    private final Settings.Claims settings;
    private final Stats stats;
    private final ClaimQuestions questions;
    private final Map<String, ConnectionClaim> byConnection = new ConcurrentHashMap<>();

    public ConnectionClaims(Vertx vertx, ClaimStore store, ChannelHomes homes, Settings.Claims settings, Stats stats) {
        this.vertx = vertx;
        this.store = store;
        this.homes = homes;
        this.settings = settings;
        this.stats = stats;
        this.questions = new ClaimQuestions(vertx, store, new ClaimLine(vertx, homes.self()), this::answered);
    }

    /** Begins to answer other nodes, and to watch over the claims. On the context of a verticle, once. */
    Future<Void> register() {
        homes.onChange(changed -> questions.membersChanged());
        new ClaimWatch(vertx, this, homes, settings).start();
        return vertx.eventBus()
                .<ClaimMessage>consumer(Addresses.claims(homes.self()), this::take)
                .completion();
    }

    ClaimStore store() {
        return store;
    }

    Stats stats() {
        return stats;
    }

    /** All that are taken. */
    Collection<ConnectionClaim> taken() {
        return byConnection.values().stream().filter(ConnectionClaim::taken).toList();
    }

    /** A claim for a connection of the current event loop; its answers come after {@link ConnectionClaim#ask}. */
    ConnectionClaim claim(String connection, String client, ClientPolicy policy, ClaimListener listener) {
        var wanted = new Claim(0, homes.self(), store.incarnation(), connection, System.currentTimeMillis());
        var claim = new ConnectionClaim(this, vertx.getOrCreateContext(), client, policy, wanted, listener);
        byConnection.put(connection, claim);
        return claim;
    }

    /** Whether this node is in no position to promise anything; if so, it is told as a refusal. */
    boolean isolated(String connection, String client) {
        if (!homes.isolated()) {
            return false;
        }
        stats.count(Counter.CLAIMS_REFUSED_ISOLATED);
        ClaimLog.refused(client, homes.self(), connection, "the cluster is divided");
        return true;
    }

    void forget(ConnectionClaim claim) {
        byConnection.remove(claim.own().connection(), claim);
    }

    /** Has the others' connections closed. Done when they are, or are gone, or it took too long; never fails. Any thread. */
    Future<?> clear(String client, Claim own, List<Claim> others) {
        var closed = new ArrayList<Future<Boolean>>();
        for (Claim victim : others) {
            var evict = new ClaimMessage.Evict(
                    client, victim.connection(), victim.token(), own.node(), own.connection(), own.token());
            closed.add(ask(victim, evict).onFailure(failure -> {
                stats.count(Counter.CLAIMS_UNCONFIRMED);
                ClaimLog.unconfirmed(client, victim, String.valueOf(failure.getMessage()));
            }));
        }
        return Future.join(closed).otherwiseEmpty();
    }

    /** Whether one of these has no connection; if so, it is released. */
    Future<Boolean> anyGhost(String client, List<Claim> holders) {
        var released = new ArrayList<Future<Boolean>>();
        for (Claim holder : holders) {
            var confirm = new ClaimMessage.Confirm(client, holder.connection(), holder.token());
            released.add(ask(holder, confirm)
                    .compose(there -> there
                            ? Future.succeededFuture(false)
                            : store.release(client, holder.connection(), holder.token())
                                    .map(true)));
        }
        return Future.join(released)
                .transform(all ->
                        Future.succeededFuture(released.stream().anyMatch(one -> one.succeeded() && one.result())));
    }

    private Future<Boolean> ask(Claim about, ClaimMessage message) {
        if (about.incarnation().equals(store.incarnation())) {
            return here(message).onSuccess(there -> answered(message, there));
        }
        if (about.node().equals(homes.self())) {
            answered(message, false);
            return Future.succeededFuture(false);
        }
        return questions.ask(about, message, settings.takeoverMillis());
    }

    /** Who was to close, and is not there, will not release its claim. */
    private void answered(ClaimMessage message, boolean there) {
        if (!there && message instanceof ClaimMessage.Evict evict) {
            releaseSurely(evict.client(), evict.connection(), evict.token());
        }
    }

    private void take(Message<ClaimMessage> message) {
        here(message.body())
                .onSuccess(there -> message.reply(new ClaimHeld(there)))
                .onFailure(e -> message.fail(0, String.valueOf(e.getMessage())));
    }

    private Future<Boolean> here(ClaimMessage message) {
        ConnectionClaim claim = byConnection.get(message.connection());
        if (claim == null) {
            return Future.succeededFuture(false);
        }
        return onLoop(
                claim,
                mine -> message instanceof ClaimMessage.Evict evict ? mine.evict(evict) : mine.concerns(message));
    }

    private static Future<Boolean> onLoop(ConnectionClaim claim, Predicate<ConnectionClaim> question) {
        Promise<Boolean> answer = Promise.promise();
        Context context = claim.context();
        context.runOnContext(turn -> {
            try {
                answer.complete(question.test(claim));
            } catch (RuntimeException e) {
                answer.fail(e);
            }
        });
        return answer.future();
    }

    /** Makes sure of a claim that is taken: it is closed where another stands in its place. */
    Future<?> audit(ConnectionClaim claim) {
        Claim own = claim.own();
        return store.stand(claim.client(), own, claim.policy())
                .onSuccess(answer -> claim.context().runOnContext(turn -> {
                    switch (answer.verdict()) {
                        case TAKEN -> {
                            if (claim.over()) {
                                // It may have been put back behind its release.
                                releaseSurely(claim.client(), own.connection(), own.token());
                            } else {
                                clear(claim.client(), own, answer.others());
                            }
                        }
                        case DISPLACED, REFUSED -> claim.displacedBy(answer.others());
                    }
                }))
                .otherwiseEmpty();
    }

    /** Releases, and tries again for some time when that fails. */
    void releaseSurely(String client, String connection, long token) {
        release(client, connection, token, 1);
    }

    private void release(String client, String connection, long token, int tries) {
        store.release(client, connection, token).onFailure(failure -> {
            if (tries == RELEASE_TRIES) {
                ClaimLog.unreleased(client, connection, String.valueOf(failure.getMessage()));
            } else {
                vertx.timer(FIRST_RELEASE_RETRY_MILLIS << tries, TimeUnit.MILLISECONDS)
                        .onSuccess(passed -> release(client, connection, token, tries + 1));
            }
        });
    }
}
