package io.sluice.config;

import io.sluice.config.Settings.ForwardedProto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The table of all settings. Loader, flags, environment and {@code conf/sluice.yaml} come from it. */
final class Keys {
    private static final List<Key<?>> TABLE = new ArrayList<>();

    private static final int BIG = 1_000_000_000;
    private static final String NAME_RULE = "must consist of 1 to 64 letters, digits, dots, dashes and underscores";
    private static final String NAME = "[A-Za-z0-9._-]{1,64}";
    private static final String PORT = "([1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])";
    private static final String RULES = "((truncate:\\d{1,4}|append)(\\s*,\\s*(truncate:\\d{1,4}|append))*)?";

    static final Key<String> NODE_NAME = key(
            "node.name",
            Kind.matching("|" + NAME, NAME_RULE),
            "",
            "Name of this node, unique in its cluster: letters, digits, dots, dashes, underscores. Empty makes one of host and process.");

    static final Key<String> HTTP_HOST =
            key("http.host", Kind.address(), "0.0.0.0", "Address for clients; * for all addresses.");
    static final Key<Integer> HTTP_PORT =
            key("http.port", Kind.whole(0, 65_535), 7999, "Port for clients; 0 takes any free one.");
    static final Key<Integer> HTTP_MAX_HEAD = key(
            "http.max-head-bytes",
            Kind.whole(1024, 1 << 20),
            32_768,
            "Bytes of a request's line and headers together; more is refused with 431.");
    static final Key<Integer> HTTP_MAX_HEADERS =
            key("http.max-headers", Kind.whole(8, 10_000), 128, "Header lines of a request; more is refused with 431.");
    static final Key<Integer> HTTP_MAX_CONNECTIONS = key(
            "http.max-connections",
            Kind.whole(1, BIG),
            50_000,
            "Client connections of this node; more are refused with 503.");
    static final Key<Integer> HTTP_IDLE = key(
            "http.idle-timeout-seconds",
            Kind.whole(1, 86_400),
            1800,
            "Seconds without traffic in either direction after which a connection is closed.");
    static final Key<Integer> HTTP_HEAD_TIMEOUT = key(
            "http.head-timeout-seconds",
            Kind.whole(1, 3600),
            30,
            "Seconds for a request's head to come, from its first byte; then 408. On all ports.");
    static final Key<Integer> HTTP_STALL_TIMEOUT = key(
            "http.stall-timeout-seconds",
            Kind.whole(0, 3600),
            60,
            "Seconds that a client may take nothing of an ordinary answer, or send nothing of its request's body; then it is cut."
                    + " On all ports. Not for what holds: outbox.stall-seconds. 0: no limit.");
    static final Key<Integer> HTTP_OUTBOX = key(
            "http.outbox-bytes",
            Kind.whole(16_384, BIG),
            1 << 20,
            "Bytes waiting for one slow client before items for it are dropped (and counted).");

    static final Key<Optional<Path>> HTTP_TLS_CERTIFICATES = key(
            "http.tls-certificates",
            Kind.file(),
            Optional.empty(),
            "Directory of certificates for the TLS port: NAME.crt (PEM, with its chain) and NAME.key (PEM) each, read again when they change;"
                    + " the one called default is for clients that name no other host. Empty: no TLS port.");
    static final Key<Integer> HTTP_TLS_PORT = key(
            "http.tls-port",
            Kind.whole(0, 65_535),
            7443,
            "Port for clients over TLS, if there are certificates; 0 takes any free one.");

    static final Key<Integer> ADMISSION_ADDRESS = key(
            "admission.connections-per-address",
            Kind.whole(0, BIG),
            0,
            "Connections of one client address; more get 429. The address is the peer's, or what grip.forwarded-for makes of X-Forwarded-For. 0: no bound.");
    static final Key<Integer> ADMISSION_RATE = key(
            "admission.connections-per-second",
            Kind.whole(0, 1_000_000),
            0,
            "New client connections a second; more are refused with 503. 0: no bound.");
    static final Key<Integer> ADMISSION_OUTBOX = key(
            "admission.outbox-megabytes",
            Kind.whole(0, 1_000_000),
            0,
            "Megabytes waiting for slow clients in all outboxes together; while there are more, new connections are refused with 503. 0: no bound.");
    static final Key<Boolean> ADMISSION_DRY_RUN = key(
            "admission.dry-run",
            Kind.flag(),
            false,
            "Refuse nobody for these bounds and http.max-connections, only count and log who would be.");

    static final Key<String> CONTROL_HOST = key(
            "control.host",
            Kind.address(),
            "127.0.0.1",
            "Address for publishers. One that others reach needs authentication (auth-token, auth-key, auth-basic), or open.");
    static final Key<Integer> CONTROL_PORT =
            key("control.port", Kind.whole(0, 65_535), 5561, "Port for publishers; 0 takes any free one.");
    static final Key<Integer> CONTROL_MAX_HEAD = key(
            "control.max-head-bytes",
            Kind.whole(1024, 1 << 20),
            10_000,
            "Bytes of a publish request's line and headers together.");
    static final Key<Integer> CONTROL_MAX_BODY =
            key("control.max-body-bytes", Kind.whole(1024, BIG), 1_000_000, "Bytes of a publish request's body.");

    static final Key<Boolean> CONTROL_OPEN = key(
            "control.open",
            Kind.flag(),
            false,
            "Whoever reaches the control port or the ZeroMQ sockets from elsewhere may publish, without authentication where none is set.");
    static final Key<String> CONTROL_TOKEN = key(
            "control.auth-token",
            Kind.token(),
            "",
            "Token that publishers bring: Authorization: Bearer TOKEN. Empty for none.");
    static final Key<String> CONTROL_BASIC = key(
            "control.auth-basic",
            Kind.credentials(),
            "",
            "User and password, USER:PASSWORD, that publishers may bring instead: Authorization: Basic. Empty for none.");
    static final Key<String> CONTROL_KEY = key(
            "control.auth-key",
            Kind.secret(),
            "",
            "Key with which publishers sign tokens (JWT with exp; GRIP_URL with iss and key): text or base64:… (HS256), file:PATH (PEM: ES256, RS256; or hex). Empty for none.");
    static final Key<String> CONTROL_ISS =
            key("control.auth-iss", Kind.text(), "", "Issuer (iss) that signed tokens must have. Empty: any.");
    static final Key<Optional<Path>> CONTROL_TLS = key(
            "control.tls-certificates",
            Kind.file(),
            Optional.empty(),
            "Directory of certificates, as http.tls-certificates: the control port speaks TLS then. Empty: plain HTTP.");
    static final Key<Integer> CONTROL_PUBLISHES = key(
            "control.publishes-per-second",
            Kind.whole(0, BIG),
            0,
            "Publish calls a second over HTTP; more get 429 with Retry-After. 0: no bound.");

    static final Key<List<String>> ZMQ_PULL = key(
            "zmq.pull",
            zmqSpecs(),
            List.of(),
            "Where a PULL socket takes publish items, such as [tcp://127.0.0.1:5560]. Empty: nowhere.");
    static final Key<List<String>> ZMQ_SUB = key(
            "zmq.sub",
            zmqSpecs(),
            List.of(),
            "Where a SUB socket takes items of channels that clients of this node are subscribed to: [tcp://127.0.0.1:5562]. Empty: nowhere.");
    static final Key<Boolean> ZMQ_SUB_CONNECT = key(
            "zmq.sub-connect",
            Kind.flag(),
            false,
            "The SUB socket connects to publishers at zmq.sub, rather than listen there.");
    static final Key<List<String>> ZMQ_COMMAND = key(
            "zmq.command",
            zmqSpecs(),
            List.of(),
            "Where a REP socket takes commands: [tcp://127.0.0.1:5563]. Empty: nowhere.");
    static final Key<Integer> ZMQ_MAX_MESSAGE = key(
            "zmq.max-message-bytes",
            Kind.whole(1024, BIG),
            1_000_000,
            "Bytes of a ZeroMQ message; a larger one is refused (and counted).");

    static final Key<String> OPS_HOST =
            key("ops.host", Kind.address(), "127.0.0.1", "Address for health checks and metrics.");
    static final Key<Integer> OPS_PORT =
            key("ops.port", Kind.whole(0, 65_535), 5580, "Port for health checks and metrics; 0 takes any free one.");
    static final Key<String> OPS_TOKEN = key(
            "ops.token",
            Kind.token(),
            "",
            "What a call that changes something must bring: Authorization: Bearer TOKEN. Empty refuses such calls, but for POST /api/drain from this machine.");
    static final Key<List<String>> OPS_NAMES = key(
            "ops.names",
            Kind.listOf(Kind.matching("[A-Za-z0-9._-]+", "must be a host name, without port"), ","),
            List.of(),
            "Host names by which the port may be asked, besides addresses, localhost and ops.host: [sluice.internal]. Others get 421,"
                    + " so that no web page reaches the port by a name of its own.");

    static final Key<String> SIG_ISS =
            key("grip.sig-iss", Kind.text(), "pushpin", "Issuer in Grip-Sig; empty signs nothing.");
    static final Key<String> SIG_KEY = key(
            "grip.sig-key",
            Kind.secret(),
            "changeme",
            "Key that signs Grip-Sig: text, base64:… or file:PATH (PEM or hex; relative to the settings file). Empty signs nothing.");
    static final Key<String> UPSTREAM_KEY = key(
            "grip.upstream-key",
            Kind.secret(),
            "",
            "Key of a GRIP proxy in front of this one, whose signed requests are passed on as they are. Empty trusts nobody.");
    static final Key<Boolean> DEBUG = key(
            "grip.debug",
            Kind.flag(),
            false,
            "Tell clients why their request failed. Shows targets; not for production.");
    static final Key<Boolean> AUTO_CROSS_ORIGIN = key(
            "grip.auto-cross-origin",
            Kind.flag(),
            false,
            "Add CORS headers to every response, and take JSON-P requests.");
    static final Key<Boolean> ACCEPT_FORWARDED_PROTO = key(
            "grip.accept-forwarded-proto",
            Kind.flag(),
            false,
            "Believe X-Forwarded-Proto of clients. Only behind a proxy that sets it.");
    static final Key<ForwardedProto> SET_FORWARDED_PROTO = key(
            "grip.set-forwarded-proto",
            Kind.forwardedProto(),
            ForwardedProto.PROTO_ONLY,
            "Tell origins of TLS: proto-only sets X-Forwarded-Proto, true also X-Forwarded-Protocol, false neither.");
    static final Key<String> FORWARDED_FOR = key(
            "grip.forwarded-for",
            forwardedFor(),
            "",
            "What becomes of X-Forwarded-For: truncate:N keeps the last N, append adds the client's address; comma separated. Empty passes it.");
    static final Key<String> FORWARDED_FOR_TRUSTED = key(
            "grip.forwarded-for-trusted", forwardedFor(), "", "The same for requests that grip.upstream-key trusts.");
    static final Key<List<String>> ORIG_HEADERS_NEED_MARK = key(
            "grip.orig-headers-need-mark",
            Kind.listOf(Kind.matching("[!#$%&'*+.^_`|~A-Za-z0-9-]+", "must be a header name"), ","),
            List.of(),
            "Headers that count as original only when they came marked (routes with orig_headers).");
    static final Key<Boolean> ACCEPT_PUSHPIN_ROUTE = key(
            "grip.accept-pushpin-route", Kind.flag(), false, "Let clients choose a route by its id, in Pushpin-Route.");
    static final Key<String> CDN_LOOP = key(
            "grip.cdn-loop",
            Kind.matching("[!#$%&'*+.^_`|~A-Za-z0-9:\\[\\]-]*", "must be a token"),
            "",
            "Token to add to CDN-Loop; empty leaves the header alone.");

    static final Key<Integer> MESSAGE_WAIT = key(
            "channels.message-wait-millis",
            Kind.whole(0, 600_000),
            5000,
            "Milliseconds that an item waits for the one that its prev-id names.");
    static final Key<Integer> ID_CACHE_TTL = key(
            "channels.id-cache-ttl-seconds",
            Kind.whole(0, 86_400),
            60,
            "Seconds that an item's id is remembered, to drop duplicates; 0 remembers none.");
    static final Key<Integer> ID_CACHE_SIZE = key(
            "channels.id-cache-size",
            Kind.whole(0, 100_000_000),
            200_000,
            "Ids remembered at most, per router instance (a node has two).");
    static final Key<Integer> SEQUENCER_ITEMS = key(
            "channels.sequencer-items",
            Kind.whole(1, 1_000_000),
            100,
            "Items of one channel waiting for a predecessor; more are dropped (and counted).");
    static final Key<Boolean> UPDATE_ON_FIRST = key(
            "channels.update-on-first-subscription",
            Kind.flag(),
            true,
            "Ask the origin again one second after a channel's first subscription, for what was published meanwhile.");
    static final Key<Integer> SUBSCRIPTION_MAX = key(
            "channels.connection-subscription-max",
            Kind.whole(1, 100_000),
            20,
            "Channels of one connection; more are ignored, with a warning.");
    static final Key<Integer> LINGER = key(
            "channels.subscription-linger-seconds",
            Kind.whole(0, 86_400),
            60,
            "Seconds that a channel stays subscribed after its last long-poll.");
    static final Key<List<String>> LOG = key(
            "channels.log",
            Kind.listOf(Kind.checked(LogRule::parse), ","),
            List.of(),
            "Channels that keep a log, so that nodes and clients can catch up: [PATTERN items=N bytes=N seconds=N, …], * in it for anything, the first that fits counts. Equal on all nodes.");
    static final Key<Integer> SESSION_QUEUE = key(
            "channels.session-queue-items",
            Kind.whole(1, 1_000_000),
            100,
            "Items waiting in one session while it asks its origin; more are dropped (and counted).");

    static final Key<Integer> WEBSOCKET_MAX_MESSAGE = key(
            "websocket.max-message-bytes",
            Kind.whole(1024, BIG),
            1_000_000,
            "Bytes of one message, in however many frames; a larger one ends its connection with 1009.");
    static final Key<Integer> WEBSOCKET_PING = key(
            "websocket.ping-seconds",
            Kind.whole(0, 86_400),
            30,
            "Seconds of silence after which a client is pinged; 0 pings nobody.");
    static final Key<Integer> WEBSOCKET_PONG = key(
            "websocket.pong-seconds",
            Kind.whole(1, 3600),
            10,
            "Seconds that a client has to give a sign of life after a ping; then its connection is cut.");
    static final Key<Integer> WEBSOCKET_CLOSE = key(
            "websocket.close-seconds",
            Kind.whole(1, 3600),
            30,
            "Seconds that the other side has to answer a close; then the connection is cut.");
    static final Key<Boolean> WEBSOCKET_COMPRESSION = key(
            "websocket.compression",
            Kind.flag(),
            false,
            "Agree to permessage-deflate on every route; else only on those with the parameter compression.");
    static final Key<Boolean> WEBSOCKET_ANSWER_PINGS = key(
            "websocket.answer-pings",
            Kind.flag(),
            false,
            "Answer clients' pings here. Otherwise each is handed to the origin, over HTTP as a request.");

    static final Key<Integer> OUTBOX_MESSAGES = key(
            "outbox.messages",
            Kind.whole(1, 1_000_000),
            5000,
            "Messages waiting for one slow client; with http.outbox-bytes the bound of its outbox.");
    static final Key<List<String>> OUTBOX_POLICY = key(
            "outbox.policy",
            Kind.listOf(Kind.checked(OutboxRule::parse), ","),
            List.of(),
            "What becomes of a channel's items when the outbox is full: [PATTERN POLICY, …], * in PATTERN for anything, the first that fits"
                    + " counts; POLICY is drop-newest, drop-oldest, conflate, disconnect or catch-up. drop-newest where none fits.");
    static final Key<Integer> OUTBOX_WARN = key(
            "outbox.warn-percent",
            Kind.whole(1, 100),
            80,
            "Share of the bound, in percent, at which the log warns of a connection.");
    static final Key<Integer> OUTBOX_STALL = key(
            "outbox.stall-seconds",
            Kind.whole(0, 86_400),
            0,
            "Seconds that a client may take nothing of what waits for it; then it is disconnected. 0 waits for ever.");
    static final Key<Integer> OUTBOX_DEAD = key(
            "outbox.dead-seconds",
            Kind.whole(0, 86_400),
            0,
            "Seconds after which the kernel gives up a client that acknowledges nothing (TCP_USER_TIMEOUT, keep-alive probes). 0: as the"
                    + " system has it.");
    static final Key<List<String>> OUTBOX_HEADERS = key(
            "outbox.log-headers",
            Kind.listOf(
                    Kind.matching(
                            "(?i)(?!(cookie|authorization|proxy-authorization)$)[!#$%&'*+.^_`|~A-Za-z0-9-]+",
                            "must be a header name, and not Cookie, Authorization or Proxy-Authorization"),
                    ","),
            List.of(),
            "Request headers that tell the log and the ops port whose connection is slow, besides User-Agent. Never Cookie or Authorization.");

    static final Key<Integer> CONNECT_TIMEOUT = key(
            "origin.connect-timeout-millis",
            Kind.whole(1, 600_000),
            5000,
            "Milliseconds to connect to a target before the next one is tried.");
    static final Key<Integer> FIRST_BYTE_TIMEOUT = key(
            "origin.first-byte-timeout-seconds",
            Kind.whole(1, 86_400),
            120,
            "Seconds from the end of a request to the head of its response; then 504.");
    static final Key<Integer> ORIGIN_IDLE = key(
            "origin.idle-timeout-seconds",
            Kind.whole(1, 86_400),
            1800,
            "Seconds without traffic on an exchange with an origin; then it is cut.");
    static final Key<Integer> KEEP_ALIVE =
            key("origin.keep-alive-seconds", Kind.whole(1, 86_400), 55, "Seconds that an unused connection is kept.");
    static final Key<Integer> CONNECTIONS_PER_TARGET = key(
            "origin.connections-per-target",
            Kind.whole(1, 1_000_000),
            256,
            "Connections to one target, per event loop.");
    static final Key<Integer> WAITING_PER_TARGET = key(
            "origin.waiting-per-target",
            Kind.whole(0, 10_000_000),
            10_000,
            "Requests waiting for such a connection, per event loop; more get 503.");
    static final Key<Integer> MAX_GRIP_BODY = key(
            "origin.max-grip-body-bytes",
            Kind.whole(1024, BIG),
            100_000,
            "Bytes of a response with GRIP instructions, and of the request it answers.");
    static final Key<Integer> UPDATES_PER_SECOND = key(
            "origin.updates-per-second",
            Kind.whole(1, 1_000_000),
            100,
            "Requests a second, of this node, that poll next links or fill gaps; gaps come first.");

    static final Key<String> CLUSTER_NAME =
            key("cluster.name", Kind.matching(NAME, NAME_RULE), "sluice", "Nodes of one name find each other.");
    static final Key<String> CLUSTER_HOST = key(
            "cluster.host",
            Kind.address(),
            "127.0.0.1",
            "This node's address in its cluster, as the others reach it. Not protected: a private network.");
    static final Key<Integer> CLUSTER_PORT =
            key("cluster.port", Kind.whole(0, 65_535), 5701, "This node's port in its cluster.");
    static final Key<List<String>> CLUSTER_JOIN = key(
            "cluster.join",
            Kind.listOf(Kind.matching("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+):[0-9]{1,5}", "must be HOST:PORT"), ","),
            List.of(),
            "Nodes to join, HOST:PORT each; a name stands for all its addresses. Empty: this node stands alone and opens no cluster port.");
    static final Key<Integer> CLUSTER_NODES = key(
            "cluster.nodes",
            Kind.whole(0, 1000),
            0,
            "Nodes of which the cluster always consists, to know its smaller part when it falls apart. 0: as many as were seen.");

    static final Key<OptionalInt> DRAIN_WAIT = key(
            "drain.wait-seconds",
            Kind.wholeOrAuto(0, 3600),
            OptionalInt.empty(),
            "Seconds that the node goes on as if nothing were, but for /health/ready, so that the balancer can learn of it. auto: 5 in a cluster, 0 alone.");
    static final Key<Integer> DRAIN_HOLD = key(
            "drain.hold-seconds",
            Kind.whole(0, 86_400),
            30,
            "Seconds, at most, that the ends of streams, long-polls and WebSockets are spread over.");
    static final Key<Integer> DRAIN_RATE = key(
            "drain.holds-per-second",
            Kind.whole(1, 1_000_000),
            500,
            "Streams, long-polls and WebSockets ended in a second, as long as drain.hold-seconds is enough for all.");
    static final Key<Integer> DRAIN_RETRY = key(
            "drain.retry-millis",
            Kind.whole(0, 600_000),
            3000,
            "An event stream that is ended gets a retry of a random time up to this, and not below a tenth of it. 0 sends none.");
    static final Key<Integer> DRAIN_LIMIT = key(
            "drain.limit-seconds",
            Kind.whole(1, 86_400),
            90,
            "Seconds for all of it; what is left then is cut. Who kills nodes must wait longer.");
    static final Key<Integer> CLAIMS_TAKEOVER = key(
            "claims.takeover-millis",
            Kind.whole(1, 60_000),
            10_000,
            "Milliseconds that a client's new connection waits at most for the close of its old one.");
    static final Key<Integer> CLAIMS_GRACE = key(
            "claims.isolation-grace-seconds",
            Kind.whole(0, 3600),
            20,
            "Seconds that connections with a client id are kept on the smaller side of a divided cluster.");
    static final Key<Integer> CLAIMS_AUDIT = key(
            "claims.audit-seconds",
            Kind.whole(1, 86_400),
            60,
            "Seconds between two checks whether the connections of this node are still their clients' own.");

    static final Key<String> LOG_FORMAT = key(
            "log.format",
            Kind.matching("text|json", "must be text or json"),
            "text",
            "One line for each event: text for people, or json for machines, with the event and its values as fields.");
    static final Key<Boolean> LOG_ACCESS = key(
            "log.access",
            Kind.flag(),
            false,
            "One line for each request that is over, in place of those that tell of its way. Never with queries, cookies or authorization.");

    static final Key<Integer> TRACE_ITEMS = key(
            "trace.items",
            Kind.whole(0, 1_000_000),
            4096,
            "Items remembered to tell where they went (./sluice trace): so many as home, and so many for connections. 0 remembers none.");

    static final Key<Optional<Path>> ROUTES_FILE = key(
            "routes.file",
            Kind.file(),
            Optional.empty(),
            "Routes file, re-read when it changes; relative to this file. Empty: the file 'routes' beside this one.");
    static final Key<List<String>> ROUTES_LINES = key(
            "routes.lines", Kind.listOf(Kind.text(), "\n"), List.of(), "Routes in place of the file, one line each.");

    private static final List<Key<?>> ALL = List.copyOf(TABLE);

    private Keys() {}

    private static Kind<String> forwardedFor() {
        return Kind.matching(RULES, "must be of truncate:N and append, comma separated");
    }

    private static Kind<List<String>> zmqSpecs() {
        return Kind.listOf(
                Kind.matching(
                        "tcp://(\\*|\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+):" + PORT,
                        "must be tcp://ADDRESS:PORT, the port from 1 to 65535"),
                ",");
    }

    private static <T> Key<T> key(String name, Kind<T> kind, T preset, String doc) {
        var key = new Key<>(name, kind, preset, doc);
        TABLE.add(key);
        return key;
    }

    /** In the order of {@code conf/sluice.yaml}. */
    static List<Key<?>> all() {
        return ALL;
    }

    static List<String> names() {
        return ALL.stream().map(Key::name).toList();
    }

    static @Nullable Key<?> named(String name) {
        return ALL.stream().filter(key -> key.name().equals(name)).findFirst().orElse(null);
    }
}
