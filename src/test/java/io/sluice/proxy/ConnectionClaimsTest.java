package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bus.Addresses;
import io.sluice.bus.BusCodecs;
import io.sluice.bus.ClaimHeld;
import io.sluice.bus.ClaimMessage;
import io.sluice.channel.ChannelHomes;
import io.sluice.claim.Claim;
import io.sluice.claim.ClaimAnswer;
import io.sluice.claim.ClaimStore;
import io.sluice.claim.HeapClaims;
import io.sluice.config.Settings;
import io.sluice.grip.ClientPolicy;
import io.sluice.stats.Counter;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The claims of a node {@code n1} beside another one {@code n2} that is only an address, with a store that the test disturbs. */
@Timeout(60)
class ConnectionClaimsTest {
    private static final ClientPolicy NEWEST = ClientPolicy.NEWEST;

    private final Vertx vertx = Vertx.vertx();
    private final Stats stats = new Stats();
    private final Store store = new Store();
    private final Homes homes = new Homes();
    private final ConnectionClaims claims =
            new ConnectionClaims(vertx, store, homes, new Settings.Claims(300, 0, 1), stats);
    private final Context context = vertx.getOrCreateContext();
    private final List<String> heard = new CopyOnWriteArrayList<>();

    private static final class Homes implements ChannelHomes {
        volatile boolean isolated;
        volatile Set<String> members = Set.of("n1", "n2");
        final List<Handler<Void>> listeners = new ArrayList<>();

        @Override
        public String self() {
            return "n1";
        }

        @Override
        public String homeOf(String channel) {
            return "n1";
        }

        @Override
        public Set<String> members() {
            return members;
        }

        @Override
        public void onChange(Handler<Void> listener) {
            listeners.add(listener);
        }

        @Override
        public boolean isolated() {
            return isolated;
        }
    }

    /** Shared by both nodes. */
    private static final class Store implements ClaimStore {
        final HeapClaims heap = new HeapClaims();
        volatile boolean otherLives = true;
        volatile @Nullable Promise<Void> answers;
        final AtomicInteger failures = new AtomicInteger();
        final List<String> stood = new CopyOnWriteArrayList<>();

        @Override
        public String incarnation() {
            return "n1#1";
        }

        @Override
        public boolean live(Claim claim) {
            return claim.node().equals("n1") || otherLives;
        }

        @Override
        public Future<ClaimAnswer> take(String client, Claim wanted, ClientPolicy policy) {
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                return heap.take(client, wanted, policy).compose(done -> Future.failedFuture("lost"));
            }
            Promise<Void> wait = answers;
            return heap.take(client, wanted, policy)
                    .compose(answer -> wait == null
                            ? Future.succeededFuture(answer)
                            : wait.future().map(answer));
        }

        @Override
        public Future<ClaimAnswer> stand(String client, Claim own, ClientPolicy policy) {
            return heap.stand(client, own, policy).onSuccess(answer -> stood.add(own.connection()));
        }

        @Override
        public Future<Void> release(String client, String connection, long token) {
            return heap.release(client, connection, token);
        }
    }

    private final class Listener implements ClaimListener {
        private final String name;

        Listener(String name) {
            this.name = name;
        }

        @Override
        public void granted() {
            heard.add(name + " granted");
        }

        @Override
        public void refused(Refusal refusal) {
            heard.add(name + " refused " + refusal.status());
        }

        @Override
        public void lost(ClaimLoss loss, long token) {
            heard.add(name + " lost " + loss.text());
        }
    }

    @BeforeEach
    void start() throws Exception {
        BusCodecs.register(vertx.eventBus());
        onLoop(claims::register);
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private <T> T onLoop(java.util.concurrent.Callable<T> task) throws Exception {
        var done = new CompletableFuture<T>();
        context.runOnContext(turn -> {
            try {
                done.complete(task.call());
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        return done.get(10, TimeUnit.SECONDS);
    }

    private ConnectionClaim claim(String connection, ClientPolicy policy) throws Exception {
        return onLoop(() -> {
            ConnectionClaim claim = claims.claim(connection, "ann", policy, new Listener(connection));
            claim.ask();
            return claim;
        });
    }

    private static void soon(ThrowingRunnable assertion) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(assertion);
    }

    private void other(Handler<io.vertx.core.eventbus.Message<ClaimMessage>> handler) throws Exception {
        vertx.eventBus()
                .<ClaimMessage>consumer(Addresses.claims("n2"), handler)
                .completion()
                .await(10, TimeUnit.SECONDS);
    }

    /** A connection of the other node. */
    private ClaimAnswer remote(String connection) {
        return store.heap
                .take("ann", new Claim(0, "n2", "n2#1", connection, 1), NEWEST)
                .result();
    }

    private boolean evict(String connection, long token) throws Exception {
        var evict = new ClaimMessage.Evict("ann", connection, token, "n2", "r1", token + 1);
        return vertx.eventBus()
                .<ClaimHeld>request(Addresses.claims("n1"), evict)
                .await(10, TimeUnit.SECONDS)
                .body()
                .there();
    }

    @Test
    void the_newcomer_starts_when_the_old_node_has_closed() throws Exception {
        remote("r1");
        var asked = new CompletableFuture<io.vertx.core.eventbus.Message<ClaimMessage>>();
        other(asked::complete);
        ConnectionClaim mine = claim("c1", NEWEST);
        var message = asked.get(10, TimeUnit.SECONDS);
        assertThat(message.body().connection()).isEqualTo("r1");
        assertThat(heard).as("before the answer").isEmpty();
        message.reply(new ClaimHeld(true));
        soon(() -> assertThat(heard).containsExactly("c1 granted"));
        onLoop(() -> {
            mine.release();
            mine.release();
            return 0;
        });
        assertThat(stats.value(Gauge.CLAIMS)).isZero();
        assertThat(stats.value(Counter.CLAIMS_UNCONFIRMED)).isZero();
    }

    @Test
    void a_node_that_hangs_is_waited_for_a_while_and_one_that_dies_not() throws Exception {
        remote("r1");
        other(message -> {});
        claim("c1", NEWEST);
        soon(() -> assertThat(heard).containsExactly("c1 granted"));
        assertThat(stats.value(Counter.CLAIMS_UNCONFIRMED)).isEqualTo(1);
        remote("r2");
        store.otherLives = false;
        claim("c2", NEWEST);
        soon(() -> assertThat(heard).contains("c2 granted"));
        assertThat(stats.value(Counter.CLAIMS_UNCONFIRMED)).isEqualTo(1);
    }

    @Test
    void a_close_is_asked_for_again_until_it_is_answered_and_once_for_all_who_wait() throws Exception {
        remote("r1");
        var asked = new CopyOnWriteArrayList<io.vertx.core.eventbus.Message<ClaimMessage>>();
        other(asked::add);
        claim("c1", NEWEST);
        claim("c2", NEWEST);
        soon(() -> assertThat(heard).contains("c2 granted"));
        assertThat(asked).as("questions while the first is open").hasSize(1);
        assertThat(stats.value(Counter.CLAIMS_UNCONFIRMED)).as("both waited").isEqualTo(2);
        soon(() -> assertThat(asked).as("the first was lost").hasSizeGreaterThan(1));
        asked.get(1).reply(new ClaimHeld(false));
        soon(() -> assertThat(remote("r2").others())
                .extracting(Claim::connection)
                .as("what was not there is released, although nobody waits any more")
                .containsExactly("c2"));
    }

    @Test
    void claims_are_made_sure_of_when_a_member_has_gone() throws Exception {
        var others = new Homes();
        var rare = new ConnectionClaims(vertx, store, others, new Settings.Claims(300, 0, 3600), stats);
        onLoop(() -> {
            new ClaimWatch(vertx, rare, others, new Settings.Claims(300, 0, 3600)).start();
            ConnectionClaim claim = rare.claim("c1", "ann", NEWEST, new Listener("c1"));
            claim.ask();
            return claim;
        });
        store.heap.release("ann", "c1", 0);
        others.members = Set.of("n1");
        soon(() -> assertThat(store.stood).contains("c1"));
        assertThat(remote("r1").others()).extracting(Claim::connection).containsExactly("c1");
    }

    @Test
    void late_evictions_hurt_nobody_and_early_ones_count() throws Exception {
        ConnectionClaim mine = claim("c1", NEWEST);
        long token = mine.own().token();
        assertThat(evict("c1", token - 1)).isFalse();
        assertThat(heard).containsExactly("c1 granted");
        assertThat(evict("c1", token)).isTrue();
        assertThat(heard).containsExactly("c1 granted", "c1 lost newer-connection");
        assertThat(evict("c1", token)).isFalse();

        Promise<Void> gate = Promise.promise();
        store.answers = gate;
        claim("c2", NEWEST);
        assertThat(evict("c2", Long.MAX_VALUE - 1)).isTrue();
        gate.complete();
        soon(() -> assertThat(heard).endsWith("c2 lost newer-connection"));
        assertThat(heard).doesNotContain("c2 granted");
        assertThat(stats.value(Gauge.CLAIMS)).isZero();
        assertThat(remote("r9").others()).as("all released").isEmpty();
    }

    @Test
    void a_client_that_goes_while_the_store_is_asked_leaves_nothing() throws Exception {
        Promise<Void> gate = Promise.promise();
        store.answers = gate;
        ConnectionClaim mine = claim("c1", NEWEST);
        onLoop(() -> {
            mine.release();
            return 0;
        });
        gate.complete();
        soon(() -> assertThat(remote("r1").others()).isEmpty());
        assertThat(heard).isEmpty();
        assertThat(stats.value(Gauge.CLAIMS)).isZero();
    }

    @Test
    void a_store_that_fails_refuses_and_what_it_took_is_released() throws Exception {
        store.failures.set(1);
        claim("c1", NEWEST);
        assertThat(heard).containsExactly("c1 refused 503");
        assertThat(remote("r1").others()).isEmpty();
        assertThat(stats.value(Counter.CLAIMS_REFUSED_FAILED)).isEqualTo(1);
    }

    @Test
    void a_ghost_refuses_nobody() throws Exception {
        remote("r1");
        other(message -> message.reply(new ClaimHeld(message.body().connection().equals("r2"))));
        claim("c1", ClientPolicy.OLDEST);
        soon(() -> assertThat(heard).containsExactly("c1 granted"));
        remote("r2");
        claim("c2", ClientPolicy.OLDEST);
        soon(() -> assertThat(heard).endsWith("c2 refused 409"));
    }

    @Test
    void the_smaller_side_of_a_divided_cluster_refuses_and_gives_up() throws Exception {
        claim("c1", NEWEST);
        assertThat(claims.isolated("c2", "ann")).isFalse();
        homes.isolated = true;
        assertThat(claims.isolated("c2", "ann")).isTrue();
        soon(() -> assertThat(heard).containsExactly("c1 granted", "c1 lost cluster-divided"));
        assertThat(stats.value(Counter.CLAIMS_ISOLATED)).isEqualTo(1);
        assertThat(stats.value(Counter.CLAIMS_REFUSED_ISOLATED)).isEqualTo(1);
        assertThat(stats.value(Gauge.CLAIMS)).isZero();
    }

    @Test
    void the_audit_puts_back_what_the_store_lost_and_closes_what_was_displaced_unheard() throws Exception {
        claim("c1", NEWEST);
        store.heap.release("ann", "c1", 0);
        store.stood.clear();
        soon(() -> assertThat(store.stood).contains("c1"));
        assertThat(heard).containsExactly("c1 granted");
        assertThat(remote("r1").others()).hasSize(1);
        soon(() -> assertThat(heard).endsWith("c1 lost newer-connection"));
        soon(() -> assertThat(remote("r1").others()).isEmpty());
    }
}
