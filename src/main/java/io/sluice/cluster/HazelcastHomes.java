package io.sluice.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.partition.MigrationListener;
import com.hazelcast.partition.MigrationState;
import com.hazelcast.partition.Partition;
import com.hazelcast.partition.PartitionService;
import com.hazelcast.partition.ReplicaMigrationEvent;
import io.sluice.channel.ChannelHomes;
import io.sluice.channel.Majority;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel's home is the owner of its Hazelcast partition. Answers come from a copy of the partition table, so that they change
 * only when listeners are told. The copy follows events of migration and membership; since a member that has no part in a migration
 * learns of it late and without an event, it also looks by itself a few times a second.
 */
final class HazelcastHomes implements ChannelHomes {
    private static final Logger LOG = LoggerFactory.getLogger(HazelcastHomes.class);
    static final String NODE_ATTRIBUTE = "sluice.node";
    /** Differs each time that a process starts: who comes back with the same one has gone on meanwhile. */
    static final String LIFE_ATTRIBUTE = "sluice.life";

    private static final long LOOK_MILLIS = 250;
    /** Others look as often, and what they sent before is to arrive. */
    private static final long SETTLE_MILLIS = 3 * LOOK_MILLIS;

    /** Homes move by the hundred when a member comes or goes: one look for those of this time. */
    private static final long MIGRATIONS_MILLIS = 20;

    private static final int LEAVE_LOOKS = 40;

    private static final long SETTLE_CLUSTER_MILLIS = 60_000;
    private static final int MAX_VANISHED = 1000;

    /** A moment of the cluster. */
    private record View(
            List<String> owners, Set<String> members, boolean isolated, long healings, Set<UUID> lives, long term) {}

    private final String self;
    private final HazelcastInstance hazelcast;
    private final PartitionService partitions;
    private final Vertx vertx;
    private final Context context;
    private final List<Handler<Void>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    /** Guarded by this. */
    private final Majority majority;

    private final AtomicLong healings = new AtomicLong();
    /** Lives of members that have vanished. Guarded by itself. */
    private final LinkedHashSet<String> vanished = new LinkedHashSet<>();
    /** Members that leave in order. Guarded by this. */
    private final Set<String> leavingMembers = new HashSet<>();

    private final RollCall rollCall;
    private volatile View view;
    private @Nullable Future<Void> leaving;

    /** @param nodes of which the cluster always consists; 0 where that is not known */
    HazelcastHomes(String self, int nodes, Vertx vertx, HazelcastInstance hazelcast) {
        long started = System.nanoTime();
        this.majority = new Majority(nodes, SETTLE_CLUSTER_MILLIS, () -> (System.nanoTime() - started) / 1_000_000);
        this.self = self;
        this.hazelcast = hazelcast;
        this.vertx = vertx;
        this.partitions = hazelcast.getPartitionService();
        this.context = vertx.getOrCreateContext();
        this.rollCall = new RollCall(hazelcast);
        this.view = read(new View(List.of(), Set.of(self), false, 0, Set.of(), 0));
        hazelcast.getLifecycleService().addLifecycleListener(event -> {
            if (event.getState() == LifecycleEvent.LifecycleState.MERGED) {
                healings.incrementAndGet();
                LOG.info("cluster-merged node={}", self);
                lookSoon();
            }
        });
        hazelcast.getCluster().addMembershipListener(new OnMembers());
        partitions.addMigrationListener(new OnMigrations());
        context.runOnContext(turn -> vertx.setPeriodic(LOOK_MILLIS, timer -> look()));
    }

    @Override
    public String self() {
        return self;
    }

    @Override
    public String homeOf(String channel) {
        try {
            return view.owners.get(partitions.getPartition(channel).getPartitionId());
        } catch (HazelcastInstanceNotActiveException e) {
            // This node has left: nobody else will be asked.
            return self;
        }
    }

    @Override
    public Set<String> members() {
        return view.members;
    }

    @Override
    public boolean isolated() {
        return view.isolated;
    }

    /** Hazelcast knows who has gone before it does anything without them. */
    @Override
    public long refresh() {
        try {
            if (!lives(hazelcast.getCluster().getMembers()).equals(view.lives)) {
                look();
            }
        } catch (HazelcastInstanceNotActiveException e) {
            // This node has left: the view stays what it is.
            return view.term;
        }
        return view.term;
    }

    @Override
    public boolean settled() {
        return rollCall.complete();
    }

    private static Set<UUID> lives(Set<Member> members) {
        var lives = new HashSet<UUID>();
        members.forEach(member -> lives.add(member.getUuid()));
        return lives;
    }

    @Override
    public long healings() {
        return view.healings;
    }

    @Override
    public void onChange(Handler<Void> listener) {
        listeners.add(listener);
    }

    @Override
    public synchronized Future<Void> leave() {
        if (leaving == null) {
            leaving = vertx.executeBlocking(this::giveUpPartitions, false)
                    .compose(others -> others ? awaitNoHomes(LEAVE_LOOKS) : Future.succeededFuture())
                    .otherwiseEmpty();
        }
        return leaving;
    }

    /** A member without data keeps taking part, and owns nothing. False when there is nobody to take over. */
    private boolean giveUpPartitions() {
        boolean others = hazelcast.getCluster().getMembers().stream()
                .anyMatch(member -> !member.localMember() && !member.isLiteMember());
        if (others) {
            try {
                hazelcast.getCluster().demoteLocalDataMember();
            } catch (RuntimeException e) {
                LOG.warn("homes-kept node={} reason={}", self, e.getMessage());
                return false;
            }
        }
        return others;
    }

    private Future<Void> awaitNoHomes(int looks) {
        if (!view.owners.contains(self)) {
            return vertx.timer(SETTLE_MILLIS, TimeUnit.MILLISECONDS).mapEmpty();
        }
        if (looks == 0) {
            LOG.warn("homes-kept node={} reason=\"nobody took them over in time\"", self);
            return Future.succeededFuture();
        }
        return vertx.timer(LOOK_MILLIS, TimeUnit.MILLISECONDS).compose(passed -> awaitNoHomes(looks - 1));
    }

    /** Looks soon, once for all events until then. */
    private void lookSoon() {
        if (looking.compareAndSet(false, true)) {
            context.runOnContext(turn -> {
                looking.set(false);
                look();
            });
        }
    }

    private void look() {
        if (seesChange()) {
            listeners.forEach(listener -> listener.handle(null));
        }
    }

    private synchronized boolean seesChange() {
        View before = view;
        View now = read(before);
        try {
            if (!now.lives.containsAll(before.lives)) {
                rollCall.call();
            }
            rollCall.again();
        } catch (HazelcastInstanceNotActiveException e) {
            // This node is leaving.
            return false;
        }
        view = now;
        if (now.isolated != before.isolated) {
            LOG.warn(
                    "{} node={} members={}", now.isolated ? "cluster-minority" : "cluster-majority", self, now.members);
        }
        return !now.equals(before);
    }

    private View read(View before) {
        try {
            var members = new LinkedHashSet<String>();
            Set<Member> all = hazelcast.getCluster().getMembers();
            Set<UUID> lives = lives(all);
            for (Member member : all) {
                String name = member.getAttribute(NODE_ATTRIBUTE);
                if (name != null) {
                    members.add(name);
                    // Nobody is without data but who is about to leave.
                    if (member.isLiteMember()) {
                        leavingMembers.add(name);
                    } else {
                        leavingMembers.remove(name);
                    }
                }
            }
            members.add(self);
            boolean isolated = !majority.holds(members, leavingMembers);
            Set<Partition> parts = partitions.getPartitions();
            var owners = new String[parts.size()];
            for (Partition partition : parts) {
                int id = partition.getPartitionId();
                owners[id] = owner(partition.getOwner(), id < before.owners.size() ? before.owners.get(id) : self);
            }
            long term = lives.equals(before.lives) ? before.term : before.term + 1;
            return new View(List.of(owners), Set.copyOf(members), isolated, healings.get(), lives, term);
        } catch (HazelcastInstanceNotActiveException e) {
            // This node is leaving.
            return before;
        }
    }

    private static String owner(@Nullable Member owner, String otherwise) {
        String name = owner == null ? null : owner.getAttribute(NODE_ATTRIBUTE);
        return name == null ? otherwise : name;
    }

    private final class OnMembers implements MembershipListener {
        @Override
        public void memberAdded(MembershipEvent event) {
            tell("cluster-node-joined", event);
            if (returned(event.getMember())) {
                healings.incrementAndGet();
                LOG.warn(
                        "cluster-node-returned node={} reason=\"it had been cut off, and has gone on meanwhile\"",
                        event.getMember().getAttribute(NODE_ATTRIBUTE));
            }
            lookSoon();
        }

        @Override
        public void memberRemoved(MembershipEvent event) {
            tell("cluster-node-left", event);
            String life = event.getMember().getAttribute(LIFE_ATTRIBUTE);
            synchronized (vanished) {
                if (life != null && vanished.add(life) && vanished.size() > MAX_VANISHED) {
                    vanished.remove(vanished.iterator().next());
                }
            }
            lookSoon();
        }

        private boolean returned(Member member) {
            String life = member.getAttribute(LIFE_ATTRIBUTE);
            synchronized (vanished) {
                return life != null && vanished.remove(life);
            }
        }

        private void tell(String what, MembershipEvent event) {
            Member member = event.getMember();
            LOG.info(
                    "{} node={} at={}:{} members={}",
                    what,
                    member.getAttribute(NODE_ATTRIBUTE),
                    member.getAddress().getHost(),
                    member.getAddress().getPort(),
                    event.getMembers().size());
        }
    }

    private final class OnMigrations implements MigrationListener {
        private final AtomicBoolean due = new AtomicBoolean();

        @Override
        public void migrationStarted(MigrationState state) {}

        @Override
        public void migrationFinished(MigrationState state) {
            moved();
        }

        @Override
        public void replicaMigrationCompleted(ReplicaMigrationEvent event) {
            moved();
        }

        private void moved() {
            if (due.compareAndSet(false, true)) {
                vertx.setTimer(MIGRATIONS_MILLIS, passed -> {
                    due.set(false);
                    lookSoon();
                });
            }
        }

        @Override
        public void replicaMigrationFailed(ReplicaMigrationEvent event) {}
    }
}
