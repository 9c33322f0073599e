package io.sluice.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import io.sluice.claim.Claim;
import io.sluice.claim.ClaimAnswer;
import io.sluice.claim.ClaimAnswer.Verdict;
import io.sluice.claim.ClaimStore;
import io.sluice.grip.ClientPolicy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Claims in the clustered map {@code sluice.claims}, with a backup on another member. Any thread; answers on the context of the caller.
 * Fails when the owner can't be reached in time or a backup is not certain.
 */
final class HazelcastClaims implements ClaimStore {
    static final String MAP = "sluice.claims";

    private static final int TIMEOUT_SECONDS = 5;
    private static final long LOOK_MILLIS = 250;
    /** For the member list of a node that this one has not seen yet: who claims has joined before. */
    private static final long STRANGER_MILLIS = 2000;

    /** Until then all claims of a node that left are swept. */
    private static final long REMEMBERED_MILLIS = 600_000;

    private final Vertx vertx;
    private final HazelcastInstance hazelcast;
    private final IMap<String, @Nullable ClaimEntry> clients;
    private final String incarnation;
    private final ClaimSweep sweep;
    /** When each incarnation was last seen among the members. */
    private final Map<String, Long> seenMillis = new ConcurrentHashMap<>();
    /** When a claim of each incarnation was first seen that was never a member here. */
    private final Map<String, Long> strangersMillis = new ConcurrentHashMap<>();

    private volatile Set<String> members = Set.of();

    HazelcastClaims(Vertx vertx, HazelcastInstance hazelcast) {
        this.vertx = vertx;
        this.hazelcast = hazelcast;
        this.clients = hazelcast.getMap(MAP);
        this.sweep = new ClaimSweep(vertx, clients);
        this.incarnation =
                String.valueOf(hazelcast.getCluster().getLocalMember().getAttribute(HazelcastHomes.LIFE_ATTRIBUTE));
        look();
        vertx.setPeriodic(LOOK_MILLIS, timer -> look());
    }

    @Override
    public String incarnation() {
        return incarnation;
    }

    @Override
    public boolean live(Claim claim) {
        String of = claim.incarnation();
        if (read().contains(of)) {
            return true;
        }
        if (seenMillis.containsKey(of)) {
            return false;
        }
        long now = now();
        return now - strangersMillis.computeIfAbsent(of, first -> now) < STRANGER_MILLIS;
    }

    @Override
    public Future<ClaimAnswer> take(String client, Claim wanted, ClientPolicy policy) {
        return take(client, wanted, policy, gone()).compose(answer -> {
            // Those in its way may be of a node that died before this one came.
            var dead = new TreeSet<>(gone());
            answer.others().stream().filter(claim -> !live(claim)).forEach(claim -> dead.add(claim.incarnation()));
            return answer.verdict() == Verdict.REFUSED && dead.size() > gone().size()
                    ? take(client, wanted, policy, dead)
                    : Future.succeededFuture(answer);
        });
    }

    private Future<ClaimAnswer> take(String client, Claim wanted, ClientPolicy policy, Set<String> gone) {
        var processor = new TakeClaim(wanted, policy, gone.toArray(String[]::new), System.currentTimeMillis());
        Future<ClaimReply> taken = submit(client, processor);
        Future<ClaimReply> inTime = taken.timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        return inTime.map(ClaimReply::answer)
                .onFailure(late -> taken.onComplete(ended -> {
                    // The owner may have got to it when the claim had been given up, and released, long before.
                    if (late instanceof TimeoutException) {
                        release(client, wanted.connection(), 0);
                    }
                }));
    }

    @Override
    public Future<ClaimAnswer> stand(String client, Claim own, ClientPolicy policy) {
        return submit(client, new StandClaim(own, policy.max(), gone().toArray(String[]::new)))
                .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .map(ClaimReply::answer);
    }

    @Override
    public Future<Void> release(String client, String connection, long token) {
        return submit(client, new ReleaseClaim(connection, token))
                .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .mapEmpty();
    }

    /** Incarnations that were members and are none, sorted. */
    private Set<String> gone() {
        Set<String> now = members;
        if (seenMillis.size() == now.size()) {
            return Set.of();
        }
        var gone = new TreeSet<>(seenMillis.keySet());
        gone.removeAll(read());
        return gone;
    }

    private void look() {
        Set<String> before = members;
        Set<String> now = read();
        long millis = now();
        now.forEach(member -> seenMillis.put(member, millis));
        members = now;
        strangersMillis.keySet().removeAll(now);
        if (!now.containsAll(before)) {
            sweep.start(gone().toArray(String[]::new));
        }
        seenMillis.values().removeIf(seen -> millis - seen > REMEMBERED_MILLIS);
        strangersMillis.values().removeIf(first -> millis - first > REMEMBERED_MILLIS);
    }

    private Set<String> read() {
        try {
            var now = new HashSet<String>();
            for (Member member : hazelcast.getCluster().getMembers()) {
                String of = member.getAttribute(HazelcastHomes.LIFE_ATTRIBUTE);
                if (of != null) {
                    now.add(of);
                }
            }
            return now;
        } catch (HazelcastInstanceNotActiveException e) {
            // This node is leaving.
            return members;
        }
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }

    private <R> Future<R> submit(String client, EntryProcessor<String, @Nullable ClaimEntry, R> processor) {
        try {
            return Future.fromCompletionStage(clients.submitToKey(client, processor), vertx.getOrCreateContext());
        } catch (RuntimeException e) {
            // Hazelcast throws at once when it is not, or no longer, running.
            return Future.failedFuture(e);
        }
    }
}
