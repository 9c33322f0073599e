package io.sluice.fanout;

import io.sluice.grip.SocketClose;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.Set;

/** The connections of one event loop that are known by an id. Any thread. All answer with those of the ids whose connection was there. */
public interface LoopConnections {
    Future<Set<String>> open(Collection<String> ids);

    /** Has the connections' origins asked at once. */
    Future<Set<String>> refresh(Collection<String> ids);

    Future<Set<String>> close(Collection<String> ids, SocketClose close);
}
