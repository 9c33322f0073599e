package io.sluice.config;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * All settings of a node. Each component is a section of {@code conf/sluice.yaml}, each of theirs a key in kebab-case:
 * {@code http.max-head-bytes}, flag {@code --set http.max-head-bytes=…}, environment {@code SLUICE_HTTP_MAX_HEAD_BYTES}.
 */
public record Settings(
        Node node,
        Http http,
        Admission admission,
        ControlApi control,
        Zmq zmq,
        Ops ops,
        Grip grip,
        Channels channels,
        WebSocket websocket,
        Outbox outbox,
        Origins origin,
        Cluster cluster,
        Drain drain,
        Claims claims,
        Log log,
        Trace trace,
        RoutesSource routes) {
    /** Every key at its default, for a node without routes; key files are relative to the working directory. */
    public static Settings defaults() {
        var values = new Values();
        values.put(Keys.NODE_NAME, "node", Path.of(""), "defaults", 0);
        return values.settings(Path.of(""));
    }

    /** @param name unique in the cluster; letters, digits, dot, dash, underscore */
    public record Node(String name) {}

    /**
     * The client port.
     *
     * @param maxHeadBytes request line and headers together, of one request
     * @param maxHeaders header lines of one request
     * @param maxConnections of the node; more are refused with 503
     * @param idleTimeoutSeconds a connection without traffic in either direction is closed
     * @param headTimeoutSeconds for a request's head to come, from its first byte; of the other ports too
     * @param stallTimeoutSeconds that a client may keep an answer or its own request waiting; 0 for ever; of the other ports too
     * @param outboxBytes bytes waiting for a slow client before items for it are dropped
     * @param tlsCertificates directory of certificates and keys; null opens no TLS port
     * @param tlsPort for clients over TLS
     */
    public record Http(
            String host,
            int port,
            int maxHeadBytes,
            int maxHeaders,
            int maxConnections,
            int idleTimeoutSeconds,
            int headTimeoutSeconds,
            int stallTimeoutSeconds,
            int outboxBytes,
            @Nullable Path tlsCertificates,
            int tlsPort) {}

    /**
     * Which clients are taken, besides {@link Http#maxConnections()}. 0 is no bound.
     *
     * @param connectionsPerAddress of one client address, as {@link Grip#forwardedFor()} finds it
     * @param connectionsPerSecond new ones; a second's worth at once
     * @param outboxMegabytes waiting in all outboxes together, with which no more are taken
     * @param dryRun everybody is taken, and those that would not be are counted
     */
    public record Admission(int connectionsPerAddress, int connectionsPerSecond, int outboxMegabytes, boolean dryRun) {}

    /** The control HTTP API: publish and recover. */
    public record ControlApi(String host, int port, int maxHeadBytes, int maxBodyBytes, Access access) {}

    /**
     * Who may use the control port. With neither token, user nor key, everybody may who reaches it.
     *
     * @param open everybody who reaches it from elsewhere too; and the ZeroMQ sockets
     * @param authToken that calls bring as it is; empty for none
     * @param authBasic user and password, with a colon between; empty for none
     * @param authKey that signs tokens, as {@link Grip#sigKey()}; empty for none
     * @param authIss of such tokens; empty for any
     * @param keyBase directory that {@code file:} keys are relative to
     * @param tlsCertificates directory of certificates and keys; null speaks plain HTTP
     * @param publishesPerSecond publish calls; more get 429; 0 for no bound
     */
    public record Access(
            boolean open,
            String authToken,
            String authBasic,
            String authKey,
            String authIss,
            Path keyBase,
            @Nullable Path tlsCertificates,
            int publishesPerSecond) {}

    /**
     * Publishing over ZeroMQ; no socket is open where its list is empty.
     *
     * @param pull {@code tcp://ADDRESS:PORT} each, as the others
     * @param subConnect the SUB socket connects there, rather than bind
     * @param maxMessageBytes of all parts of a message
     */
    public record Zmq(
            List<String> pull, List<String> sub, boolean subConnect, List<String> command, int maxMessageBytes) {
        public boolean enabled() {
            return !pull.isEmpty() || !sub.isEmpty() || !command.isEmpty();
        }
    }

    /**
     * Health and metrics.
     *
     * @param token that calls which change something must bring; empty for none
     * @param names by which the port may be asked, besides addresses, localhost and the host
     */
    public record Ops(String host, int port, String token, List<String> names) {}

    /**
     * What origins see, for all routes that do not say otherwise.
     *
     * @param sigKey key specification ({@code text}, {@code base64:…}, {@code file:PATH}); empty signs nothing
     * @param upstreamKey key of a GRIP proxy before this one; empty trusts nobody
     * @param setForwardedProto {@code true}, {@code false} or {@code proto-only}
     * @param forwardedFor rule: {@code truncate:N} and {@code append}, comma separated; empty passes the header through
     * @param cdnLoop token to add to {@code CDN-Loop}; empty leaves the header alone
     * @param keyBase directory that {@code file:} keys are relative to
     */
    public record Grip(
            String sigIss,
            String sigKey,
            String upstreamKey,
            boolean debug,
            boolean autoCrossOrigin,
            boolean acceptForwardedProto,
            ForwardedProto setForwardedProto,
            String forwardedFor,
            String forwardedForTrusted,
            List<String> origHeadersNeedMark,
            boolean acceptPushpinRoute,
            String cdnLoop,
            Path keyBase) {}

    /** Values of {@code grip.set-forwarded-proto}. */
    public enum ForwardedProto {
        TRUE,
        FALSE,
        PROTO_ONLY,
    }

    /**
     * Subscriptions and the order of items.
     *
     * @param messageWaitMillis how long an item waits for its predecessor
     * @param idCacheTtlSeconds how long an id is remembered for duplicates; 0 remembers none
     * @param idCacheSize ids remembered at most, per router instance
     * @param sequencerItems items waiting for a predecessor, per channel
     * @param updateOnFirstSubscription ask the origin again 1 s after a channel's first subscription
     * @param connectionSubscriptionMax channels of one connection; more are ignored with a warning
     * @param subscriptionLingerSeconds a channel stays subscribed after its last response hold
     * @param sessionQueueItems items waiting in one session while it asks its origin
     * @param log channels that keep a log; the first rule that fits counts
     */
    public record Channels(
            int messageWaitMillis,
            int idCacheTtlSeconds,
            int idCacheSize,
            int sequencerItems,
            boolean updateOnFirstSubscription,
            int connectionSubscriptionMax,
            int subscriptionLingerSeconds,
            int sessionQueueItems,
            List<LogRule> log) {
        /** How much of the channel's items is kept; null when it has no log. */
        public @Nullable LogRule logOf(String channel) {
            for (LogRule rule : log) {
                if (rule.matches(channel)) {
                    return rule;
                }
            }
            return null;
        }
    }

    /**
     * WebSockets.
     *
     * @param maxMessageBytes of one message, in however many frames; a larger one ends its connection with 1009
     * @param pingSeconds a client that is silent for so long is pinged; 0 pings nobody
     * @param pongSeconds a client that is silent for so long after a ping is dead
     * @param closeSeconds for the other side to answer a close
     * @param compression agree to permessage-deflate on every route
     * @param answerPings answer clients' pings here; else they are the origin's
     */
    public record WebSocket(
            int maxMessageBytes,
            int pingSeconds,
            int pongSeconds,
            int closeSeconds,
            boolean compression,
            boolean answerPings) {}

    /**
     * What waits for clients that take it too slowly, and those that take nothing.
     *
     * @param messages waiting for one client; {@link Http#outboxBytes()} bounds their bytes
     * @param policy by channel; the first rule that fits counts
     * @param warnPercent of the bound at which the log warns
     * @param stallSeconds that a client may take nothing; 0 for ever
     * @param deadSeconds that a client may acknowledge nothing; 0 as the system has it
     * @param logHeaders request headers that tell whose connection it is
     */
    public record Outbox(
            int messages,
            List<OutboxRule> policy,
            int warnPercent,
            int stallSeconds,
            int deadSeconds,
            List<String> logHeaders) {
        public OverflowPolicy policyOf(String channel) {
            for (OutboxRule rule : policy) {
                if (rule.matches(channel)) {
                    return rule.policy();
                }
            }
            return OverflowPolicy.DROP_NEWEST;
        }
    }

    /**
     * Requests to origins.
     *
     * @param firstByteTimeoutSeconds from the request's end to the response's head; then 504
     * @param idleTimeoutSeconds without traffic on an exchange; then it is cut
     * @param keepAliveSeconds an unused pooled connection is kept
     * @param connectionsPerTarget pooled connections, per event loop
     * @param waitingPerTarget requests waiting for one, per event loop; more get 503
     * @param maxGripBodyBytes of a GRIP response, and of the request it answers
     * @param updatesPerSecond low-priority requests (polls, gap recovery), per node
     */
    public record Origins(
            int connectTimeoutMillis,
            int firstByteTimeoutSeconds,
            int idleTimeoutSeconds,
            int keepAliveSeconds,
            int connectionsPerTarget,
            int waitingPerTarget,
            int maxGripBodyBytes,
            int updatesPerSecond) {}

    /**
     * @param join members to join, {@code HOST:PORT}; empty stands alone and opens no port
     * @param host address of this node's cluster and bus ports
     * @param nodes of which the cluster always consists, to know its smaller part when it falls apart; 0: as many as there were
     */
    public record Cluster(String name, String host, int port, List<String> join, int nodes) {
        /** Whether this node looks for others. */
        public boolean enabled() {
            return !join.isEmpty();
        }
    }

    /**
     * How a node ends.
     *
     * @param waitSeconds from not being ready to the end of the first hold; empty for {@link #waitSeconds(boolean)}'s own choice
     * @param holdSeconds that the ends of holds are spread over at most
     * @param holdsPerSecond ended while that takes no longer
     * @param retryMillis after which an event stream's client is to come back, at most; 0 leaves that to the client
     * @param limitSeconds for all of it; what is left then is cut
     */
    public record Drain(
            OptionalInt waitSeconds, int holdSeconds, int holdsPerSecond, int retryMillis, int limitSeconds) {
        private static final int WAIT_IN_CLUSTER = 5;

        /** @param cluster whether the node is one of several, so that there is a balancer who is to learn of it */
        public int waitSeconds(boolean cluster) {
            return waitSeconds.orElse(cluster ? WAIT_IN_CLUSTER : 0);
        }
    }

    /**
     * One connection per client.
     *
     * @param takeoverMillis that a new connection waits at most for the close of the old one
     * @param isolationGraceSeconds that claimed connections are kept on the smaller side of a divided cluster
     * @param auditSeconds between two checks of this node's claims
     */
    public record Claims(int takeoverMillis, int isolationGraceSeconds, int auditSeconds) {}

    /**
     * What the log looks like; its level is the environment's.
     *
     * @param format {@code text} or {@code json}
     * @param access whether there is a line for each request that is over
     */
    public record Log(String format, boolean access) {
        /** Whether each event is a JSON object. */
        public boolean json() {
            return format.equals("json");
        }
    }

    /** @param items whose way the node remembers, as home and at its connections; 0 for none */
    public record Trace(int items) {}

    /**
     * @param file watched and re-read; null when only {@code lines} count
     * @param lines routes from the command line, in place of the file
     */
    public record RoutesSource(@Nullable Path file, List<String> lines) {}
}
