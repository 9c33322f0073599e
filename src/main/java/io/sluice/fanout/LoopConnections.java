package io.sluice.fanout;

import io.sluice.bus.ConnectionReport;
import io.sluice.grip.SocketClose;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The connections of one event loop. Any thread. WebSockets are known by an id: commands to them answer with those of the ids whose connection was there.
 */
public interface LoopConnections {
    Future<Set<String>> open(Collection<String> ids);

    /** Has the connections' origins asked at once. */
    Future<Set<String>> refresh(Collection<String> ids);

    Future<Set<String>> close(Collection<String> ids, SocketClose close);

    /** Those whose clients are too slow, the worst first. */
    Future<List<ConnectionReport>> slow(int limit);

    /** The hold of that id, if it is there and subscribed to anything. A walk over the loop's subscriptions. */
    Future<List<ConnectionReport>> connection(String id);

    /** The holds that are claimed for that client. A walk likewise. */
    Future<List<ConnectionReport>> ofClient(String clientId, int limit);

    /** The holds that have the text in what tells who they are. A walk likewise. */
    Future<List<ConnectionReport>> matching(String text, int limit);

    /** Ends the hold of that id, and tells its client that an operator did; what it was. A walk likewise. */
    Future<List<ConnectionReport>> disconnect(String id);
}
