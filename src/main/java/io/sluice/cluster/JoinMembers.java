package io.sluice.cluster;

import com.hazelcast.config.TcpIpConfig;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members to join, names among them replaced by all their addresses: a name may stand for many nodes (a headless service). Hazelcast
 * itself takes of a name's addresses only those of this node's own interface.
 */
final class JoinMembers {
    private static final Logger LOG = LoggerFactory.getLogger(JoinMembers.class);
    private static final long LOOK_MILLIS = 15_000;

    private JoinMembers() {}

    /**
     * Resolves names. Blocks.
     *
     * @param join {@code HOST:PORT} each; a name that has no address now is left as it is
     */
    static List<String> resolved(List<String> join) {
        var members = new LinkedHashSet<String>();
        for (String member : join) {
            int colon = member.lastIndexOf(':');
            String port = member.substring(colon);
            try {
                for (InetAddress address : InetAddress.getAllByName(member.substring(0, colon))) {
                    String host = address.getHostAddress();
                    members.add((host.indexOf(':') >= 0 ? "[" + host + "]" : host) + port);
                }
            } catch (UnknownHostException e) {
                LOG.warn("cluster-name-unresolved member={} reason={}", member, e.getMessage());
                members.add(member);
            }
        }
        return List.copyOf(members);
    }

    /**
     * Looks again now and then: nodes that started when names did not show them to each other are found as soon as names do, when
     * Hazelcast next looks for other clusters.
     */
    static void keepResolved(Vertx vertx, List<String> join, TcpIpConfig config) {
        vertx.setPeriodic(
                LOOK_MILLIS,
                timer -> vertx.executeBlocking(() -> resolved(join), false).onSuccess(members -> {
                    if (!members.equals(config.getMembers())) {
                        LOG.info("cluster-names-changed members={}", members);
                        config.setMembers(new ArrayList<>(members));
                    }
                }));
    }
}
