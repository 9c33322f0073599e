package io.sluice.fanout;

import io.sluice.grip.SocketClose;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.Set;

/** The connections of one event loop that are known by an id. Any thread; the answers never fail. */
public interface LoopConnections {
    /** Those of the ids whose connection is open. */
    Future<Set<String>> open(Collection<String> ids);

    /** Has the connection's origin asked at once; whether there is such a connection. */
    Future<Boolean> refresh(String id);

    /** Closes the connection; whether there is such a one. */
    Future<Boolean> close(String id, SocketClose close);
}
