package io.sluice.config;

import io.sluice.config.Settings.Access;
import io.sluice.config.Settings.Admission;
import io.sluice.config.Settings.Channels;
import io.sluice.config.Settings.Claims;
import io.sluice.config.Settings.Cluster;
import io.sluice.config.Settings.ControlApi;
import io.sluice.config.Settings.Drain;
import io.sluice.config.Settings.Grip;
import io.sluice.config.Settings.Http;
import io.sluice.config.Settings.Log;
import io.sluice.config.Settings.Node;
import io.sluice.config.Settings.Ops;
import io.sluice.config.Settings.Origins;
import io.sluice.config.Settings.Outbox;
import io.sluice.config.Settings.RoutesSource;
import io.sluice.config.Settings.Trace;
import io.sluice.config.Settings.WebSocket;
import io.sluice.config.Settings.Zmq;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Values of keys: the last one put counts, the preset where none was. Not thread safe. */
final class Values {
    private record Given(Object value, String source, int line) {}

    private final Map<Key<?>, Given> given = new HashMap<>();

    /**
     * Reads a text as the key's kind and puts it.
     *
     * @param source and line that a later problem with the value is reported at
     * @return the rule that the text breaks, or an empty string
     */
    <T> String put(Key<T> key, String text, Path base, String source, int line) {
        try {
            given.put(key, new Given(key.kind().read(text, base), source, line));
            return "";
        } catch (BadSetting e) {
            return e.rule();
        }
    }

    @SuppressWarnings("unchecked") // put() is the only way in, and it keeps a key and its value of one type
    <T> T get(Key<T> key) {
        Given value = given.get(key);
        return value == null ? key.preset() : (T) value.value();
    }

    /** A problem with the value in force, at the place where it came from. */
    Problem problem(Key<?> key, String rule) {
        Given value = given.get(key);
        String text = key.name() + ": " + rule;
        return value == null ? Problem.error("defaults", 0, text) : Problem.error(value.source(), value.line(), text);
    }

    /** @param keyBase see {@link Grip#keyBase()} */
    Settings settings(Path keyBase) {
        return new Settings(
                new Node(get(Keys.NODE_NAME)),
                http(),
                new Admission(
                        get(Keys.ADMISSION_ADDRESS),
                        get(Keys.ADMISSION_RATE),
                        get(Keys.ADMISSION_OUTBOX),
                        get(Keys.ADMISSION_DRY_RUN)),
                new ControlApi(
                        get(Keys.CONTROL_HOST),
                        get(Keys.CONTROL_PORT),
                        get(Keys.CONTROL_MAX_HEAD),
                        get(Keys.CONTROL_MAX_BODY),
                        access(keyBase)),
                new Zmq(
                        List.copyOf(get(Keys.ZMQ_PULL)),
                        List.copyOf(get(Keys.ZMQ_SUB)),
                        get(Keys.ZMQ_SUB_CONNECT),
                        List.copyOf(get(Keys.ZMQ_COMMAND)),
                        get(Keys.ZMQ_MAX_MESSAGE)),
                new Ops(get(Keys.OPS_HOST), get(Keys.OPS_PORT), get(Keys.OPS_TOKEN), get(Keys.OPS_NAMES)),
                grip(keyBase),
                channels(),
                new WebSocket(
                        get(Keys.WEBSOCKET_MAX_MESSAGE),
                        get(Keys.WEBSOCKET_PING),
                        get(Keys.WEBSOCKET_PONG),
                        get(Keys.WEBSOCKET_CLOSE),
                        get(Keys.WEBSOCKET_COMPRESSION),
                        get(Keys.WEBSOCKET_ANSWER_PINGS)),
                new Outbox(
                        get(Keys.OUTBOX_MESSAGES),
                        outboxRules(),
                        get(Keys.OUTBOX_WARN),
                        get(Keys.OUTBOX_STALL),
                        get(Keys.OUTBOX_DEAD),
                        List.copyOf(get(Keys.OUTBOX_HEADERS))),
                origins(),
                new Cluster(
                        get(Keys.CLUSTER_NAME),
                        get(Keys.CLUSTER_HOST),
                        get(Keys.CLUSTER_PORT),
                        get(Keys.CLUSTER_JOIN),
                        get(Keys.CLUSTER_NODES)),
                new Drain(
                        get(Keys.DRAIN_WAIT),
                        get(Keys.DRAIN_HOLD),
                        get(Keys.DRAIN_RATE),
                        get(Keys.DRAIN_RETRY),
                        get(Keys.DRAIN_LIMIT)),
                new Claims(get(Keys.CLAIMS_TAKEOVER), get(Keys.CLAIMS_GRACE), get(Keys.CLAIMS_AUDIT)),
                new Log(get(Keys.LOG_FORMAT), get(Keys.LOG_ACCESS)),
                new Trace(get(Keys.TRACE_ITEMS)),
                new RoutesSource(get(Keys.ROUTES_FILE).orElse(null), get(Keys.ROUTES_LINES)));
    }

    private Access access(Path keyBase) {
        return new Access(
                get(Keys.CONTROL_OPEN),
                get(Keys.CONTROL_TOKEN),
                get(Keys.CONTROL_BASIC),
                get(Keys.CONTROL_KEY),
                get(Keys.CONTROL_ISS),
                keyBase,
                get(Keys.CONTROL_TLS).orElse(null),
                get(Keys.CONTROL_PUBLISHES));
    }

    private Http http() {
        return new Http(
                get(Keys.HTTP_HOST),
                get(Keys.HTTP_PORT),
                get(Keys.HTTP_MAX_HEAD),
                get(Keys.HTTP_MAX_HEADERS),
                get(Keys.HTTP_MAX_CONNECTIONS),
                get(Keys.HTTP_IDLE),
                get(Keys.HTTP_HEAD_TIMEOUT),
                get(Keys.HTTP_STALL_TIMEOUT),
                get(Keys.HTTP_OUTBOX),
                get(Keys.HTTP_TLS_CERTIFICATES).orElse(null),
                get(Keys.HTTP_TLS_PORT));
    }

    private Grip grip(Path keyBase) {
        return new Grip(
                get(Keys.SIG_ISS),
                get(Keys.SIG_KEY),
                get(Keys.UPSTREAM_KEY),
                get(Keys.DEBUG),
                get(Keys.AUTO_CROSS_ORIGIN),
                get(Keys.ACCEPT_FORWARDED_PROTO),
                get(Keys.SET_FORWARDED_PROTO),
                get(Keys.FORWARDED_FOR),
                get(Keys.FORWARDED_FOR_TRUSTED),
                List.copyOf(get(Keys.ORIG_HEADERS_NEED_MARK)),
                get(Keys.ACCEPT_PUSHPIN_ROUTE),
                get(Keys.CDN_LOOP),
                keyBase);
    }

    private Channels channels() {
        return new Channels(
                get(Keys.MESSAGE_WAIT),
                get(Keys.ID_CACHE_TTL),
                get(Keys.ID_CACHE_SIZE),
                get(Keys.SEQUENCER_ITEMS),
                get(Keys.UPDATE_ON_FIRST),
                get(Keys.SUBSCRIPTION_MAX),
                get(Keys.LINGER),
                get(Keys.SESSION_QUEUE),
                logRules());
    }

    private List<LogRule> logRules() {
        var rules = new ArrayList<LogRule>();
        for (String text : get(Keys.LOG)) {
            try {
                rules.add(LogRule.parse(text));
            } catch (BadSetting e) {
                throw new IllegalStateException(text, e); // It was read when it was put.
            }
        }
        return List.copyOf(rules);
    }

    private List<OutboxRule> outboxRules() {
        var rules = new ArrayList<OutboxRule>();
        for (String text : get(Keys.OUTBOX_POLICY)) {
            try {
                rules.add(OutboxRule.parse(text));
            } catch (BadSetting e) {
                throw new IllegalStateException(text, e); // It was read when it was put.
            }
        }
        return List.copyOf(rules);
    }

    private Origins origins() {
        return new Origins(
                get(Keys.CONNECT_TIMEOUT),
                get(Keys.FIRST_BYTE_TIMEOUT),
                get(Keys.ORIGIN_IDLE),
                get(Keys.KEEP_ALIVE),
                get(Keys.CONNECTIONS_PER_TARGET),
                get(Keys.WAITING_PER_TARGET),
                get(Keys.MAX_GRIP_BODY),
                get(Keys.UPDATES_PER_SECOND));
    }
}
