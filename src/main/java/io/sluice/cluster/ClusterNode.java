package io.sluice.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import io.sluice.channel.AloneHomes;
import io.sluice.channel.ChannelHomes;
import io.sluice.channel.HeapInterest;
import io.sluice.channel.HeapLogs;
import io.sluice.channel.InterestStore;
import io.sluice.channel.LogStore;
import io.sluice.claim.ClaimStore;
import io.sluice.claim.HeapClaims;
import io.sluice.config.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.transport.Transport;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.ForkJoinPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process as a member of a cluster, or alone: its Vert.x, and the answers to who is the home of a channel and who wants
 * its items. Closing Vert.x leaves the cluster in order: channels of this node are handed over first.
 *
 * @param eventLoops of this Vert.x: one for each core
 */
public record ClusterNode(
        Vertx vertx,
        ChannelHomes homes,
        InterestStore interest,
        LogStore logs,
        ClaimStore claims,
        ClusterSafety safety,
        int eventLoops) {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterNode.class);
    private static final int PING_MILLIS = 2000;

    /**
     * Starts alone, without any cluster port, or joins the members that the settings name; whichever comes first waits for nobody. Not for
     * event loops: reads files and resolves names. Fails with {@link ClusterException} when the configuration can't be used, the
     * port is taken, or the node's name is.
     */
    public static Future<ClusterNode> start(Settings settings) {
        int eventLoops = Runtime.getRuntime().availableProcessors();
        return settings.cluster().enabled()
                ? join(settings, eventLoops)
                : Future.succeededFuture(alone(settings, eventLoops));
    }

    private static ClusterNode alone(Settings settings, int eventLoops) {
        Vertx vertx = builder(options(eventLoops)).build();
        var interest = new HeapInterest();
        long started = System.nanoTime();
        var logs = new HeapLogs(interest::wanted, () -> (System.nanoTime() - started) / 1_000_000);
        return new ClusterNode(
                vertx,
                new AloneHomes(settings.node().name()),
                interest,
                logs,
                new HeapClaims(),
                new ClusterSafety(vertx, null),
                eventLoops);
    }

    private static Future<ClusterNode> join(Settings settings, int eventLoops) {
        if (ForkJoinPool.getCommonPoolParallelism() == 1) {
            LOG.warn("cluster-slow reason=\"the common pool has one thread, so the cluster starts one for each answer:"
                    + " add -Djava.util.concurrent.ForkJoinPool.common.parallelism=2\"");
        }
        Config config;
        try {
            config = ClusterConfig.of(settings);
        } catch (IOException e) {
            return Future.failedFuture(new ClusterException("cluster configuration: " + e.getMessage(), e));
        }
        Settings.Cluster cluster = settings.cluster();
        var manager = new HazelcastClusterManager(config);
        VertxOptions options = options(eventLoops).setEventBusOptions(busOptions(cluster));
        return builder(options)
                .withClusterManager(manager)
                .buildClustered()
                .recover(failure -> Future.failedFuture(new ClusterException(
                        "cannot start the cluster node on " + cluster.host() + ":" + cluster.port() + ": "
                                + reason(failure),
                        failure)))
                .compose(vertx -> joined(settings, config, vertx, manager.getHazelcastInstance(), eventLoops));
    }

    private static Future<ClusterNode> joined(
            Settings settings, Config config, Vertx vertx, HazelcastInstance hazelcast, int eventLoops) {
        String name = settings.node().name();
        for (Member member : hazelcast.getCluster().getMembers()) {
            // In the order of joining: of two that start at once with one name, the later gives way.
            if (member.localMember()) {
                break;
            }
            if (name.equals(member.getAttribute(HazelcastHomes.NODE_ATTRIBUTE))) {
                return refused(
                        vertx,
                        "the cluster has a node named \"" + name + "\" already, at " + JoinTerms.address(member)
                                + ": give this one another name (node.name, --node)");
            }
            String conflict = JoinTerms.of(settings).conflict(name, member);
            if (conflict != null) {
                return refused(vertx, "cannot join the cluster: " + conflict);
            }
        }
        var homes = new HazelcastHomes(name, settings.cluster().nodes(), vertx, hazelcast);
        JoinMembers.keepResolved(
                vertx,
                settings.cluster().join(),
                config.getNetworkConfig().getJoin().getTcpIpConfig());
        LOG.info(
                "cluster-joined cluster={} node={} members={}",
                settings.cluster().name(),
                name,
                homes.members());
        return Future.succeededFuture(new ClusterNode(
                vertx,
                homes,
                new HazelcastInterest(vertx, hazelcast),
                new HazelcastLogs(vertx, hazelcast),
                new HazelcastClaims(vertx, hazelcast),
                new ClusterSafety(vertx, hazelcast),
                eventLoops));
    }

    /** Hazelcast says no more than this when the members it found do not take it. */
    private static String reason(Throwable failure) {
        String text = String.valueOf(failure.getMessage());
        return text.equals("Node failed to start!")
                ? text + " The members do not take it: is hazelcast.partition.count in cluster.xml equal on all nodes?"
                : text;
    }

    private static Future<ClusterNode> refused(Vertx vertx, String reason) {
        return vertx.close().transform(closed -> Future.failedFuture(new ClusterException(reason, null)));
    }

    private static VertxBuilder builder(VertxOptions options) {
        return Vertx.builder()
                .with(options)
                .withTransport(Transport.EPOLL.available() ? Transport.EPOLL : Transport.NIO);
    }

    private static VertxOptions options(int eventLoops) {
        return new VertxOptions().setEventLoopPoolSize(eventLoops);
    }

    private static EventBusOptions busOptions(Settings.Cluster cluster) {
        var options =
                new EventBusOptions().setClusterPingInterval(PING_MILLIS).setClusterPingReplyInterval(PING_MILLIS);
        try {
            if (!InetAddress.getByName(cluster.host()).isAnyLocalAddress()) {
                options.setHost(cluster.host());
            }
        } catch (IOException e) {
            LOG.debug("cluster-host host={} reason={}", cluster.host(), e.getMessage());
        }
        return options;
    }
}
