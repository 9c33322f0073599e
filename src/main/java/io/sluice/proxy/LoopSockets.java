package io.sluice.proxy;

import io.sluice.bus.ConnectionId;
import io.sluice.bus.ConnectionReport;
import io.sluice.fanout.LoopConnections;
import io.sluice.grip.SocketClose;
import io.sluice.origin.OriginSockets;
import io.sluice.wire.MessageDeflate;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The WebSockets of one event loop. That loop only, but for what {@link LoopConnections} says. */
final class LoopSockets implements LoopConnections {
    private final SessionParts parts;
    private final OriginSockets origins;
    private final PacedEnds ends;
    private final Context context;
    private final String node;
    private final int index;
    private final LoopDesk desk;
    private final Map<String, SocketSession> sessions = new HashMap<>();
    private @Nullable MessageDeflate deflate;

    /**
     * @param context of the event loop
     * @param index of the event loop
     */
    LoopSockets(SessionParts parts, OriginSockets origins, PacedEnds ends, Context context, String node, int index) {
        this.parts = parts;
        this.origins = origins;
        this.ends = ends;
        this.context = context;
        this.node = node;
        this.index = index;
        this.desk = new LoopDesk(parts, node, sessions::get);
    }

    SessionParts parts() {
        return parts;
    }

    OriginSockets origins() {
        return origins;
    }

    PacedEnds ends() {
        return ends;
    }

    String newId() {
        return ConnectionId.make(node, index).toString();
    }

    /** One for all sockets of the loop, made when the first one wants it. */
    MessageDeflate deflate() {
        MessageDeflate made = deflate;
        if (made == null) {
            made = new MessageDeflate();
            deflate = made;
        }
        return made;
    }

    void add(String id, SocketSession session) {
        sessions.put(id, session);
    }

    void remove(String id) {
        sessions.remove(id);
    }

    void close() {
        if (deflate != null) {
            deflate.close();
            deflate = null;
        }
    }

    @Override
    public Future<Set<String>> open(Collection<String> ids) {
        return reach(ids, session -> {});
    }

    @Override
    public Future<Set<String>> refresh(Collection<String> ids) {
        return reach(ids, SocketSession::refresh);
    }

    @Override
    public Future<Set<String>> close(Collection<String> ids, SocketClose close) {
        return reach(ids, session -> session.close("command", close));
    }

    @Override
    public Future<List<ConnectionReport>> slow(int limit) {
        return onLoop(() -> Future.succeededFuture(desk.slow(limit)));
    }

    @Override
    public Future<List<ConnectionReport>> connection(String id) {
        return onLoop(() -> desk.connection(id));
    }

    @Override
    public Future<List<ConnectionReport>> ofClient(String clientId, int limit) {
        return onLoop(() -> desk.ofClient(clientId, limit));
    }

    @Override
    public Future<List<ConnectionReport>> matching(String text, int limit) {
        return onLoop(() -> desk.matching(text, limit));
    }

    @Override
    public Future<List<ConnectionReport>> disconnect(String id) {
        return onLoop(() -> desk.disconnect(id));
    }

    private Future<List<ConnectionReport>> onLoop(Supplier<Future<List<ConnectionReport>>> task) {
        Promise<List<ConnectionReport>> done = Promise.promise();
        context.runOnContext(turn -> {
            try {
                task.get().onComplete(done);
            } catch (RuntimeException e) {
                done.fail(e);
            }
        });
        return done.future();
    }

    private Future<Set<String>> reach(Collection<String> ids, Consumer<SocketSession> task) {
        Promise<Set<String>> done = Promise.promise();
        context.runOnContext(turn -> {
            var there = new HashSet<String>();
            try {
                for (String id : ids) {
                    SocketSession session = sessions.get(id);
                    if (session != null) {
                        there.add(id);
                        task.accept(session);
                    }
                }
                done.complete(there);
            } catch (RuntimeException e) {
                done.fail(e);
            }
        });
        return done.future();
    }
}
