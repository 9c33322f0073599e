package io.sluice.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.partition.MigrationListener;
import com.hazelcast.partition.MigrationState;
import com.hazelcast.partition.Partition;
import com.hazelcast.partition.PartitionService;
import com.hazelcast.partition.ReplicaMigrationEvent;
import io.sluice.channel.ChannelHomes;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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

    private static final long LOOK_MILLIS = 250;
    /** Others look as often, and what they sent before is to arrive. */
    private static final long SETTLE_MILLIS = 3 * LOOK_MILLIS;

    private static final int LEAVE_LOOKS = 40;

    /** A moment of the cluster. */
    private record View(List<String> owners, Set<String> members) {}

    private final String self;
    private final HazelcastInstance hazelcast;
    private final PartitionService partitions;
    private final Vertx vertx;
    private final Context context;
    private final List<Handler<Void>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile View view;
    private @Nullable Future<Void> leaving;

    HazelcastHomes(String self, Vertx vertx, HazelcastInstance hazelcast) {
        this.self = self;
        this.hazelcast = hazelcast;
        this.vertx = vertx;
        this.partitions = hazelcast.getPartitionService();
        this.context = vertx.getOrCreateContext();
        this.view = read(new View(List.of(), Set.of(self)));
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
        return view.owners.get(partitions.getPartition(channel).getPartitionId());
    }

    @Override
    public Set<String> members() {
        return view.members;
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
        View before = view;
        View now = read(before);
        if (!now.equals(before)) {
            view = now;
            listeners.forEach(listener -> listener.handle(null));
        }
    }

    private View read(View before) {
        try {
            var members = new TreeSet<String>();
            members.add(self);
            for (Member member : hazelcast.getCluster().getMembers()) {
                String name = member.getAttribute(NODE_ATTRIBUTE);
                if (name != null) {
                    members.add(name);
                }
            }
            Set<Partition> all = partitions.getPartitions();
            var owners = new String[all.size()];
            for (Partition partition : all) {
                int id = partition.getPartitionId();
                owners[id] = owner(partition.getOwner(), id < before.owners.size() ? before.owners.get(id) : self);
            }
            return new View(List.of(owners), Set.copyOf(members));
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
            lookSoon();
        }

        @Override
        public void memberRemoved(MembershipEvent event) {
            tell("cluster-node-left", event);
            lookSoon();
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
        @Override
        public void migrationStarted(MigrationState state) {}

        @Override
        public void migrationFinished(MigrationState state) {
            lookSoon();
        }

        @Override
        public void replicaMigrationCompleted(ReplicaMigrationEvent event) {
            lookSoon();
        }

        @Override
        public void replicaMigrationFailed(ReplicaMigrationEvent event) {}
    }
}
