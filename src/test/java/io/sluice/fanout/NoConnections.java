package io.sluice.fanout;

import io.sluice.bus.ConnectionReport;
import io.sluice.grip.SocketClose;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** A loop without connections that anybody knows. */
public final class NoConnections implements LoopConnections {
    @Override
    public Future<Set<String>> open(Collection<String> ids) {
        return Future.succeededFuture(Set.of());
    }

    @Override
    public Future<Set<String>> refresh(Collection<String> ids) {
        return Future.succeededFuture(Set.of());
    }

    @Override
    public Future<Set<String>> close(Collection<String> ids, SocketClose close) {
        return Future.succeededFuture(Set.of());
    }

    @Override
    public Future<List<ConnectionReport>> slow(int limit) {
        return Future.succeededFuture(List.of());
    }

    @Override
    public Future<List<ConnectionReport>> connection(String id) {
        return Future.succeededFuture(List.of());
    }

    @Override
    public Future<List<ConnectionReport>> ofClient(String clientId, int limit) {
        return Future.succeededFuture(List.of());
    }

    @Override
    public Future<List<ConnectionReport>> matching(String text, int limit) {
        return Future.succeededFuture(List.of());
    }

    @Override
    public Future<List<ConnectionReport>> disconnect(String id) {
        return Future.succeededFuture(List.of());
    }
}
