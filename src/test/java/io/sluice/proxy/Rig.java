package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.config.LogRule;
import io.sluice.config.OutboxRule;
import io.sluice.config.OverflowPolicy;
import io.sluice.config.Route;
import io.sluice.config.Settings;
import io.sluice.config.Target;
import io.sluice.fanout.Subscribed;
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.GripException;
import io.sluice.grip.GripResponse;
import io.sluice.grip.Headers;
import io.sluice.grip.Instruction;
import io.sluice.grip.InstructionParser;
import io.sluice.grip.PublishItem;
import io.sluice.stats.Counter;
import io.sluice.stats.DropReason;
import io.sluice.stats.Gauge;
import io.sluice.stats.Stats;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Sessions of one event loop, with everything around them faked and in virtual time. */
final class Rig {
    static final int OUTBOX_BYTES = 1000;
    static final int STALL_SECONDS = 60;
    static final int QUEUE_ITEMS = 5;
    static final int MAX_BODY_BYTES = 200;
    static final Target TARGET = target(List.of());

    final FakeTimers timers = new FakeTimers();
    final FakeFanout fanout = new FakeFanout(timers);
    final FakeOrigin origin = new FakeOrigin();
    final Stats stats = new Stats();
    final SessionParts parts;
    final LoopSessions sessions;
    final Route route;
    private int exchanges;

    Rig() {
        this(route("", TARGET));
    }

    Rig(Route route) {
        this.route = route;
        parts = SessionParts.of(settings(), stats, fanout, origin, 1, new SplittableRandom(7), timers::nowMillis);
        sessions = new LoopSessions(parts);
    }

    FakeExchange exchange(String path) {
        return new FakeExchange("n1-" + ++exchanges, route, path);
    }

    /** A client whose request was answered so; headers as names and values in turn. */
    FakeExchange accept(String path, String body, String... headers) {
        FakeExchange exchange = exchange(path);
        accept(exchange, body, headers);
        return exchange;
    }

    void accept(FakeExchange exchange, String body, String... headers) {
        sessions.accept(exchange, instruction(body, headers));
    }

    static Instruction instruction(String body, String... headers) {
        try {
            return InstructionParser.parse(new GripResponse(200, "OK", Headers.of(headers), body.getBytes(UTF_8)));
        } catch (GripException e) {
            throw new AssertionError(e.text(), e);
        }
    }

    void answerFor(String channel, boolean first, @Nullable String lastId) {
        fanout.answers.put(channel, new Subscribed(true, first, lastId));
    }

    void publish(PublishItem item) {
        fanout.publish(item);
    }

    void stream(String channel, @Nullable String id, @Nullable String prevId, String content) {
        publish(item(channel, id, prevId, Map.of(), content, null));
    }

    static PublishItem item(
            String channel,
            @Nullable String id,
            @Nullable String prevId,
            Map<String, String> meta,
            String content,
            @Nullable List<String> contentFilters) {
        var format = new Format.HttpStream(Action.SEND, content.getBytes(UTF_8), contentFilters);
        return new PublishItem(channel, id, prevId, false, -1, meta, null, format, null);
    }

    static PublishItem streamAction(String channel, Action action, Map<String, String> meta) {
        var format = new Format.HttpStream(action, new byte[0], null);
        return new PublishItem(channel, null, null, false, -1, meta, null, format, null);
    }

    static PublishItem response(
            String channel, @Nullable String id, @Nullable String prevId, Format.HttpResponse format) {
        return new PublishItem(channel, id, prevId, false, -1, Map.of(), format, null, null);
    }

    static Format.HttpResponse answer(String body) {
        return new Format.HttpResponse(Action.SEND, 200, "OK", Headers.EMPTY, body.getBytes(UTF_8), null, null);
    }

    long drops(DropReason reason) {
        return stats.value(reason);
    }

    long count(Counter counter) {
        return stats.value(counter);
    }

    long level(Gauge gauge) {
        return stats.value(gauge);
    }

    static Route route(String prefix, Target target) {
        return new Route(
                "r1",
                true,
                "*",
                null,
                null,
                "",
                null,
                null,
                prefix,
                false,
                null,
                0,
                null,
                List.of(),
                false,
                false,
                new Route.Jsonp(true, "callback", null, null, "GET"),
                false,
                false,
                null,
                List.of(target),
                null,
                1);
    }

    static Target target(List<String> implicit) {
        return new Target(
                false, "origin.example", 80, false, false, false, null, null, null, false, false, false, implicit);
    }

    private static Settings settings() {
        return new Settings(
                new Settings.Node("n1"),
                new Settings.Http("127.0.0.1", 0, 10_000, 100, 100, 60, 30, 60, OUTBOX_BYTES, null, 0),
                Settings.defaults().admission(),
                new Settings.ControlApi(
                        "127.0.0.1",
                        0,
                        10_000,
                        10_000,
                        Settings.defaults().control().access()),
                Settings.defaults().zmq(),
                new Settings.Ops("127.0.0.1", 0, "", List.of()),
                new Settings.Grip(
                        "",
                        "",
                        "",
                        false,
                        false,
                        false,
                        Settings.ForwardedProto.FALSE,
                        "",
                        "",
                        List.of(),
                        false,
                        "",
                        Path.of(".")),
                new Settings.Channels(
                        5000,
                        60,
                        1000,
                        100,
                        true,
                        3,
                        60,
                        QUEUE_ITEMS,
                        List.of(new LogRule("logged*", 100, 10_000, 60))),
                Settings.defaults().websocket(),
                new Settings.Outbox(
                        50,
                        List.of(
                                new OutboxRule("logged.slow", OverflowPolicy.CATCH_UP),
                                new OutboxRule("strict*", OverflowPolicy.DISCONNECT),
                                new OutboxRule("ticker*", OverflowPolicy.CONFLATE)),
                        80,
                        STALL_SECONDS,
                        0,
                        List.of()),
                new Settings.Origins(1000, 60, 60, 55, 10, 100, MAX_BODY_BYTES, 10),
                new Settings.Cluster("c", "127.0.0.1", 0, List.of(), 0),
                Settings.defaults().drain(),
                Settings.defaults().claims(),
                Settings.defaults().log(),
                Settings.defaults().trace(),
                new Settings.RoutesSource(null, List.of()));
    }
}
