package io.sluice.fanout;

import io.sluice.grip.SocketClose;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.Set;

/** A loop without connections that anybody knows. */
public final class NoConnections implements LoopConnections {
    @Override
    public Future<Set<String>> open(Collection<String> ids) {
        return Future.succeededFuture(Set.of());
    }

    @Override
    public Future<Boolean> refresh(String id) {
        return Future.succeededFuture(false);
    }

    @Override
    public Future<Boolean> close(String id, SocketClose close) {
        return Future.succeededFuture(false);
    }
}
