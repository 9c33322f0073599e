package io.sluice.proxy;

import io.sluice.bus.ConnectionId;
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
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The WebSockets of one event loop. That loop only, but for what {@link LoopConnections} says. */
final class LoopSockets implements LoopConnections {
    private final SessionParts parts;
    private final OriginSockets origins;
    private final Context context;
    private final String node;
    private final int index;
    private final Map<String, SocketSession> sessions = new HashMap<>();
    private @Nullable MessageDeflate deflate;

    /**
     * @param context of the event loop
     * @param index of the event loop
     */
    LoopSockets(SessionParts parts, OriginSockets origins, Context context, String node, int index) {
        this.parts = parts;
        this.origins = origins;
        this.context = context;
        this.node = node;
        this.index = index;
    }

    SessionParts parts() {
        return parts;
    }

    OriginSockets origins() {
        return origins;
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
        return onLoop(loop -> {
            var open = new HashSet<>(ids);
            open.retainAll(loop.keySet());
            return open;
        });
    }

    @Override
    public Future<Boolean> refresh(String id) {
        return onLoop(loop -> {
            SocketSession session = loop.get(id);
            if (session != null) {
                session.refresh();
            }
            return session != null;
        });
    }

    @Override
    public Future<Boolean> close(String id, SocketClose close) {
        return onLoop(loop -> {
            SocketSession session = loop.get(id);
            if (session != null) {
                session.close("command", close);
            }
            return session != null;
        });
    }

    private <T> Future<T> onLoop(Function<Map<String, SocketSession>, T> task) {
        Promise<T> done = Promise.promise();
        context.runOnContext(turn -> done.complete(task.apply(sessions)));
        return done.future();
    }
}
