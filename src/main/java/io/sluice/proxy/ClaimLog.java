package io.sluice.proxy;

import io.sluice.claim.Claim;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of claims, a line for each change. */
final class ClaimLog {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionClaim.class);

    private ClaimLog() {}

    static void taken(String client, Claim own, List<Claim> others) {
        LOG.info(
                "claim-taken client=\"{}\" node={} connection={} token={} from={}",
                quoted(client),
                own.node(),
                own.connection(),
                own.token(),
                places(others));
    }

    static void displaced(String client, Claim own, String byNode, String byConnection, long byToken) {
        LOG.info(
                "claim-displaced client=\"{}\" node={} connection={} token={} by-node={} by-connection={} by-token={}",
                quoted(client),
                own.node(),
                own.connection(),
                own.token(),
                byNode,
                byConnection,
                byToken);
    }

    static void isolated(String client, Claim own) {
        LOG.info(
                "claim-displaced client=\"{}\" node={} connection={} token={} reason=\"the cluster is divided\"",
                quoted(client),
                own.node(),
                own.connection(),
                own.token());
    }

    static void refused(String client, Claim own, List<Claim> holders) {
        LOG.info(
                "claim-refused client=\"{}\" node={} connection={} reason=\"the oldest stays\" held-by={}",
                quoted(client),
                own.node(),
                own.connection(),
                places(holders));
    }

    static void refused(String client, String node, String connection, String reason) {
        LOG.info(
                "claim-refused client=\"{}\" node={} connection={} reason=\"{}\"",
                quoted(client),
                node,
                connection,
                reason);
    }

    static void failed(String client, Claim own, String reason) {
        LOG.warn(
                "claim-refused client=\"{}\" node={} connection={} reason=\"the store failed: {}\"",
                quoted(client),
                own.node(),
                own.connection(),
                reason);
    }

    static void released(String client, Claim own) {
        LOG.info(
                "claim-released client=\"{}\" node={} connection={} token={}",
                quoted(client),
                own.node(),
                own.connection(),
                own.token());
    }

    static void unconfirmed(String client, Claim victim, String reason) {
        LOG.warn(
                "claim-close-unconfirmed client=\"{}\" node={} connection={} token={} reason=\"{}\"",
                quoted(client),
                victim.node(),
                victim.connection(),
                victim.token(),
                reason);
    }

    static void unreleased(String client, String connection, String reason) {
        LOG.warn("claim-release-failed client=\"{}\" connection={} reason=\"{}\"", quoted(client), connection, reason);
    }

    /** {@code node/connection/token} of each, or a dash. */
    private static String places(List<Claim> claims) {
        return claims.isEmpty()
                ? "-"
                : claims.stream()
                        .map(claim -> claim.node() + "/" + claim.connection() + "/" + claim.token())
                        .collect(Collectors.joining(","));
    }

    private static String quoted(String client) {
        return client.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
