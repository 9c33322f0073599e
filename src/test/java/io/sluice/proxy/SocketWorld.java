package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.Route;
import io.sluice.config.Target;
import io.sluice.fanout.Draining;
import io.sluice.grip.Action;
import io.sluice.grip.Format;
import io.sluice.grip.GripExtension;
import io.sluice.grip.Headers;
import io.sluice.grip.PublishItem;
import io.sluice.grip.SocketClose;
import io.sluice.origin.ClientUri;
import io.sluice.origin.RequestBody;
import io.sluice.wire.SocketFrame;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One WebSocket between a client and an origin that is asked over HTTP, with everything around it faked and in virtual time. */
final class SocketWorld {
    static final Headers GRIP = Headers.of(GripExtension.HEADER, "grip");

    final Rig rig;
    final FakeEventsOrigin origin = new FakeEventsOrigin();
    final FakeSocketSink sink = new FakeSocketSink();
    final LoopSockets sockets;
    final SocketClient client;
    final HttpSocketOrigin http;
    final Future<Headers> opened;
    /** What was heard by the time the client got its answer: subscriptions. */
    @Nullable
    List<String> answered;

    private @Nullable SocketSession session;

    SocketWorld() {
        this(Rig.route("", Rig.TARGET), false, Headers.EMPTY);
    }

    /** The client asks for a WebSocket, and the origin has yet to answer. */
    SocketWorld(Route route, boolean debug, Headers headers) {
        this.rig = new Rig(route);
        var asked = new ClientRequest(
                "GET",
                new ClientUri("http", "client.example", "/ws"),
                headers,
                RequestBody.EMPTY,
                route,
                "10.0.0.1",
                false);
        var ends = new PacedEnds(new Draining(), rig.parts.timers(), rig.parts.random());
        sockets = new LoopSockets(
                rig.parts,
                (request, target, terms, listener, cancellation) -> Future.failedFuture("no direct origins here"),
                ends,
                stub(Context.class, SocketWorld::runAtOnce),
                "n1",
                0);
        client = new SocketClient(sockets.newId(), asked, ClientTraits.of(asked, rig.parts.settings()), debug);
        Vertx none = stub(Vertx.class, SocketWorld::unused);
        var loop = new ProxyLoop(
                none,
                rig.parts.settings(),
                rig.stats,
                (request, begin) -> {
                    throw new UnsupportedOperationException();
                },
                origin,
                rig.sessions,
                sockets,
                AloneClaims.of(none, rig.stats),
                ends);
        http = new HttpSocketOrigin(rig.parts, client, new EventsRequests(loop, client.id(), asked), route.targets());
        opened = http.open();
    }

    /** The same, and the origin has opened with these events behind its OPEN, and agreed to GRIP. */
    static SocketWorld open(String... events) {
        var world = new SocketWorld();
        world.accept(GRIP, events);
        return world;
    }

    /** The origin answers OPEN, and a session begins. */
    void accept(Headers headers, String... events) {
        var all = new String[events.length + 1];
        all[0] = "OPEN";
        System.arraycopy(events, 0, all, 1, events.length);
        origin.take().answer(headers, all);
        begin();
    }

    /** The origin has opened: a session begins. */
    void begin() {
        begin(http, GripExtension.in(Objects.requireNonNull(opened.result())));
    }

    void begin(SocketOrigin with, @Nullable GripExtension extension) {
        var begun = new SocketSession(rig.parts, sockets, client, with, extension);
        session = begun;
        begun.start(() -> {
            answered = List.copyOf(rig.fanout.log);
            begun.opened(sink);
        });
    }

    SocketSession session() {
        return Objects.requireNonNull(session);
    }

    boolean known() {
        return sockets.open(List.of(client.id())).result().contains(client.id());
    }

    // The client.

    void text(String text) {
        frame(SocketFrame.Type.TEXT, text);
    }

    void frame(SocketFrame.Type type, String content) {
        session().frame(SocketFrame.whole(type, content.getBytes(UTF_8)));
    }

    void part(SocketFrame.Type type, boolean last, String content) {
        session().frame(new SocketFrame(type, last, content.getBytes(UTF_8)));
    }

    void close(int code, String reason) {
        session().closed(SocketClose.of(code, reason));
    }

    void vanish() {
        session().gone();
    }

    // The publisher.

    void publish(String channel, @Nullable String id, @Nullable String prevId, String text) {
        rig.publish(item(channel, id, prevId, Map.of(), text));
    }

    static PublishItem item(
            String channel, @Nullable String id, @Nullable String prevId, Map<String, String> meta, String text) {
        return item(
                channel,
                id,
                prevId,
                meta,
                new Format.WsMessage(
                        Action.SEND, Format.WsMessage.Type.TEXT, text.getBytes(UTF_8), SocketClose.NO_CODE, "", null));
    }

    static PublishItem item(
            String channel,
            @Nullable String id,
            @Nullable String prevId,
            Map<String, String> meta,
            Format.WsMessage message) {
        return new PublishItem(channel, id, prevId, false, -1, meta, null, null, message);
    }

    void act(String channel, Action action, int code, String reason) {
        rig.publish(item(
                channel,
                null,
                null,
                Map.of(),
                new Format.WsMessage(action, Format.WsMessage.Type.TEXT, new byte[0], code, reason, null)));
    }

    // The origin.

    /** Control messages, single quotes in place of double ones. */
    static String control(String json) {
        return "TEXT c:" + json.replace('\'', '"');
    }

    static String subscribe(String channel) {
        return control("{'type':'subscribe','channel':'" + channel + "'}");
    }

    static String subscribe(String channel, String prevId) {
        return control("{'type':'subscribe','channel':'" + channel + "','prev-id':'" + prevId + "'}");
    }

    static String filtered(String channel, String... filters) {
        return control(
                "{'type':'subscribe','channel':'" + channel + "','filters':['" + String.join("','", filters) + "']}");
    }

    static Target oneEvent() {
        return new Target(
                false, "origin.example", 80, false, false, false, null, null, null, false, true, true, List.of());
    }

    private static <T> T stub(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object unused(Object proxy, Method method, Object[] args) {
        throw new UnsupportedOperationException(method.getName());
    }

    private static @Nullable Object runAtOnce(Object proxy, Method method, Object[] args) {
        if (method.getName().equals("runOnContext") && args[0] instanceof Handler<?> task) {
            task.handle(null);
            return null;
        }
        return unused(proxy, method, args);
    }

    /** The client's next message is answered so. */
    void says(String... events) {
        text("go");
        origin.take().answer(events);
    }

    /** The request that waits for its answer, which must be about these events. */
    FakeEventsOrigin.Asked next(String... events) {
        FakeEventsOrigin.Asked asked = origin.take();
        assertThat(asked.events()).containsExactly(events);
        return asked;
    }

    /** All that is under way is told, and nothing more happens for an hour. */
    void assertSilent() {
        rig.timers.advance(3_600_000);
        assertThat(origin.waiting()).isZero();
    }
}
